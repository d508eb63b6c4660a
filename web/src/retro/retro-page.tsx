/** One retro: the facts filled in from the journal, the thoughts written by people, the improvements that follow. */
import { Button, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { RetroDetail, RetroView } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useMay } from '../access/role.ts';
import { NewImprovementDialog } from '../improvement/new-improvement-dialog.tsx';
import { ImprovementRow } from '../improvement/improvement-row.tsx';
import { Timeline } from '../incident/timeline.tsx';
import '../incident/incident.css';
import { localeOf, useWords } from '../language/index.ts';
import { IconPlus } from '../shell/icon.ts';
import { Panel } from '../shell/panel.tsx';
import { CopyLink } from '../shell/copy.tsx';
import { useTitle } from '../shell/title.ts';
import { Asked, Empty } from '../shell/state.tsx';
import { Refusal, useVerb } from '../shell/verb.tsx';
import { When } from '../shell/when.tsx';
import { useNames } from '../now/names.ts';
import { Ladder } from './ladder.tsx';
import { RetroStatePill } from './retro-list.tsx';
import './retro.css';

const TEXTS = ['summary', 'rootCause', 'wentWell', 'wentBadly'] as const;

export function RetroPage() {
  const { id } = useParams({ from: '/retros/$id' });
  const query = useQuery({
    queryKey: ['retro', id],
    queryFn: () => call<RetroDetail>('GET', `/ops/v1/retros/${id}`),
  });
  return (
    <Asked query={query} height={90}>
      {(detail) => <Detail detail={detail} />}
    </Asked>
  );
}

function Detail({ detail }: { detail: RetroDetail }) {
  const { t } = useWords();
  useTitle(detail.retro.title);
  const may = useMay();
  const [proposing, setProposing] = useState(false);
  const { retro } = detail;
  const counts = ['alerts', 'pages', 'escalations', 'observations'] as const;
  return (
    <div className="page">
      <header className="incident-head">
        <div className="row small">
          <Link to="/retros">{t('nav.retros')}</Link>
          <Link to="/incidents/$id" params={{ id: retro.incidentId }}>
            {t('retro.incident', { number: retro.incidentNumber })}
          </Link>
          <CopyLink path={`/retros/${retro.id}`} />
        </div>
        <div className="row">
          <RetroStatePill state={retro.state} />
          <span className="quiet small">
            {t('retro.updated')} <When at={retro.updatedAt} show="relative" />
          </span>
        </div>
        <div className="page-head">
          <h1>{retro.title}</h1>
          {may.act ? <StateVerb retro={retro} /> : null}
        </div>
      </header>
      <Panel title={t('retro.ladder')}>
        <Ladder facts={retro.facts} />
        <dl className="retro-counts">
          {counts.map((key) => (
            <div key={key}>
              <dd>{retro.facts[key]}</dd>
              <dt>{t(`retro.count.${key}`, { count: retro.facts[key] })}</dt>
            </div>
          ))}
        </dl>
        <Losses losses={retro.facts.losses ?? []} />
      </Panel>
      <div className="two">
        <div>
          <Texts key={retro.version} retro={retro} />
          <section className="panel" aria-label={t('incident.tab.timeline')}>
            <header className="panel-head">
              <h2>{t('incident.tab.timeline')}</h2>
            </header>
            <Timeline incidentId={retro.incidentId} entries={detail.timeline} />
          </section>
        </div>
        <div>
          <Panel
            title={t('nav.improvements')}
            flush
            side={
              may.act ? (
                <Button
                  variant="subtle"
                  color="ink"
                  size="xs"
                  leftSection={<IconPlus size={14} />}
                  onClick={() => setProposing(true)}
                >
                  {t('improvement.propose')}
                </Button>
              ) : null
            }
          >
            {detail.improvements.length === 0 ? <Empty compact title={t('retro.noImprovement')} /> : null}
            <ul className="list">
              {detail.improvements.map((each) => (
                <li key={each.id}>
                  <ImprovementRow improvement={each} narrow />
                </li>
              ))}
            </ul>
          </Panel>
        </div>
      </div>
      {proposing ? (
        <NewImprovementDialog retroId={retro.id} incidentId={retro.incidentId} onClose={() => setProposing(false)} />
      ) : null}
    </div>
  );
}

/** What it cost, by function, in units that the business counts. */
function Losses({ losses }: { losses: NonNullable<RetroView['facts']['losses']> }) {
  const { t, language } = useWords();
  const names = useNames();
  if (losses.length === 0) return null;
  const figure = new Intl.NumberFormat(localeOf(language), { maximumFractionDigits: 0 });
  const percent = new Intl.NumberFormat(localeOf(language), { style: 'percent', maximumFractionDigits: 0 });
  return (
    <ul className="retro-losses">
      {losses.map(({ functionName, indicator, unit, amount, expected }) => (
        <li key={`${functionName} ${indicator} ${unit}`}>
          <span className="strong">{t('loss.lost', { amount: figure.format(amount), unit })}</span>{' '}
          <span className="quiet">
            {functionName === null ? indicator : names.functionTitle(functionName)}
            {expected > 0
              ? ` · ${t('loss.share', { percent: percent.format(amount / expected), expected: figure.format(expected) })}`
              : ''}
          </span>
        </li>
      ))}
    </ul>
  );
}

function useRetroVerb(retro: RetroView, done: string) {
  return useVerb(
    (body: object) => call<RetroView>('PATCH', `/ops/v1/retros/${retro.id}`, { version: retro.version, ...body }),
    {
      done,
      refresh: ['retro', 'retros'],
    },
  );
}

/** The next step of a retro: held, then closed; a closed one can be opened again. */
function StateVerb({ retro }: { retro: RetroView }) {
  const { t } = useWords();
  const verb = useRetroVerb(retro, t('retro.saved'));
  const next = ({ draft: 'held', held: 'closed', closed: 'held' } as const)[retro.state];
  return (
    <Button variant="default" loading={verb.pending} onClick={() => verb.run({ state: next })}>
      {t(`retro.become.${retro.state}`)}
    </Button>
  );
}

function Texts({ retro }: { retro: RetroView }) {
  const { t } = useWords();
  const may = useMay();
  const [texts, setTexts] = useState({
    summary: retro.summary,
    rootCause: retro.rootCause,
    wentWell: retro.wentWell,
    wentBadly: retro.wentBadly,
  });
  const verb = useRetroVerb(retro, t('retro.saved'));
  const changed = Object.fromEntries(TEXTS.filter((key) => texts[key] !== retro[key]).map((key) => [key, texts[key]]));
  const isChanged = Object.keys(changed).length > 0;
  return (
    <Panel title={t('retro.thoughts')}>
      <form
        className="stack retro-texts"
        onSubmit={(event) => {
          event.preventDefault();
          verb.run(changed);
        }}
      >
        {TEXTS.map((key) => (
          <Textarea
            key={key}
            label={t(`retro.text.${key}`)}
            description={t(`retro.hint.${key}`)}
            autosize
            minRows={3}
            maxRows={16}
            maxLength={10_000}
            readOnly={!may.act || retro.state === 'closed'}
            value={texts[key]}
            onChange={(event) => setTexts({ ...texts, [key]: event.currentTarget.value })}
          />
        ))}
        <Refusal error={verb.error} />
        {may.act && retro.state !== 'closed' ? (
          <div className="dialog-foot">
            <Button type="submit" loading={verb.pending} disabled={!isChanged}>
              {t('action.save')}
            </Button>
          </div>
        ) : null}
      </form>
    </Panel>
  );
}
