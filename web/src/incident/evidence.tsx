/** Why an incident is what it is: causes in their order, what ties its alerts together, and past incidents like it. */
import { Button, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { EvidenceLink, IncidentDetail, IncidentEvidence } from '../api-types.ts';
import { AlertLine } from '../alert/alert-line.tsx';
import { call } from '../access/call.ts';
import { useMay } from '../access/role.ts';
import { useWords } from '../language/index.ts';
import { IconBolt, IconChevronRight } from '../shell/icon.ts';
import { Panel } from '../shell/panel.tsx';
import { Asked, Empty } from '../shell/state.tsx';
import { useVerb, VerbDialog } from '../shell/verb.tsx';
import { When } from '../shell/when.tsx';
import { INCIDENT_KEYS } from './accept.ts';
import './evidence.css';

/** The evidence of an incident; asked for again with the incident itself. */
export function useEvidence(id: string) {
  return useQuery({
    queryKey: ['incident', id, 'evidence'],
    queryFn: () => call<IncidentEvidence>('GET', `/ops/v1/incidents/${id}/evidence`),
  });
}

/** All candidates for the cause with their probabilities, or why none is named. */
export function Ranking({ evidence, named }: { evidence: IncidentEvidence; named: string | null }) {
  const { t } = useWords();
  const { ranking } = evidence;
  if (ranking === null || (ranking.causes.length === 0 && ranking.measures === null)) return null;
  const shown = ranking.causes.filter(({ probability }) => probability >= 0.01);
  // The cause that stands above alone needs no list.
  if (shown.length === 1 && shown[0]?.component === named && ranking.abstained === null) return null;
  return (
    <section className="ranking" aria-label={t('evidence.ranking')}>
      <h3>{t('evidence.ranking')}</h3>
      {ranking.abstained === null ? null : (
        <p className="small quiet">{t('evidence.abstained', { why: ranking.abstained })}</p>
      )}
      <ol>
        {shown.map((cause, index) => (
          <li key={cause.component}>
            <details open={index === 0 && ranking.abstained !== null}>
              <summary>
                <span className="ranking-name">
                  {cause.title} <span className="tag">{t(`causeKind.${cause.kind}`)}</span>
                </span>
                <span className="ranking-bar" aria-hidden>
                  <i style={{ width: `${Math.round(cause.probability * 100)}%` }} />
                </span>
                <span className="number">{Math.round(cause.probability * 100)} %</span>
              </summary>
              <ul>
                {cause.reasons.map((reason) => (
                  <li key={reason}>{reason}</li>
                ))}
              </ul>
              {cause.path.length > 1 ? <Path path={cause.path} /> : null}
            </details>
          </li>
        ))}
      </ol>
      <p className="small quiet">
        {t(ranking.measured ? 'evidence.byMeasures' : 'evidence.byAlerts')} <When at={ranking.at} show="relative" />
      </p>
      {ranking.measures === null ? null : <Measures measures={ranking.measures} />}
    </section>
  );
}

/** What the measures alone said, or why they said nothing. */
function Measures({ measures }: { measures: NonNullable<NonNullable<IncidentEvidence['ranking']>['measures']> }) {
  const { t } = useWords();
  const { abstained, why, first, askedAt } = measures;
  return (
    <p className="small quiet">
      {t('evidence.measures')} <When at={askedAt} show="relative" />:{' '}
      {abstained === null ? null : `${t(`evidence.silence.${abstained}`)}${why === null ? '' : ` (${why})`}`}
      {abstained === null || first === null ? null : `; ${t('evidence.before')} `}
      {first === null ? null : `${first.title}, ${Math.round(first.probability * 100)} %`}
    </p>
  );
}

function Path({ path }: { path: readonly { readonly name: string; readonly title: string }[] }) {
  const { t } = useWords();
  return (
    <p className="evidence-path">
      <span className="quiet small">{t('evidence.path')}</span>
      {path.map((step, index) => (
        <span key={step.name}>
          {index === 0 ? null : <IconChevronRight size={14} aria-hidden />}
          {step.title}
        </span>
      ))}
    </p>
  );
}

/** The alerts of an incident: consequences stand under what explains them; each tells why it belongs here. */
export function LinkedAlerts({ detail }: { detail: IncidentDetail }) {
  const { t } = useWords();
  const query = useEvidence(detail.incident.id);
  if (detail.alerts.length === 0) return <Empty compact title={t('incident.noAlerts')} />;
  return (
    <Asked query={query} rows={3}>
      {(evidence) => {
        const links = new Map(evidence.links.map((link) => [link.memberId, link]));
        const groups = Map.groupBy(detail.alerts, ({ id }) => links.get(id)?.under?.title ?? '');
        return (
          <div>
            {[...groups]
              .toSorted(([a], [b]) => (a === '' ? -1 : b === '' ? 1 : a < b ? -1 : 1))
              .map(([under, alerts]) => (
                <section
                  key={under}
                  aria-label={under === '' ? t('evidence.own') : t('evidence.under', { name: under })}
                >
                  {under === '' ? null : (
                    <p className="evidence-under">
                      <IconBolt size={15} aria-hidden /> {t('evidence.under', { name: under })}
                    </p>
                  )}
                  <ul className="list">
                    {alerts.map((alert) => (
                      <li key={alert.id} className={under === '' ? '' : 'consequence'}>
                        <AlertLine alert={{ ...alert, incidentId: null }} />
                        <Why link={links.get(alert.id)} />
                      </li>
                    ))}
                  </ul>
                </section>
              ))}
            <Merged evidence={evidence} />
          </div>
        );
      }}
    </Asked>
  );
}

function Why({ link }: { link: EvidenceLink | undefined }) {
  const { t } = useWords();
  if (!link) return null;
  if (link.evidence.length === 0) {
    return (
      <p className="evidence-why small quiet">
        {link.linkedBy}: {link.reason}
      </p>
    );
  }
  return (
    <details className="evidence-why">
      <summary className="small quiet">
        {t('evidence.why')}: {link.evidence[0]?.words}
        {link.score === null ? '' : ` (${signed(link.score)})`}
      </summary>
      <table className="evidence-table">
        <tbody>
          {link.evidence.map(({ weight, words }) => (
            <tr key={words}>
              <td>{words}</td>
              <td className={`number right ${weight < 0 ? 'against' : ''}`}>{signed(weight)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="small quiet">{t('evidence.odds')}</p>
    </details>
  );
}

/** What was merged into it, each to be taken back. */
function Merged({ evidence }: { evidence: IncidentEvidence }) {
  const { t } = useWords();
  const may = useMay();
  const [chosen, setChosen] = useState<IncidentEvidence['merged'][number] | null>(null);
  if (evidence.merged.length === 0) return null;
  return (
    <section className="evidence-merged" aria-label={t('evidence.merged')}>
      <h3>{t('evidence.merged')}</h3>
      <ul className="stack">
        {evidence.merged.map((one) => (
          <li key={one.id} className="row">
            <span>
              <Link to="/incidents/$id" params={{ id: one.id }}>
                #{one.number} {one.title}
              </Link>{' '}
              <span className="quiet small">
                {one.by}: {one.reason}
              </span>
            </span>
            {may.act ? (
              <Button size="xs" variant="default" onClick={() => setChosen(one)}>
                {t('evidence.unmerge')}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      {chosen === null ? null : <UnmergeDialog id={chosen.id} onClose={() => setChosen(null)} />}
    </section>
  );
}

function UnmergeDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useWords();
  const [reason, setReason] = useState('');
  const send = useVerb((body: object) => call('POST', `/ops/v1/incidents/${id}/unmerge`, body), {
    done: t('evidence.unmerged'),
    refresh: INCIDENT_KEYS,
    announceFailure: false,
    onDone: onClose,
  });
  return (
    <VerbDialog
      opened
      onClose={onClose}
      title={t('evidence.unmerge')}
      words={t('evidence.unmergeWords')}
      submit={t('evidence.unmerge')}
      pending={send.pending}
      error={send.error}
      disabled={reason.trim() === ''}
      onSubmit={() => send.run({ reason: reason.trim() })}
    >
      <Textarea
        label={t('field.reason')}
        value={reason}
        rows={3}
        maxLength={500}
        onChange={(event) => setReason(event.currentTarget.value)}
        data-autofocus
      />
    </VerbDialog>
  );
}

/** Past incidents that look like this one, and what helped then. */
export function Similar({ id }: { id: string }) {
  const { t } = useWords();
  const { data } = useEvidence(id);
  if (!data || data.similar.length === 0) return null;
  return (
    <Panel title={t('evidence.similar')} count={data.similar.length}>
      <ul className="stack">
        {data.similar.map(({ incident, score, reasons, helped }) => (
          <li key={incident.id} className="similar">
            <p className="row">
              <Link to="/incidents/$id" params={{ id: incident.id }}>
                #{incident.number} {incident.title}
              </Link>
              <span className="tag number">{t('evidence.alike', { percent: Math.round(score * 100) })}</span>
            </p>
            <p className="small quiet">
              <When at={incident.startedAt} show="absolute" />: {reasons.join('; ')}
            </p>
            {helped.length === 0 ? null : (
              <>
                <p className="small strong">{t('evidence.helped')}</p>
                <ul className="helped">
                  {helped.map((words) => (
                    <li key={words}>{words}</li>
                  ))}
                </ul>
              </>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function signed(weight: number): string {
  return `${weight < 0 ? '−' : '+'}${Math.abs(weight).toFixed(1)}`;
}
