/** What is asked of the one who has the mock incident: the promised update, the clocks, a hand-over that was declined. */
import type { z } from 'zod';
import type * as contract from '../../src/api/contract.ts';
import type { Detail, Incident, SceneName } from './mock-scene.ts';

export type Care = Detail['care'];
type Mark = z.infer<typeof contract.careMark>;

const MINUTE = 60_000;
const AMIRA = { id: 'amira', name: 'Amira Haddad' };
const LENA = { id: 'lena', name: 'Lena Costa' };

/** Nothing is asked of anybody. */
export function noCare(): Care {
  return {
    owner: null,
    mine: false,
    progressAt: null,
    remindAt: null,
    giveBackAt: null,
    snoozedUntil: null,
    snoozedBy: null,
    snoozeReason: null,
    snoozeMost: 30 * MINUTE,
    nextUpdateAt: null,
    promisedBy: null,
    promisesKept: 0,
    promisesBroken: 0,
    updateEvery: 30 * MINUTE,
    handOvers: [],
    askedOfMe: false,
    clocks: [],
    targets: [
      { name: 'next', title: 'next' },
      { name: 'deputy', title: 'deputy' },
      { name: 'jonas', title: 'Jonas Weber' },
      { name: 'lena', title: 'Lena Costa' },
      { name: 'fleet', title: 'Fleet team' },
    ],
  };
}

/** The care of the scene's incident. @param opened ms */
export function careOf(name: SceneName, incident: Incident, opened: number, now: number): Care {
  const clock = (kind: 'response' | 'restoration', span: number, stoppedAt: number | null): Care['clocks'][number] => ({
    id: `sla-${kind}`,
    kind,
    sla: 'in-a-trip',
    span,
    hours: null,
    startedAt: opened,
    warnAt: opened + 0.75 * span,
    dueAt: opened + span,
    warnedAt: null,
    stoppedAt,
    brokenAt: null,
    state: stoppedAt === null ? 'running' : 'kept',
  });
  const clocks = [
    clock('response', 5 * MINUTE, incident.acceptedAt),
    clock('restoration', 60 * MINUTE, incident.resolvedAt),
  ];
  if (incident.state !== 'accepted') return { ...noCare(), clocks };
  const updated = now - 4 * MINUTE;
  return {
    ...noCare(),
    owner: AMIRA,
    mine: true,
    progressAt: updated,
    remindAt: updated + 40 * MINUTE,
    giveBackAt: updated + 50 * MINUTE,
    nextUpdateAt: updated + 30 * MINUTE,
    promisesKept: 2,
    promisesBroken: name === 'recovering' ? 1 : 0,
    clocks,
    handOvers: [
      {
        id: 'ihv-1',
        fromName: AMIRA.name,
        target: 'lena',
        asked: [LENA],
        declined: [LENA],
        reason: 'I am on a train from four o’clock',
        state: 'declined',
        askedAt: opened + 3 * MINUTE,
        dueAt: opened + 13 * MINUTE,
        answeredAt: opened + 4 * MINUTE,
        answeredBy: LENA.name,
      },
    ],
  };
}

/** What the list of incidents shows of it. */
export function markOf(incidentId: string, care: Care, detail: Detail | undefined): Mark {
  const running = care.clocks.find(({ state }) => state === 'running');
  const { nextUpdateAt, snoozedUntil, promisesKept, promisesBroken } = care;
  const clock = running ? { kind: running.kind, warnAt: running.warnAt, dueAt: running.dueAt } : null;
  const step = detail?.chains[0]?.steps.find(({ state }) => state === 'waiting');
  const next = step === undefined ? null : { title: step.title, at: step.dueAt };
  const inTrip = detail?.observations.filter((one) => one.inTrip).length ?? 0;
  return { incidentId, nextUpdateAt, snoozedUntil, promisesKept, promisesBroken, clock, next, inTrip };
}

/** What a verb changes of it; null when it is no verb of this kind. */
export function careAfter(care: Care, verb: string, body: Record<string, unknown>): Care | null {
  const now = Date.now();
  switch (verb) {
    case 'snooze':
      return { ...care, snoozedUntil: Number(body['until']), snoozedBy: AMIRA.name, remindAt: null, giveBackAt: null };
    case 'wake':
      return { ...care, snoozedUntil: null, snoozedBy: null };
    case 'confirm':
      return { ...care, progressAt: now };
    case 'promise':
      return { ...care, nextUpdateAt: Number(body['at']), promisedBy: AMIRA.name, promisesKept: care.promisesKept + 1 };
    case 'hand-over': {
      const target = String(body['to']);
      const asked = [{ id: target, name: care.targets.find(({ name }) => name === target)?.title ?? target }];
      const fresh = {
        id: 'ihv-2',
        fromName: AMIRA.name,
        target,
        asked,
        declined: [],
        reason: typeof body['reason'] === 'string' ? body['reason'] : '',
      };
      const times = { askedAt: now, dueAt: now + 10 * MINUTE, answeredAt: null, answeredBy: null };
      return { ...care, handOvers: [{ ...fresh, ...times, state: 'asked' }, ...care.handOvers] };
    }
    default:
      return null;
  }
}

/** How agreed levels of service were kept. */
export function levelsKept(now: number): z.infer<typeof contract.slaReportView> {
  const row = (
    month: string,
    functionName: string,
    kind: 'response' | 'restoration',
    [kept, broken, running]: readonly [number, number, number],
    longest: number,
  ) => {
    const share = kept + broken === 0 ? null : kept / (kept + broken);
    const counts = { kept, broken, running, share, longest: longest * MINUTE };
    return { month, severity: 'critical' as const, functionName, kind, ...counts };
  };
  return {
    zone: 'Europe/Berlin',
    from: now - 80 * 86_400_000,
    to: now,
    rows: [
      row('2026-10', '*', 'response', [9, 0, 0], 4),
      row('2026-10', '*', 'restoration', [8, 1, 0], 83),
      row('2026-10', 'unlock', 'restoration', [3, 1, 0], 83),
      row('2026-11', '*', 'response', [6, 1, 0], 7),
      row('2026-11', '*', 'restoration', [6, 0, 1], 41),
      row('2026-11', 'pay', 'response', [2, 0, 0], 3),
    ],
  };
}
