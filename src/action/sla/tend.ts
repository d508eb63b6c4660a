import { systemActor } from '../../core/actor.ts';
import { formatDuration, spokenDuration } from '../../core/duration.ts';
import type { Deps } from '../../core/transaction.ts';
import type { Incident } from '../../incident/incident.ts';
import type { SlaClock, SlaKind } from '../care/nouns.ts';
import { pageAbout } from '../care/page.ts';
import { ACTION_FACTS } from '../facts.ts';
import type { PagePurpose } from '../nouns.ts';
import type { ActionTx } from '../ports.ts';
import type { ActionServices } from '../services.ts';
import { clockBy, SLA_KINDS, slaFor, stopOf, stopped } from './clocks.ts';

/** Brings the clocks of an incident in line with it: started, changed, stopped, going on. @returns those that run */
export async function tendClocks(
  tx: ActionTx,
  deps: Deps<ActionTx>,
  services: ActionServices,
  incident: Incident,
  causeId: string | undefined,
): Promise<SlaClock[]> {
  const stored = await tx.actions.slaClocksOf(incident.id);
  if (stored.length === 0 && services.setting().sla.length === 0) return [];
  const running: SlaClock[] = [];
  for (const kind of SLA_KINDS) {
    const before = stored.find((clock) => clock.kind === kind) ?? null;
    const clock = await tendClock(tx, deps, services, incident, kind, before, causeId);
    if (clock?.state === 'running') running.push(clock);
  }
  return running;
}

async function tendClock(
  tx: ActionTx,
  deps: Deps<ActionTx>,
  services: ActionServices,
  incident: Incident,
  kind: SlaKind,
  before: SlaClock | null,
  causeId: string | undefined,
): Promise<SlaClock | null> {
  const setting = services.setting();
  const entry = slaFor(setting.sla, incident, kind);
  const isOver = incident.state === 'merged';
  if (isOver || (entry === null && before === null)) {
    if (before?.state === 'running') await change(tx, before, { state: 'void' });
    return null;
  }
  const told = { tx, incident, causeId };
  const stop = stopOf(kind, incident);
  if (before === null) {
    const parts = clockBy(setting, entry!, kind, incident, incident.openedAt, services.holidays);
    const fresh = {
      id: deps.ids.next('sla'),
      incidentId: incident.id,
      warnedAt: null,
      stoppedAt: null,
      brokenAt: null,
    };
    const clock: SlaClock = { ...fresh, ...parts, state: 'running' };
    await tx.actions.insertSlaClock(clock);
    await tell(
      told,
      ACTION_FACTS.slaStarted,
      clock,
      `has ${formatDuration(clock.span)}${hoursWords(clock)}`,
      'detected',
    );
    return stop === null ? clock : halt(told, clock, stop);
  }
  if (before.state === 'void') return null;
  if (before.stoppedAt !== null) {
    // It was not over after all: restoration goes on where it was kept; what was broken stays broken.
    if (stop !== null || kind === 'response') return before;
    return change(tx, before, { stoppedAt: null, state: before.brokenAt === null ? 'running' : 'broken' });
  }
  const clock = entry === null ? before : await follow(told, services, before, entry, incident);
  return stop === null ? clock : halt(told, clock, stop);
}

type Told = { readonly tx: ActionTx; readonly incident: Incident; readonly causeId: string | undefined };

/** Another severity or function may mean another target, counted from the detection as well. */
async function follow(
  told: Told,
  services: ActionServices,
  before: SlaClock,
  entry: NonNullable<ReturnType<typeof slaFor>>,
  incident: Incident,
): Promise<SlaClock> {
  const parts = clockBy(services.setting(), entry, before.kind, incident, before.startedAt, services.holidays);
  const same =
    parts.sla === before.sla &&
    parts.severity === before.severity &&
    parts.functions.join() === before.functions.join();
  if (same || before.state !== 'running') return before;
  const after = await change(told.tx, before, parts);
  if (after.span !== before.span || after.dueAt !== before.dueAt) {
    const words = `has ${formatDuration(after.span)}${hoursWords(after)} instead of ${formatDuration(before.span)}`;
    await tell(told, ACTION_FACTS.slaChanged, after, words, 'severity-or-reach-changed');
  }
  return after;
}

async function halt(told: Told, clock: SlaClock, at: number): Promise<SlaClock> {
  const after = await change(told.tx, clock, stopped(clock, at));
  const took = spokenDuration(Math.max(1000, at - clock.startedAt));
  if (after.state === 'kept') await tell(told, ACTION_FACTS.slaKept, after, `was kept: ${took}`, 'stopped-in-time');
  else if (clock.brokenAt === null) {
    await tell(told, ACTION_FACTS.slaBroken, after, `was broken: it took ${took}`, 'stopped-late');
  } else await tell(told, ACTION_FACTS.slaStopped, after, `stopped late, after ${took}`, 'stopped-late');
  return after;
}

type Context = Told & {
  readonly deps: Deps<ActionTx>;
  readonly services: ActionServices;
  readonly now: number;
};

/** Warns that a target is nearly used up. */
export async function warnClock(context: Context, clock: SlaClock): Promise<void> {
  await change(context.tx, clock, { warnedAt: context.now });
  const left = spokenDuration(Math.max(1000, clock.dueAt - context.now));
  const causeId = await tell(context, ACTION_FACTS.slaWarned, clock, `is due in ${left}`, 'due-soon');
  await page(context, clock, 'sla-warning', clock.warn, `told because its ${clock.kind} is due in ${left}`, causeId);
}

/** A target was missed: a fact for ever. */
export async function breakClock(context: Context, clock: SlaClock): Promise<void> {
  await change(context.tx, clock, { state: 'broken', brokenAt: clock.dueAt });
  const span = formatDuration(clock.span);
  const causeId = await tell(context, ACTION_FACTS.slaBroken, clock, `was broken: more than ${span}`, 'overdue');
  await page(context, clock, 'sla-broken', clock.broken, `told because its ${clock.kind} took over ${span}`, causeId);
}

async function page(
  { tx, deps, services, incident }: Context,
  clock: SlaClock,
  purpose: PagePurpose,
  targets: readonly string[],
  reason: string,
  causeId: string,
): Promise<void> {
  if (targets.length === 0) return;
  await pageAbout(tx, deps, services, incident, { purpose, targets, occasion: clock.id, reason }, causeId);
}

async function change(tx: ActionTx, clock: SlaClock, changed: Partial<SlaClock>): Promise<SlaClock> {
  await tx.actions.updateSlaClock(clock.id, changed);
  return { ...clock, ...changed };
}

function hoursWords({ hours }: SlaClock): string {
  return hours === null ? '' : ` in the hours ${hours.name}`;
}

function tell(
  { tx, incident, causeId }: Told,
  fact: string,
  clock: SlaClock,
  words: string,
  reason: string,
): Promise<string> {
  const { kind, sla, span, dueAt } = clock;
  return tx.journal.append({
    actor: systemActor('action'),
    fact,
    subject: { kind: 'incident', id: incident.id },
    incidentId: incident.id,
    causeId,
    summary: `The agreed ${kind} (${sla}) ${words}`,
    reason,
    data: { clock: kind, sla, span, dueAt },
  });
}
