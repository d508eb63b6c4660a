import assert from 'node:assert/strict';
import type { PartnerRequest, PartnerResponse } from '../../src/partner/index.ts';
import { ticketMisfit } from '../support/tmforum.ts';

type Ticket = Record<string, unknown> & { id: string; note: Record<string, unknown>[] };

/** A partner's trouble tickets by TMF621, version 5 or 4. What reaches it in version 5 is held against the specification. */
export class Tmf621Partner {
  readonly tickets = new Map<string, Ticket>();
  readonly hubs = new Map<string, string>();
  readonly calls: string[] = [];
  readonly keys: string[] = [];
  /** It takes the next ticket, and its answer is lost on the way. */
  loseAnswer = false;
  readonly #version: '4' | '5';
  readonly #now: () => number;
  #next = 1;

  constructor(now: () => number, version: '4' | '5' = '5') {
    this.#now = now;
    this.#version = version;
  }

  /** The partner works on a ticket. */
  work(id: string, change: Record<string, unknown>): void {
    this.tickets.set(id, { ...this.tickets.get(id)!, ...change });
  }

  note(id: string, text: string): void {
    const ticket = this.tickets.get(id)!;
    const note = { '@type': 'Note', id: `n${this.#next++}`, author: 'NOC Carrier North', date: this.#iso(), text };
    this.work(id, { note: [...ticket.note, note] });
  }

  async request({ method, url, headers, body }: PartnerRequest): Promise<PartnerResponse> {
    const { pathname, searchParams } = new URL(url);
    const path = pathname.replace(/^\/tmf-api\/troubleTicket\/v\d/, '');
    this.calls.push(`${method} ${path}`);
    const read = body === null ? null : (JSON.parse(body) as Record<string, unknown>);
    if (method === 'POST' && path === '/hub') {
      this.#fits('Hub_FVO', read!);
      const id = `h${this.#next++}`;
      this.hubs.set(id, String(read!['callback']));
      return answer(201, { id, ...read });
    }
    if (method === 'POST' && path === '/troubleTicket') return this.#open(read!, headers['idempotency-key'] ?? '');
    if (method === 'GET' && path === '/troubleTicket') return answer(200, this.#find(searchParams));
    const id = /^\/troubleTicket\/(.+)$/.exec(path)?.[1] ?? '';
    const ticket = this.tickets.get(id);
    if (!ticket) return answer(404, { code: '60', reason: 'no such ticket' });
    if (method === 'PATCH') {
      this.#fits('TroubleTicket_MVO', read!);
      // A note gets an id of the partner's.
      const note = (read!['note'] as Record<string, unknown>[] | undefined)?.map((one) => ({
        id: `n${this.#next++}`,
        ...one,
      }));
      this.work(id, { ...read, ...(note ? { note } : {}) });
    }
    return answer(200, this.tickets.get(id));
  }

  #open(body: Record<string, unknown>, key: string): PartnerResponse {
    this.#fits('TroubleTicket_FVO', body);
    this.keys.push(key);
    const id = `TT-${this.#next++}`;
    const ticket = {
      ...body,
      id,
      status: 'acknowledged',
      creationDate: this.#iso(),
      note: body['note'] as Ticket['note'],
    };
    this.tickets.set(id, ticket);
    if (this.loseAnswer) {
      this.loseAnswer = false;
      throw new Error('socket hang up');
    }
    return answer(201, ticket);
  }

  #find(query: URLSearchParams): Ticket[] {
    const wanted = query.get(this.#version === '5' ? 'externalIdentifier.id' : 'externalId');
    return [...this.tickets.values()].filter((ticket) => {
      const identifiers = ticket['externalIdentifier'] as { id: string }[] | undefined;
      return ticket['externalId'] === wanted || identifiers?.some((one) => one.id === wanted) === true;
    });
  }

  #fits(definition: string, value: unknown): void {
    if (this.#version !== '5') return;
    assert.equal(
      ticketMisfit(definition, value),
      null,
      `${definition} fits the specification: ${JSON.stringify(value)}`,
    );
  }

  #iso(): string {
    return new Date(this.#now()).toISOString();
  }
}

function answer(status: number, body: unknown): PartnerResponse {
  return { status, headers: {}, body: JSON.stringify(body) };
}
