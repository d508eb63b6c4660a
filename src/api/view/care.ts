import type { z } from 'zod';
import { careRules, type IncidentHandover, type SlaClock } from '../../action/index.ts';
import { targetNames } from '../../action/config-problems.ts';
import type { Actor } from '../../core/actor.ts';
import type { Incident } from '../../incident/incident.ts';
import type { ApiContext, Tx } from '../context.ts';
import type * as contract from '../contract.ts';
import { nextStepOf, tripsOf, type NextStep } from './chain-next.ts';
import { personNamer } from './duty.ts';

/** So many of the open incidents are read whole for a list; a person does not look at more at once. */
const MOST_READ = 20;

type CareView = z.infer<typeof contract.careView>;

/** What is asked of the one who has an incident, as whoever asks sees it. */
export async function careOf(tx: Tx, context: ApiContext, incident: Incident, actor: Actor): Promise<CareView> {
  const config = context.config();
  const care = await tx.actions.care(incident.id);
  const handovers = await tx.actions.incidentHandoversOf(incident.id);
  const clocks = await tx.actions.slaClocksOf(incident.id);
  const rules = careRules(config, incident, await tx.actions.chainsOf(incident.id));
  const named = personNamer(context);
  const me = config.people.find(({ account, id, name }) => (account ?? id) === actor.id || name === actor.name);
  const accepted = incident.state === 'accepted';
  const asks = accepted && care !== null && care.snoozedUntil === null ? rules.acceptance : null;
  const remindAt = asks && care && care.remindedAt === null ? care.progressAt + asks.remind : null;
  const from = asks && care ? (care.remindedAt ?? care.progressAt + asks.remind) : null;
  const asked = handovers.find(({ state }) => state === 'asked');
  return {
    owner: care?.owner ? named(care.owner) : null,
    mine: accepted && (incident.acceptedBy === actor.name || (me !== undefined && care?.owner === me.id)),
    progressAt: accepted ? (care?.progressAt ?? null) : null,
    remindAt,
    giveBackAt: asks && from !== null ? from + asks.give_back : null,
    snoozedUntil: care?.snoozedUntil ?? null,
    snoozedBy: care?.snoozedBy ?? null,
    snoozeReason: care?.snoozeReason ?? null,
    snoozeMost: rules.snooze,
    nextUpdateAt: care?.promisedAt ?? null,
    promisedBy: care?.promisedBy ?? null,
    promisesKept: care?.promisesKept ?? 0,
    promisesBroken: care?.promisesBroken ?? 0,
    updateEvery: rules.update?.every ?? null,
    handOvers: handovers.map((one) => handOverViewOf(context, one)),
    askedOfMe: asked !== undefined && me !== undefined && asked.asked.includes(me.id),
    clocks: clocks.map(clockView),
    targets: targetsOf(context),
  };
}

/** One hand-over with the names of its people. */
export function handOverViewOf(
  context: ApiContext,
  { id, fromName, target, asked, declined, reason, state, askedAt, dueAt, answeredAt, answeredBy }: IncidentHandover,
): z.infer<typeof contract.handOverView> {
  const named = personNamer(context);
  const people = { asked: asked.map(named), declined: declined.map(named) };
  return { id, fromName, target, ...people, reason, state, askedAt, dueAt, answeredAt, answeredBy };
}

/** What lists of incidents show, of those that have something to show. */
export async function careMarks(tx: Tx, incidents: readonly Incident[]): Promise<z.infer<typeof contract.careMark>[]> {
  const ids = incidents.map(({ id }) => id);
  const cares = new Map((await tx.actions.caresOf(ids)).map((care) => [care.id, care]));
  const clocks = await tx.actions.runningClocks(ids);
  const steps = new Map<string, NextStep | null>();
  const trips = new Map<string, number>();
  for (const incident of incidents.slice(0, MOST_READ)) {
    steps.set(incident.id, await nextStepOf(tx, incident));
    trips.set(incident.id, await tripsOf(tx, incident.id));
  }
  return ids.flatMap((incidentId) => {
    const care = cares.get(incidentId);
    const clock = clocks.find((one) => one.incidentId === incidentId);
    const next = steps.get(incidentId) ?? null;
    const inTrip = trips.get(incidentId) ?? 0;
    if (!care && !clock && next === null && inTrip === 0) return [];
    return [
      {
        incidentId,
        nextUpdateAt: care?.promisedAt ?? null,
        snoozedUntil: care?.snoozedUntil ?? null,
        promisesKept: care?.promisesKept ?? 0,
        promisesBroken: care?.promisesBroken ?? 0,
        clock: clock ? { kind: clock.kind, warnAt: clock.warnAt, dueAt: clock.dueAt } : null,
        next,
        inTrip,
      },
    ];
  });
}

function clockView(clock: SlaClock): z.infer<typeof contract.slaClockView> {
  const { id, kind, sla, span, hours, startedAt, warnAt, dueAt, warnedAt, stoppedAt, brokenAt, state } = clock;
  return {
    id,
    kind,
    sla,
    span,
    hours: hours?.name ?? null,
    startedAt,
    warnAt,
    dueAt,
    warnedAt,
    stoppedAt,
    brokenAt,
    state,
  };
}

function targetsOf(context: ApiContext): CareView['targets'] {
  const config = context.config();
  return ['next', ...targetNames(config)].map((name) => ({
    name,
    title:
      config.people.find(({ id }) => id === name)?.name ??
      config.teams.find((team) => team.name === name)?.title ??
      name,
  }));
}
