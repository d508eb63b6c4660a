/** A ticket as a row. */
import { Link } from '@tanstack/react-router';
import type { TicketView } from '../api-types.ts';
import { useWords } from '../language/index.ts';
import { useInstant } from '../shell/clock.ts';
import { IconCircleCheck, IconCircleDashed, IconHourglass, IconProgress } from '../shell/icon.ts';
import { Pill, type Tone } from '../shell/pill.tsx';
import { When } from '../shell/when.tsx';
import './ticket.css';

const STATES: Record<TicketView['state'], { tone: Tone; icon: typeof IconProgress }> = {
  open: { tone: 'lamp', icon: IconCircleDashed },
  'in-progress': { tone: 'minor', icon: IconProgress },
  waiting: { tone: 'unknown', icon: IconHourglass },
  done: { tone: 'ok', icon: IconCircleCheck },
};

export function TicketStatePill({ state }: { state: TicketView['state'] }) {
  const { t } = useWords();
  const { tone, icon: Icon } = STATES[state];
  return (
    <Pill tone={tone} icon={<Icon size={14} />}>
      {t(`ticketState.${state}`)}
    </Pill>
  );
}

export function Priority({ priority }: { priority: number }) {
  const { t } = useWords();
  return (
    <span className={`priority p${priority}`} title={t('ticket.priority', { priority })}>
      P{priority}
    </span>
  );
}

/** When it is due, marked when that is past. */
export function Due({ ticket }: { ticket: Pick<TicketView, 'dueAt' | 'closedAt'> }) {
  const { t } = useWords();
  const now = useInstant();
  if (ticket.dueAt === null) return null;
  const isLate = ticket.closedAt === null && ticket.dueAt < now;
  return (
    <span className={isLate ? 'late' : ''}>
      {t(isLate ? 'ticket.late' : 'ticket.due')} <When at={ticket.dueAt} show={isLate ? 'relative' : 'absolute'} />
    </span>
  );
}

export function TicketRow({ ticket }: { ticket: TicketView }) {
  const { t } = useWords();
  return (
    <Link to="/tickets/$id" params={{ id: ticket.id }} className="list-row ticket-row">
      <Priority priority={ticket.priority} />
      <span>
        <span className="strong break">{ticket.title}</span>
        <span className="row small quiet">
          <span className="number">#{ticket.number}</span>
          <span>{t(`ticketKind.${ticket.kind}`)}</span>
          <span>{ticket.owner ?? t('ticket.nobody')}</span>
          <Due ticket={ticket} />
        </span>
      </span>
      <span className="ticket-side">
        <TicketStatePill state={ticket.state} />
        <span className="small quiet">
          <When at={ticket.updatedAt} show="relative" />
        </span>
      </span>
    </Link>
  );
}
