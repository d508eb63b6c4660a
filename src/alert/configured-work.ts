import { systemActor } from '../core/actor.ts';
import { Fault } from '../core/fault.ts';
import { DONE, type Handler } from '../core/work.ts';
import type { Maintenance, MaintenancePlan } from './alert.ts';
import { settingsOf, type AlertDeps } from './deps.ts';
import { ALERT_WORK } from './facts.ts';
import type { AlertTx } from './ports.ts';
import { insertWindow } from './recur.ts';
import { readRhythm, type RhythmInput } from './rhythm.ts';
import { readTerms } from './terms.ts';
import { reviseWindow } from './verbs/change-maintenance.ts';
import { closeWindow } from './verbs/end-maintenance.ts';
import { closePlan, makePlan, revisePlan } from './verbs/plan-maintenance.ts';
import type { ConfiguredWork } from './work-config.ts';

const ACTOR = systemActor('config');
/** Ids of what the configuration names are made from its name, so that each instance and each start finds it again. */
const PLAN = 'mpl_config.';
const WINDOW = 'mnt_config.';

/** Brings announced work in line with the configuration: at start and after each reload. */
export async function watchConfiguredWork(deps: AlertDeps): Promise<void> {
  await deps.store.transact(async (tx) => {
    await tx.work.enqueue({ kind: ALERT_WORK.configureWork, key: 'all', priority: 1, payload: {} });
  });
}

/**
 * Makes, changes and ends announced work of the configuration. What a person ended stays ended until its entry says
 * something else; what is over stays as it was.
 */
export function configureWork(deps: AlertDeps): Handler<AlertTx> {
  return {
    kind: ALERT_WORK.configureWork,
    async inside(tx) {
      const now = deps.clock.now();
      const works = settingsOf(deps).maintenance;
      for (const work of works) {
        try {
          if ('rule' in work.when) await keepPlan(tx, deps, work, work.when, now);
          else await keepWindow(tx, deps, work, work.when, now);
        } catch (error) {
          // The check of the configuration finds what is wrong; what it should miss does not hold up the others.
          if (!(error instanceof Fault)) throw error;
        }
      }
      const kept = (prefix: string, recurs: boolean): Set<string> =>
        new Set(works.filter(({ when }) => 'rule' in when === recurs).map(({ name }) => prefix + name));
      const plans = kept(PLAN, true);
      for (const plan of await tx.alerts.plans()) {
        if (plan.id.startsWith(PLAN) && !plans.has(plan.id)) await closePlan(tx, ACTOR, plan, now);
      }
      const windows = kept(WINDOW, false);
      for (const window of await tx.alerts.maintenances(now)) {
        if (window.id.startsWith(WINDOW) && !windows.has(window.id)) await closeWindow(tx, ACTOR, window, now);
      }
      return DONE;
    },
  };
}

async function keepPlan(
  tx: AlertTx,
  deps: AlertDeps,
  { name, terms: input }: ConfiguredWork,
  when: RhythmInput,
  now: number,
): Promise<void> {
  const id = PLAN + name;
  const before = await tx.alerts.plan(id);
  const terms = readTerms(deps, ACTOR, input);
  const rhythm = readRhythm(when, 0);
  if (before && same(termsOf({ ...before, ...terms, ...rhythm }), termsOf(before))) return;
  // Nothing is left of it: the plan would end as it begins.
  if (!hasMore(when, now)) return;
  const made = { createdAt: now, updatedAt: now, madeUntil: null, endedAt: null };
  if (!before) await makePlan(tx, deps, ACTOR, { id, ...terms, ...rhythm, ...made }, now);
  else await revisePlan(tx, deps, ACTOR, before, { ...terms, ...rhythm }, now);
}

async function keepWindow(
  tx: AlertTx,
  deps: AlertDeps,
  { name, terms: input }: ConfiguredWork,
  { startsAt, endsAt }: { readonly startsAt: number; readonly endsAt: number },
  now: number,
): Promise<void> {
  const id = WINDOW + name;
  const before = await tx.alerts.maintenance(id);
  const terms = readTerms(deps, ACTOR, input);
  if (!before) {
    if (endsAt > now) await insertWindow(tx, ACTOR, { id, ...terms, startsAt, endsAt, planId: null }, now);
    return;
  }
  const after: Maintenance = { ...before, ...terms, createdBy: before.createdBy, startsAt, endsAt };
  if (endsAt <= now || before.endsAt <= now || same(after, before)) return;
  // Where it runs already, its begin stays: what was quiet when is on record.
  const begin = before.startsAt <= now ? before.startsAt : startsAt;
  await reviseWindow(tx, ACTOR, before, { ...after, startsAt: begin }, now);
}

function hasMore(when: RhythmInput, now: number): boolean {
  try {
    readRhythm(when, now);
    return true;
  } catch {
    return false;
  }
}

/** What a plan says, without what became of it. */
function termsOf(plan: MaintenancePlan): object {
  const { title, matchers, places, announced, notice, tell, rule, starts, zone, duration } = plan;
  return { title, matchers, places, announced, notice, tell, rule, starts, zone, duration };
}

/** Whether two say the same, whatever the order of their fields. */
function same(one: object, other: object): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
