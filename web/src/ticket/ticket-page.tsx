/** One ticket: what it asks for, who does it, by when, and how it went. */
import { Button, Select, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { Person, TicketDetail, TicketView } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useMay } from '../access/role.ts';
import { Timeline } from '../incident/timeline.tsx';
import '../incident/incident.css';
import { useWords } from '../language/index.ts';
import { useNames } from '../now/names.ts';
import { Panel } from '../shell/panel.tsx';
import { CopyLink } from '../shell/copy.tsx';
import { useTitle } from '../shell/title.ts';
import { Asked } from '../shell/state.tsx';
import { Refusal, useVerb } from '../shell/verb.tsx';
import { fieldOf, instantOf, When, zoneName } from '../shell/when.tsx';
import { PRIORITIES } from './new-ticket-dialog.tsx';
import { Due, Priority, TicketStatePill } from './ticket-row.tsx';

const STATES = ['open', 'in-progress', 'waiting', 'done'] as const;

export function usePeople() {
  return useQuery({
    queryKey: ['people'],
    staleTime: 10 * 60_000,
    queryFn: () => call<{ items: Person[] }>('GET', '/ops/v1/people'),
  });
}

export function TicketPage() {
  const { id } = useParams({ from: '/tickets/$id' });
  const query = useQuery({
    queryKey: ['ticket', id],
    queryFn: () => call<TicketDetail>('GET', `/ops/v1/tickets/${id}`),
  });
  return (
    <Asked query={query} height={90}>
      {(detail) => <Detail detail={detail} />}
    </Asked>
  );
}

function Detail({ detail }: { detail: TicketDetail }) {
  const { t } = useWords();
  const names = useNames();
  const may = useMay();
  const { ticket } = detail;
  useTitle(`#${ticket.number} ${ticket.title}`);
  return (
    <div className="page">
      <header className="incident-head">
        <div className="row small">
          <Link to="/tickets">{t('nav.tickets')}</Link>
          <span className="quiet number">#{ticket.number}</span>
          <CopyLink path={`/tickets/${ticket.id}`} />
        </div>
        <div className="row">
          <Priority priority={ticket.priority} />
          <TicketStatePill state={ticket.state} />
          <span className="quiet small">{t(`ticketKind.${ticket.kind}`)}</span>
        </div>
        <div className="page-head">
          <h1>{ticket.title}</h1>
        </div>
      </header>
      <div className="two">
        <div>
          <Panel title={t('ticket.body')}>
            {ticket.body === '' ? (
              <p className="quiet">{t('ticket.noBody')}</p>
            ) : (
              <p className="prose">{ticket.body}</p>
            )}
            <dl className="fact-grid ticket-facts">
              <div>
                <dt>{t('ticket.openedBy')}</dt>
                <dd>{ticket.openedBy}</dd>
              </div>
              <div>
                <dt>{t('ticket.openedAt')}</dt>
                <dd>
                  <When at={ticket.openedAt} show="absolute" />
                </dd>
              </div>
              {ticket.functionName === null ? null : (
                <div>
                  <dt>{t('observation.function')}</dt>
                  <dd>{names.functionTitle(ticket.functionName)}</dd>
                </div>
              )}
              {ticket.city === null ? null : (
                <div>
                  <dt>{t('observation.city')}</dt>
                  <dd>{names.cityTitle(ticket.city)}</dd>
                </div>
              )}
              {ticket.incidentId === null ? null : (
                <div>
                  <dt>{t('ticket.from')}</dt>
                  <dd>
                    <Link to="/incidents/$id" params={{ id: ticket.incidentId }}>
                      {t('alert.inIncident')}
                    </Link>
                  </dd>
                </div>
              )}
              {ticket.dueAt === null ? null : (
                <div>
                  <dt>{t('ticket.dueField')}</dt>
                  <dd>
                    <Due ticket={ticket} />
                  </dd>
                </div>
              )}
            </dl>
          </Panel>
          <section className="panel" aria-label={t('ticket.history')}>
            <header className="panel-head">
              <h2>{t('ticket.history')}</h2>
            </header>
            <Timeline incidentId={null} entries={detail.history} />
          </section>
        </div>
        {may.observe ? (
          <div>
            <Change key={ticket.version} ticket={ticket} />
          </div>
        ) : null}
      </div>
    </div>
  );
}

function Change({ ticket }: { ticket: TicketView }) {
  const { t } = useWords();
  const people = usePeople().data?.items ?? [];
  const [state, setState] = useState<string>(ticket.state);
  const [owner, setOwner] = useState(ticket.owner);
  const [priority, setPriority] = useState(String(ticket.priority));
  const [due, setDue] = useState(ticket.dueAt === null ? '' : fieldOf(ticket.dueAt));
  const [comment, setComment] = useState('');
  const verb = useVerb((body: object) => call<TicketView>('PATCH', `/ops/v1/tickets/${ticket.id}`, body), {
    done: t('ticket.saved'),
    refresh: ['ticket', 'tickets', 'now'],
    announceFailure: false,
  });
  const dueAt = instantOf(due);
  const isDueChanged = due !== (ticket.dueAt === null ? '' : fieldOf(ticket.dueAt));
  const body = {
    version: ticket.version,
    ...(state === ticket.state ? {} : { state }),
    ...(owner === ticket.owner ? {} : { owner }),
    ...(Number(priority) === ticket.priority ? {} : { priority: Number(priority) }),
    ...(isDueChanged ? { dueAt } : {}),
    ...(comment.trim() === '' ? {} : { comment: comment.trim() }),
  };
  // An owner who left the plan stays selectable, so that saving something else does not lose the name.
  const owners = people.map((each) => each.name);
  if (ticket.owner !== null && !owners.includes(ticket.owner)) owners.push(ticket.owner);
  return (
    <Panel title={t('ticket.change')}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          verb.run(body);
        }}
      >
        <Select
          label={t('ticket.state')}
          data={STATES.map((value) => ({ value, label: t(`ticketState.${value}`) }))}
          value={state}
          onChange={(value) => setState(value ?? state)}
          allowDeselect={false}
        />
        <Select label={t('ticket.owner')} data={owners} value={owner} onChange={setOwner} clearable />
        <Select
          label={t('ticket.priorityField')}
          data={PRIORITIES.map((value) => ({ value, label: t(`ticket.priorities.${value}`) }))}
          value={priority}
          onChange={(value) => setPriority(value ?? priority)}
          allowDeselect={false}
        />
        <TextInput
          type="datetime-local"
          label={t('ticket.dueField')}
          description={zoneName}
          value={due}
          onChange={(event) => setDue(event.currentTarget.value)}
        />
        <Textarea
          label={t('ticket.comment')}
          rows={3}
          maxLength={4000}
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
        />
        <Refusal error={verb.error} />
        <Button type="submit" loading={verb.pending} disabled={Object.keys(body).length === 1}>
          {t('action.save')}
        </Button>
      </form>
    </Panel>
  );
}
