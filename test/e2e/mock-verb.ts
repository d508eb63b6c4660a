/** What the verbs change in the scene. */
import { careAfter } from './mock-care.ts';
import { partnerTicketOf } from './mock-watched.ts';
import type { Answer, World } from './mock-route.ts';
import type { Incident, Scene, Ticket } from './mock-scene.ts';

type Body = Record<string, unknown>;

function refused(status: number, detail: string): Answer {
  return { status, body: { type: 'about:blank', title: detail, status, detail, code: 'mock', retryable: false } };
}

/** Carries out a verb on an incident and tells the streams. */
export function verbOnIncident(world: World, id: string, verb: string, body: Body): Answer {
  const { scene } = world;
  const incident = scene.incidents.find((each) => each.id === id);
  const detail = scene.details.get(id);
  if (incident === undefined || detail === undefined) return refused(404, `There is no incident "${id}".`);
  if (typeof body['version'] === 'number' && body['version'] !== incident.version) {
    return refused(409, 'Somebody changed this incident meanwhile. Look at it again, then decide.');
  }
  const care = careAfter(detail.care, verb, body);
  const changed = care ? {} : changeOf(incident, verb, body);
  if (typeof changed === 'string') return refused(409, changed);
  const next = { ...incident, ...changed, version: incident.version + 1 };
  scene.incidents = scene.incidents.map((each) => (each.id === id ? next : each));
  const said = typeof body['text'] === 'string' ? body['text'] : verb;
  const entry = {
    id: `jo-${Date.now()}`,
    at: Date.now(),
    actorKind: 'person' as const,
    actorName: 'Amira Haddad',
    fact: `incident.${verb}`,
    subject: { kind: 'incident', id },
    summary: said,
    reason: typeof body['reason'] === 'string' ? body['reason'] : null,
    causeId: null,
    data: {},
    corrected: null,
  };
  const timeline =
    verb === 'correct'
      ? detail.timeline.map((each) =>
          each.id === body['entryId']
            ? {
                ...each,
                summary: String(body['summary']),
                corrected: { by: 'Amira Haddad', at: Date.now(), reason: String(body['reason']), before: each.summary },
              }
            : each,
        )
      : [...detail.timeline, entry];
  const atPartner =
    verb === 'partner-ticket' ? { partnerTickets: [partnerTicketOf(scene.now)], ticketPartners: [] } : {};
  scene.details.set(id, { ...detail, incident: next, timeline, ...(care ? { care } : {}), ...atPartner });
  world.tell('incident', id);
  return { status: 200, body: care ?? next };
}

function changeOf(incident: Incident, verb: string, body: Body): Partial<Incident> | string {
  switch (verb) {
    case 'accept':
      if (incident.state !== 'open')
        return `Incident #${incident.number} is ${incident.state}; it cannot be accepted from there.`;
      return { state: 'accepted', acceptedAt: Date.now(), acceptedBy: 'Amira Haddad' };
    case 'update': {
      const { version: _version, reason: _reason, ...rest } = body;
      return rest as Partial<Incident>;
    }
    case 'unaccept':
      return { state: 'open', acceptedAt: null, acceptedBy: null };
    case 'resolve':
      return { state: 'resolved', phase: 'resolved', resolvedAt: Date.now() };
    case 'reopen':
      return { state: 'open', phase: 'investigating', resolvedAt: null, acceptedAt: null, acceptedBy: null };
    default:
      return {};
  }
}

/** Writes to a partner on its ticket. */
export function writeToPartner(scene: Scene, id: string, body: Body): Answer {
  for (const [incidentId, detail] of scene.details) {
    const partnerTickets = detail.partnerTickets.map((ticket) =>
      ticket.id === id
        ? {
            ...ticket,
            notes: [
              ...ticket.notes,
              { author: 'Amira Haddad', at: Date.now(), text: String(body['text']), origin: 'own' as const },
            ],
          }
        : ticket,
    );
    scene.details.set(incidentId, { ...detail, partnerTickets });
  }
  return { status: 204 };
}

/** Opens a ticket, or changes the one named. */
export function openTicket(scene: Scene, id: string | undefined, body: Body): Answer {
  if (id === undefined) {
    const ticket = {
      ...scene.tickets.at(-1)!,
      id: `ti-${Date.now()}`,
      number: 318,
      openedBy: 'Amira Haddad',
      ...body,
    } as Ticket;
    scene.tickets.unshift(ticket);
    return { status: 200, body: ticket };
  }
  const { comment: _comment, ...rest } = body;
  scene.tickets = scene.tickets.map((each) =>
    each.id === id ? { ...each, ...(rest as Partial<Ticket>), version: each.version + 1, updatedAt: Date.now() } : each,
  );
  return { status: 200, body: scene.tickets.find((each) => each.id === id) };
}

/** Proves an improvement again: the same proof, now. */
export function prove(scene: Scene, id: string | undefined): Answer {
  scene.improvements = scene.improvements.map((each) =>
    each.id === id && each.proof !== null
      ? { ...each, state: 'proved', proof: { ...each.proof, at: Date.now() }, version: each.version + 1 }
      : each,
  );
  return { status: 200, body: scene.improvements.find((each) => each.id === id) };
}

/** Adopts or rejects an improvement. */
export function decide(scene: Scene, id: string | undefined, body: Body): Answer {
  const state = body['decision'] === 'adopted' ? 'adopted' : 'rejected';
  scene.improvements = scene.improvements.map((each) =>
    each.id === id ? { ...each, state, version: each.version + 1 } : each,
  );
  return { status: 200, body: scene.improvements.find((each) => each.id === id) };
}

/** Adds, changes, ends or cancels an event. */
export function changeEvents(
  scene: Scene,
  method: string,
  id: string | undefined,
  verb: string | undefined,
  body: Body,
): Answer {
  const now = Date.now();
  if (id === undefined) {
    const added = {
      id: `evt-${now}`,
      origin: 'added',
      state: 'planned',
      createdBy: 'Amira Haddad',
      version: 1,
      ...body,
    };
    scene.events.push(added as (typeof scene.events)[number]);
    return { status: 201, body: added };
  }
  const change =
    method === 'DELETE' ? { state: 'cancelled' } : verb === 'end' ? { state: 'over', endsAt: now } : { ...body };
  scene.events = scene.events.map((each) =>
    each.id === id ? ({ ...each, ...change, version: (each.version ?? 0) + 1 } as typeof each) : each,
  );
  return { status: 200, body: scene.events.find((each) => each.id === id) };
}
