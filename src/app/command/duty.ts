import type { z } from 'zod';
import type * as contract from '../../api/contract.ts';
import { parseDuration } from '../../core/duration.ts';
import { Fault } from '../../core/fault.ts';
import { callServer, type ServerOptions } from './server-call.ts';
import { localOf, localWords } from './when.ts';

type Plan = z.infer<typeof contract.dutyPlan>;
type Override = Plan['overrides'][number];
type Swap = z.infer<typeof contract.swapView>;

interface Look extends ServerOptions {
  readonly json?: boolean;
}

interface Span extends Look {
  readonly from?: string;
  readonly to?: string;
  readonly for?: string;
  readonly reason: string;
}

const DAY = 86_400_000;

/** Shows who is on duty, the shifts to come, and who stands in. */
export async function showDuty(options: Look & { readonly days: number }): Promise<void> {
  const now = Date.now();
  const to = now + options.days * DAY;
  const plan = await callServer<Plan>(options, 'GET', `/ops/v1/duty?from=${now}&to=${to}`);
  if (options.json) return console.log(JSON.stringify(plan, null, 2));
  const { now: current, zone, shifts, overrides } = plan;
  const until = current.next === null ? '' : ` until ${localWords(current.until, zone)}, then ${current.next.name}`;
  console.log(`${current.focal.name} is on duty${current.override ? ' (stands in)' : ''}${until}. Times of ${zone}.`);
  console.log(current.deputy === null ? 'There is no deputy.' : `${current.deputy.name} is the deputy.`);
  for (const { focal, deputy, from, to: end, override } of shifts) {
    const second = deputy === null ? '' : `, deputy ${deputy.name}`;
    const stands = override === null ? '' : '  (override)';
    console.log(`  ${localWords(from, zone)} to ${localWords(end, zone)}  ${focal.name}${second}${stands}`);
  }
  const coming = overrides.filter(({ endsAt }) => endsAt > now);
  if (coming.length > 0) console.log('Overrides:');
  for (const { id, person, startsAt, endsAt, reason } of coming) {
    console.log(
      `  ${id}  ${person}  ${localWords(startsAt, zone)} to ${localWords(endsAt, zone)}  ${reason}`.trimEnd(),
    );
  }
}

/** Puts somebody else on duty for a while. */
export async function overrideCommand(person: string, options: Span): Promise<void> {
  const zone = await zoneOf(options);
  const span = spanOf(options, zone);
  const body = { person, ...span, reason: options.reason };
  const made = await callServer<Override>(options, 'POST', '/ops/v1/duty/overrides', body);
  const words = `${localWords(span.startsAt, zone)} to ${localWords(span.endsAt, zone)} (${zone})`;
  say(options, made, `${person} is on duty from ${words}. To cancel it: lamplighter duty cancel ${made.id}`);
}

/** Cancels an override. */
export async function cancelOverrideCommand(id: string, options: Look): Promise<void> {
  await callServer(options, 'DELETE', `/ops/v1/duty/overrides/${encodeURIComponent(id)}`);
  say(options, {}, `Cancelled ${id}.`);
}

/** Asks somebody to take a time over. */
export async function swapCommand(
  other: string,
  options: Span & { readonly asker?: string; readonly backFrom?: string; readonly backTo?: string },
): Promise<void> {
  const zone = await zoneOf(options);
  const { asker, backFrom, backTo, reason } = options;
  if ((backFrom === undefined) !== (backTo === undefined)) {
    throw new Fault('bad_request', { what: 'Write both --back-from and --back-to, or neither.' });
  }
  const now = Date.now();
  const back =
    backFrom === undefined || backTo === undefined
      ? {}
      : {
          backStartsAt: localOf(backFrom, '--back-from', zone, now),
          backEndsAt: localOf(backTo, '--back-to', zone, now),
        };
  const body = { ...(asker === undefined ? {} : { asker }), other, ...spanOf(options, zone), ...back, reason };
  const asked = await callServer<Swap>(options, 'POST', '/ops/v1/duty/swaps', body);
  say(options, asked, `${asked.id}: asked ${asked.other.name}; nothing changes until they accept.`);
}

/** Answers a swap. */
export async function answerSwapCommand(id: string, answer: string, options: Look): Promise<void> {
  const path = `/ops/v1/duty/swaps/${encodeURIComponent(id)}/answer`;
  const swap = await callServer<Swap>(options, 'POST', path, { answer });
  say(options, swap, `The swap is ${swap.state}.`);
}

/** Sends a test page to a person by every way. */
export async function testPageCommand(person: string, options: Look): Promise<void> {
  await callServer(options, 'POST', `/ops/v1/people/${encodeURIComponent(person)}/test-page`);
  say(options, {}, `A test page is on its way to ${person}. The page Duty shows which ways were answered.`);
}

async function zoneOf(options: ServerOptions): Promise<string> {
  const now = Date.now();
  return (await callServer<Plan>(options, 'GET', `/ops/v1/duty?from=${now}&to=${now + DAY}`)).zone;
}

function spanOf({ from, to, for: length }: Span, zone: string): { startsAt: number; endsAt: number } {
  const now = Date.now();
  const startsAt = from === undefined ? now : localOf(from, '--from', zone, now);
  if ((to === undefined) === (length === undefined)) {
    throw new Fault('bad_request', {
      what: 'Write either --to with the end or --for with how long, such as --for 12h.',
    });
  }
  if (length !== undefined) return { startsAt, endsAt: startsAt + parseDuration(length) };
  return { startsAt, endsAt: localOf(to!, '--to', zone, startsAt) };
}

function say(options: Look, result: object, words: string): void {
  console.log(options.json ? JSON.stringify(result, null, 2) : words);
}
