/** What was seen of partners, and tickets at them. */
import type { IncidentDetail } from '../api-types.ts';
import { useMay } from '../access/role.ts';
import { useWords } from '../language/index.ts';
import { OpenPartnerTicket, PartnerTicket } from '../partner/partner-ticket.tsx';
import { Panel } from '../shell/panel.tsx';
import { lengthOf } from '../shell/when.tsx';

export function AtPartners({ detail }: { detail: IncidentDetail }) {
  const { t, language } = useWords();
  const may = useMay();
  const { partnerTickets, partnerEvidence, ticketPartners, incident } = detail;
  const over = incident.state === 'resolved' || incident.state === 'merged';
  const offered = may.act && !over ? ticketPartners : [];
  if (partnerTickets.length + partnerEvidence.length + offered.length === 0) return null;
  const leadWords = (lead: number): string =>
    lead >= 0
      ? t('partners.leads', { near: lengthOf(lead, language) })
      : t('partners.lags', { near: lengthOf(-lead, language) });
  return (
    <Panel title={t('partners.atPartners')}>
      <div className="stack">
        {partnerEvidence.map(({ partner, title, words, lead }) => (
          <div key={partner}>
            <p className="strong">{title}</p>
            {words.map((one) => (
              <p key={one} className="break">
                {one}
              </p>
            ))}
            <p className="small quiet">{lead === null ? t('partners.notTold') : leadWords(lead)}</p>
          </div>
        ))}
        {partnerTickets.map((ticket) => (
          <PartnerTicket key={ticket.id} ticket={ticket} named />
        ))}
        {offered.map((partner) => (
          <div key={partner.name} className="row">
            <span>{partner.title}</span>
            <OpenPartnerTicket incidentId={incident.id} partner={partner} about={partner.title} />
          </div>
        ))}
      </div>
    </Panel>
  );
}
