import { eventsOf, MINUTE, NOISE, noise, type TrueEvent } from './fault.ts';
import { Random } from './random.ts';
import { above, type World } from './world.ts';

/** The past that an operations centre has when the judged hour begins. */
export interface HistoryTraits {
  readonly days: number;
  /** Faults a day, of components picked anew: not the fault that is judged. */
  readonly faultsADay: number;
  /** Half of the unrelated warnings have the names that faults' alerts have. */
  readonly alike?: boolean;
}

const DAY = 1440 * MINUTE;

/**
 * Days before the judged hour: the same background of warnings, and other faults with their alerts. Without the repeats
 * of each minute, which change nothing. Its randomness is its own, so that the judged hour is the same with or without.
 */
export function historyOf(world: World, seed: number, until: number, traits: HistoryTraits): TrueEvent[] {
  const { days, faultsADay, alike = false } = traits;
  const random = new Random(seed * 31 + 555_557);
  const from = until - days * DAY;
  const felt = [...world.nodes.values()].filter(({ name }) => above(world, name).size > 1);
  const count = Math.round(days * 24 * random.between(3, 10));
  const kinds = alike ? NOISE.alike : NOISE.own;
  const events = noise(world, random, from, until - 30 * MINUTE, count, kinds);
  for (let index = 0; index < Math.round(days * faultsADay); index++) {
    const { name, partner } = random.pick(felt);
    const fault = {
      id: `past-${index}`,
      root: name,
      kind: random.pick(['errors', 'errors', 'slow', 'down'] as const),
      at: Math.round(random.between(from, until - 120 * MINUTE)),
      lasts: random.between(15, 35) * MINUTE,
      silent: partner !== null,
      class: partner === null ? ('own' as const) : ('partner' as const),
    };
    events.push(...eventsOf(world, fault, random));
  }
  return withoutRepeats(events.sort((a, b) => a.receivedAt - b.receivedAt || (a.id < b.id ? -1 : 1)));
}

function withoutRepeats(events: readonly TrueEvent[]): TrueEvent[] {
  const firing = new Set<string>();
  return events.filter(({ labels, status }) => {
    const key = JSON.stringify(labels);
    if (status === 'resolved') return firing.delete(key);
    return !firing.has(key) && firing.add(key) !== undefined;
  });
}
