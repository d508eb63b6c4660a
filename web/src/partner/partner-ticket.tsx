/** A ticket at a partner: how it stands there, what was written, and what can be done with it. */
import { Button, Switch, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { PartnerTicketView } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useMay } from '../access/role.ts';
import { useWords } from '../language/index.ts';
import { IconPlus } from '../shell/icon.ts';
import { Pill, type Tone } from '../shell/pill.tsx';
import { useVerb, VerbDialog } from '../shell/verb.tsx';
import { When } from '../shell/when.tsx';
import './partner.css';

const TONES: Record<PartnerTicketView['state'], Tone> = {
  due: 'lamp',
  open: 'minor',
  resolved: 'ok',
  closed: 'unknown',
  failed: 'critical',
};
const REFRESH = ['partners', 'incident'] as const;
const SHOWN_NOTES = 3;

export function PartnerTicket({ ticket, named = false }: { ticket: PartnerTicketView; named?: boolean }) {
  const { t } = useWords();
  const may = useMay();
  const [writing, setWriting] = useState(false);
  const { state, remoteId, remoteStatus, promisedAt, resolvedAt, lastError, notes, title } = ticket;
  const over = state === 'closed' || state === 'failed';
  return (
    <div className="partner-ticket">
      <p className="row">
        <span className="strong break">
          {named ? `${ticket.partnerTitle}: ` : ''}
          {remoteId ?? t('partners.onItsWay')}
        </span>
        <Pill tone={TONES[state]}>
          {remoteStatus === null ? t(`partners.ticketState.${state}`) : spaced(remoteStatus)}
        </Pill>
      </p>
      <p className="small break">{title}</p>
      <p className="small quiet">
        {promisedAt === null || resolvedAt !== null ? null : (
          <>
            {t('partners.promised')} <When at={promisedAt} />
          </>
        )}
        {resolvedAt === null ? null : (
          <>
            {t('partners.solved')} <When at={resolvedAt} />
          </>
        )}
      </p>
      {lastError === null ? null : <p className="small error-words break">{lastError}</p>}
      <ul className="partner-notes small">
        {notes.slice(-SHOWN_NOTES).map((note) => (
          <li key={`${note.at} ${note.text}`} className="break">
            <span className="quiet">
              {note.author} · <When at={note.at} show="absolute" />
            </span>
            <br />
            {note.text}
          </li>
        ))}
      </ul>
      {may.act && !over ? (
        <Button
          variant="default"
          size="xs"
          aria-label={`${t('partners.write')}: ${remoteId ?? title}`}
          onClick={() => setWriting(true)}
        >
          {t('partners.write')}
        </Button>
      ) : null}
      {writing ? <WriteDialog ticket={ticket} onClose={() => setWriting(false)} /> : null}
    </div>
  );
}

/** A partner's word for a state as words: "inProgress" as "in progress". */
function spaced(status: string): string {
  return status.replaceAll(/(?<=[a-z])(?=[A-Z])/gu, ' ').toLowerCase();
}

function WriteDialog({ ticket, onClose }: { ticket: PartnerTicketView; onClose: () => void }) {
  const { t } = useWords();
  const [text, setText] = useState('');
  const [close, setClose] = useState(false);
  const verb = useVerb((body: object) => call('POST', `/ops/v1/partner-tickets/${ticket.id}/note`, body), {
    done: t(close ? 'partners.closing' : 'partners.written'),
    refresh: REFRESH,
    announceFailure: false,
    onDone: onClose,
  });
  return (
    <VerbDialog
      opened
      onClose={onClose}
      title={`${ticket.partnerTitle}: ${ticket.remoteId ?? ticket.title}`}
      words={t('partners.writeWords')}
      submit={t(close ? 'partners.writeAndClose' : 'partners.write')}
      pending={verb.pending}
      error={verb.error}
      disabled={text.trim() === ''}
      onSubmit={() => verb.run({ text: text.trim(), close })}
    >
      <Textarea
        label={t('partners.note')}
        value={text}
        rows={4}
        maxLength={4000}
        onChange={(event) => setText(event.currentTarget.value)}
        data-autofocus
      />
      {ticket.remoteId === null ? null : (
        <Switch
          label={t('partners.close')}
          checked={close}
          onChange={(event) => setClose(event.currentTarget.checked)}
        />
      )}
    </VerbDialog>
  );
}

interface OpenProps {
  incidentId: string;
  partner: { name: string; title: string };
  /** What the button says besides, where several stand together. */
  about: string;
}

/** Opens a ticket at a partner. */
export function OpenPartnerTicket({ incidentId, partner, about }: OpenProps) {
  const { t } = useWords();
  const verb = useVerb(
    () => call('POST', `/ops/v1/incidents/${incidentId}/partner-ticket`, { partner: partner.name }),
    { done: t('partners.opened', { title: partner.title }), refresh: REFRESH },
  );
  return (
    <Button
      variant="default"
      size="xs"
      leftSection={<IconPlus size={14} />}
      loading={verb.pending}
      aria-label={`${t('partners.open')}: ${about}`}
      onClick={() => verb.run(undefined)}
    >
      {t('partners.open')}
    </Button>
  );
}
