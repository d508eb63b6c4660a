import type { z } from 'zod';
import {
  configuredId,
  dutyFindings,
  layerShifts,
  loadPlan,
  waysTo,
  type DutyCall,
  type DutyHandover,
  type DutySwap,
  type Person,
} from '../../action/index.ts';
import type { Actor } from '../../core/actor.ts';
import type { ApiContext } from '../context.ts';
import type * as contract from '../contract.ts';
import { personNamer, type PersonView } from './duty.ts';

const DAY = 86_400_000;
const PROVED = 364 * DAY;

/** Everything around the plan: its layers, absences, swaps, hand-overs, the proof of 52 weeks, and who is reached how. */
export async function dutyAround(
  context: ApiContext,
  actor: Actor,
  from: number,
  to: number,
): Promise<z.infer<typeof contract.dutyAround>> {
  const now = context.deps.clock.now();
  const config = context.config();
  const { duty, people } = config;
  const named = personNamer(context);
  const period = duty.reach?.every ?? 7 * DAY;
  const stored = await context.deps.store.read(async (tx) => ({
    plan: await loadPlan(tx, config, Math.min(from, now)),
    temporary: await tx.actions.temporaryDuties(),
    absences: await tx.actions.absences(Math.min(from, now)),
    swaps: await tx.actions.swaps(now - 14 * DAY),
    handovers: await tx.actions.handovers(now - 28 * DAY, 20),
    tests: await tx.actions.calls('test', now - 2 * period),
    feeds: (await tx.actions.feeds()).filter(({ revokedAt }) => revokedAt === null),
  }));
  const { plan, temporary, tests } = stored;
  const madeId = (name: string): string | null => temporary.find((one) => one.name === name)?.id ?? null;
  const configured = duty.absences.map((absence, index) => ({
    ...absence,
    id: configuredId(index),
    reason: '',
    createdBy: 'configuration',
    configured: true,
  }));
  return {
    layers: plan.layers.map((layer, index) => ({
      name: layer.name,
      id: index < plan.layers.length - temporary.length ? null : madeId(layer.name),
      shifts: layerShifts(plan, layer, from, to).map((shift) => ({ ...shift, person: named(shift.person) })),
    })),
    absences: [...configured, ...stored.absences.map((absence) => ({ ...absence, configured: false }))],
    swaps: stored.swaps.map((swap) => swapView(swap, named)),
    handovers: stored.handovers.map((handover) => handoverView(handover, named)),
    findings: [...dutyFindings(plan, people, tests, now, now + PROVED)].map((finding) => ({
      ...finding,
      people: [...finding.people],
    })),
    provedUntil: now + PROVED,
    reach: people.map((person) => reachView(person, tests)),
    feeds: stored.feeds,
    me: people.find(({ account }) => actor.kind === 'person' && account === actor.id)?.id ?? null,
    handsOver: duty.hand_over !== undefined,
    tests: duty.reach !== undefined,
  };
}

type Namer = (id: string) => PersonView;

/** A swap with names. */
export function swapView(swap: DutySwap, named: Namer): z.infer<typeof contract.swapView> {
  return { ...swap, asker: named(swap.asker), other: named(swap.other) };
}

/** A hand-over with names. */
export function handoverView(handover: DutyHandover, named: Namer): z.infer<typeof contract.handoverView> {
  const deputyStandsIn = handover.state === 'missed' && handover.override !== null;
  return { ...handover, from: named(handover.from), to: named(handover.to), deputyStandsIn };
}

function reachView(person: Person, tests: readonly DutyCall[]): z.infer<typeof contract.reachView> {
  return {
    person: { id: person.id, name: person.name },
    ways: waysTo(person).map(({ channel, address }) => {
      const last = tests.find((call) => call.person === person.id && call.channel === channel);
      return {
        channel,
        address,
        testedAt: last?.createdAt ?? null,
        answeredAt: last?.answeredAt ?? null,
        vendor: last?.vendor ?? null,
        error: last?.lastError ?? null,
      };
    }),
  };
}
