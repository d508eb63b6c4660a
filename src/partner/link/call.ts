import { Fault } from '../../core/fault.ts';
import type { Outcome, WorkItem } from '../../core/work.ts';
import type { PartnerResponse } from '../services.ts';

const FIRST_PAUSE = 5000;
const LONGEST_PAUSE = 900_000;

/** The headers of every request to a partner. */
export function headersTo(
  authorization: { readonly type: string; readonly credentials: string } | null,
  contentType = 'application/json;charset=utf-8',
): Record<string, string> {
  return {
    accept: 'application/json',
    'content-type': contentType,
    ...(authorization ? { authorization: `${authorization.type} ${authorization.credentials}` } : {}),
  };
}

export function isTaken({ status }: PartnerResponse): boolean {
  return status >= 200 && status < 300;
}

/** What a refusal is called, with the beginning of the partner's own words. */
export function refused({ status, body }: PartnerResponse): Fault {
  const words = body.replaceAll(/\s+/g, ' ').trim().slice(0, 200);
  return new Fault('outside_failed', {
    what: 'The partner',
    why: `it answered HTTP ${status}${words ? `: ${words}` : ''}`,
  });
}

/** The body as JSON. @throws Fault `outside_failed` when it is none */
export function jsonOf(answer: PartnerResponse): unknown {
  try {
    return JSON.parse(answer.body) as unknown;
  } catch (error) {
    throw new Fault('outside_failed', { what: 'The partner', why: 'its answer is not JSON' }, { cause: error });
  }
}

/** How often a row was tried before; it stands in the row itself, because a row that comes back by itself starts anew. */
export function triesOf(item: WorkItem): number {
  const tries = item.payload['tries'];
  return typeof tries === 'number' ? tries : 0;
}

/** The row once more after a pause that doubles up to a quarter of an hour. */
export function again(item: WorkItem, now: number): Outcome {
  const tries = triesOf(item);
  return { kind: 'again', dueAt: now + pauseAfter(tries), payload: { ...item.payload, tries: tries + 1 } };
}

export function pauseAfter(tries: number): number {
  return Math.min(FIRST_PAUSE * 2 ** tries, LONGEST_PAUSE);
}
