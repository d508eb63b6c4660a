/** Partners: how they stand, tickets at them, and the ledger of what they were. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { PartnerLedger, PartnerOverview } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useMay } from '../access/role.ts';
import { localeOf, useWords } from '../language/index.ts';
import './partner.css';
import { PageHead, Panel } from '../shell/panel.tsx';
import { Pill, type Tone } from '../shell/pill.tsx';
import { Asked, Empty } from '../shell/state.tsx';
import { lengthOf, When } from '../shell/when.tsx';
import { OpenPartnerTicket, PartnerTicket } from './partner-ticket.tsx';

type Partner = PartnerOverview['partners'][number];

const TONES: Record<Partner['state'], Tone> = { quiet: 'ok', reported: 'major', troubled: 'critical' };
const LINKS: Record<Partner['links'][number]['state'], Tone> = { up: 'ok', down: 'critical', unknown: 'unknown' };

export function PartnersPage() {
  const { t } = useWords();
  const overview = useQuery({
    queryKey: ['partners', 'overview'],
    queryFn: () => call<PartnerOverview>('GET', '/ops/v1/partners'),
  });
  const ledger = useQuery({
    queryKey: ['partners', 'ledger'],
    queryFn: () => call<PartnerLedger>('GET', '/ops/v1/partners/ledger'),
  });
  return (
    <div className="page">
      <PageHead
        title={t('nav.partners')}
        words={t('partners.words')}
        side={
          <Button variant="default" component="a" href="/ops/v1/partners/ledger.csv" download>
            {t('partners.csv')}
          </Button>
        }
      />
      <Asked query={overview}>
        {({ partners }) =>
          partners.length === 0 ? (
            <div className="panel">
              <Empty title={t('partners.none')} words={t('partners.noneWords')} />
            </div>
          ) : (
            <div className="partners">
              {partners.map((partner) => (
                <OnePartner key={partner.name} partner={partner} />
              ))}
            </div>
          )
        }
      </Asked>
      <Asked query={ledger}>
        {({ rows, months }) => (
          <>
            <Panel title={t('partners.months')} flush>
              {months.length === 0 ? <Empty compact title={t('partners.noRows')} /> : <Months months={months} />}
            </Panel>
            <Panel title={t('partners.ledger')} count={rows.length} flush>
              {rows.length === 0 ? <Empty compact title={t('partners.noRows')} /> : <Rows rows={rows} />}
            </Panel>
          </>
        )}
      </Asked>
    </div>
  );
}

function OnePartner({ partner }: { partner: Partner }) {
  const { t } = useWords();
  const may = useMay();
  const { links, alarms, tickets, incidents, email } = partner;
  return (
    <Panel title={partner.title} side={<Pill tone={TONES[partner.state]}>{t(`partners.state.${partner.state}`)}</Pill>}>
      <div className="stack">
        <div className="row">
          {links.map((link) => (
            <Pill key={link.protocol} tone={LINKS[link.state]}>
              {t(`partners.link.${link.protocol}`)}: {t(`partners.linkState.${link.state}`)}
            </Pill>
          ))}
          {email === null ? null : (
            <a className="small" href={`mailto:${email}`}>
              {email}
            </a>
          )}
        </div>
        {links.map(({ protocol, lastError }) =>
          lastError === null ? null : (
            <p key={protocol} className="small quiet break">
              {lastError}
            </p>
          ),
        )}
        {incidents.map(({ id, number, title }) => (
          <div key={id} className="row">
            <Link to="/incidents/$id" params={{ id }}>
              #{number} {title}
            </Link>
            {may.act && partner.takesTickets && !tickets.some(({ incidentId }) => incidentId === id) ? (
              <OpenPartnerTicket incidentId={id} partner={partner} about={`#${number} ${title}`} />
            ) : null}
          </div>
        ))}
        {alarms.length === 0 ? null : (
          <ul className="list">
            {alarms.map((alarm) => (
              <li key={alarm.number} className="small break">
                {t(`partners.origin.${alarm.origin}`)}: {alarm.words} ({alarm.perceivedSeverity}){' '}
                <When at={alarm.raisedAt} show="relative" />
              </li>
            ))}
          </ul>
        )}
        {tickets.map((ticket) => (
          <PartnerTicket key={ticket.id} ticket={ticket} />
        ))}
      </div>
    </Panel>
  );
}

function Months({ months }: { months: PartnerLedger['months'] }) {
  const { t, language } = useWords();
  const long = (ms: number | null) => (ms === null ? '–' : signed(ms, language));
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={t('partners.months')}>
      <table className="table stacks">
        <thead>
          <tr>
            {(['month', 'partner', 'count', 'duration', 'lead', 'untold', 'kept'] as const).map((key) => (
              <th key={key} scope="col" className={key === 'month' || key === 'partner' ? '' : 'right'}>
                {t(`partners.column.${key}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {months.map((each) => (
            <tr key={`${each.month} ${each.partner}`}>
              <td>{monthOf(each.month, language)}</td>
              <td data-label={t('partners.column.partner')}>{each.partnerTitle}</td>
              <td data-label={t('partners.column.count')} className="number right">
                {each.interruptions}
              </td>
              <td data-label={t('partners.column.duration')} className="number right">
                {long(each.duration)}
              </td>
              <td data-label={t('partners.column.lead')} className="number right">
                {long(each.medianLead)}
              </td>
              <td data-label={t('partners.column.untold')} className="number right">
                {each.untold}
              </td>
              <td
                data-label={t('partners.column.kept')}
                className="number right"
              >{`${each.kept} / ${each.kept + each.broken}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Rows({ rows }: { rows: PartnerLedger['rows'] }) {
  const { t, language } = useWords();
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={t('partners.ledger')}>
      <table className="table stacks">
        <thead>
          <tr>
            {(['incident', 'partner', 'began', 'lead', 'duration', 'promise', 'evidence'] as const).map((key) => (
              <th key={key} scope="col" className={key === 'lead' || key === 'duration' ? 'right' : ''}>
                {t(`partners.column.${key}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td>
                <Link to="/incidents/$id" params={{ id: row.incidentId }}>
                  #{row.incidentNumber} {row.title}
                </Link>
              </td>
              <td data-label={t('partners.column.partner')} className="nowrap">
                {row.partnerTitle}
              </td>
              <td data-label={t('partners.column.began')} className="number">
                <When at={row.startedAt} />
              </td>
              <td data-label={t('partners.column.lead')} className="number right">
                {row.lead === null ? '–' : signed(row.lead, language)}
              </td>
              <td data-label={t('partners.column.duration')} className="number right">
                {row.resolvedAt === null ? t('partners.lasts') : lengthOf(row.resolvedAt - row.startedAt, language)}
              </td>
              <td data-label={t('partners.column.promise')}>
                {row.kept === null ? '–' : t(row.kept ? 'partners.kept' : 'partners.broken')}
              </td>
              <td data-label={t('partners.column.evidence')} className="break">
                {row.evidence[0] ?? '–'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** "2026-10" as a person says it. */
function monthOf(month: string, language: string): string {
  return new Intl.DateTimeFormat(localeOf(language), { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    Date.parse(`${month}-01T00:00Z`),
  );
}

/** A length with its sign: below zero the partner was first. */
function signed(ms: number, language: string): string {
  return ms < 0 ? `−${lengthOf(-ms, language)}` : lengthOf(ms, language);
}
