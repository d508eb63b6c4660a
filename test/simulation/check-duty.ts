import { ACTION_FACTS, dutyPlan, loadPlan, onDuty } from '../../src/action/index.ts';
import type { Config } from '../../src/config/index.ts';
import type { Tx } from '../../src/store/index.ts';

/** What happens in one instant may be told in either order. */
const INSTANT = 1000;

interface Stand {
  readonly deputy: string;
  readonly from: number;
  /** When the person meant took the duty over after all; where nobody did, the plan has the deputy's time. */
  readonly to: number;
  /** The next change of the plan: up to then it is the deputy and nobody else. */
  readonly alone: number;
}

/** Who may be taken for the focal person at an instant (ms): one person, or two where the duty changed hands just then. */
export type FocalAt = (at: number) => readonly string[];

/** The duty as it was at each instant: the plan with everything stored, and deputies who were relieved since. */
export async function focalAt(tx: Tx, { duty }: Config, since: number): Promise<FocalAt> {
  const plan = await loadPlan(tx, { duty }, since);
  const overrides = await tx.actions.overrides(since);
  const stands: Stand[] = [];
  for (const { id } of await tx.actions.handovers(0, 10_000)) {
    const rows = await tx.journal.ofSubject('hand-over', id);
    const missed = rows.find(({ fact }) => fact === ACTION_FACTS.handoverMissed);
    const accepted = rows.find(({ fact }) => fact === ACTION_FACTS.handoverAccepted);
    const deputy = missed?.data['deputy'];
    if (!missed || !accepted || typeof deputy !== 'string') continue;
    const changes = [onDuty(plan, missed.at).until, ...overrides.map(({ startsAt }) => startsAt)];
    const alone = Math.min(...changes.filter((at) => at > missed.at));
    stands.push({ deputy, from: missed.at, to: accepted.at, alone });
  }
  // Whoever said "from now on" may have been frozen between looking at the clock and storing it.
  const late: { readonly from: number; readonly to: number; readonly plan: typeof plan }[] = [];
  for (const { id, startsAt } of overrides) {
    const [stored] = await tx.journal.ofSubject('override', id);
    if (!stored || stored.at <= startsAt) continue;
    const rest = { overrides: overrides.filter((one) => one.id !== id), temporary: [], absences: [] };
    late.push({ from: startsAt, to: stored.at + INSTANT, plan: dutyPlan(duty, rest) });
  }
  return (at) => {
    const planned = [at - INSTANT, at, at + INSTANT].map((instant) => onDuty(plan, instant).focal);
    planned.push(...late.filter(({ from, to }) => at >= from && at <= to).map((one) => onDuty(one.plan, at).focal));
    const relieved = stands.filter(({ from, to }) => at >= from - INSTANT && at <= to + INSTANT);
    const standing = relieved.some(({ from, to, alone }) => at > from + INSTANT && at < Math.min(to, alone) - INSTANT);
    return [...new Set([...(standing ? [] : planned), ...relieved.map(({ deputy }) => deputy)])];
  };
}

/** I6 for the duty: no hand-over waits for an answer beyond its time. */
export async function handoversKept(tx: Tx, { duty }: Config, now: number): Promise<string[]> {
  if (!duty.hand_over) return [];
  const { within } = duty.hand_over;
  return (await tx.actions.handovers(0, 10_000))
    .filter(({ state, at }) => state === 'asked' && at + within < now - 60_000)
    .map(({ id, at }) => `I6: the hand-over ${id} at ${at} was neither accepted nor missed`);
}
