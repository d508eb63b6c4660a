import type { CorrelationEvent } from '../../src/incident/correlate/engine.ts';
import type { Labels } from '../../src/core/labels.ts';
import type { Random } from './random.ts';
import { above, type World } from './world.ts';

export const MINUTE = 60_000;

/** Something that breaks, and what it does. */
export interface Fault {
  readonly id: string;
  readonly root: string;
  readonly kind: 'errors' | 'slow' | 'down';
  readonly at: number;
  readonly lasts: number;
  /** The root says nothing itself: no alert, no measure. */
  readonly silent?: boolean;
  /** Only in this city, or everywhere. */
  readonly city?: string | null;
  /** How much of it reaches each caller, at most. */
  readonly reach?: number;
  /** Alerts of each component. */
  readonly instances?: readonly [number, number];
  readonly flaps?: number;
  /** How long it takes until all of it is felt, ms. */
  readonly spread?: number;
  readonly class: 'own' | 'partner' | 'change';
  /** Callers fail towards it again and again: requests are repeated this many times. */
  readonly retries?: number;
}

/** An event with what it truly belongs to: a fault's id, or null for noise. */
export interface TrueEvent extends CorrelationEvent {
  readonly truth: string | null;
}

const KINDS = {
  errors: ['ErrorsHigh', 'BudgetBurn', 'CallsFail'],
  slow: ['LatencyHigh', 'QueueGrows', 'BudgetBurn'],
  down: ['TargetDown', 'ErrorsHigh', 'CallsFail'],
} as const;
const WORDS: Readonly<Record<string, string>> = {
  ErrorsHigh: 'share of failed requests is above its limit at',
  BudgetBurn: 'error budget burns too fast for',
  CallsFail: 'calls fail from',
  LatencyHigh: 'answers take too long at',
  QueueGrows: 'requests queue up at',
  TargetDown: 'does not answer probes:',
  DiskFills: 'disk will be full within a day at',
  CertExpires: 'certificate ends within two weeks at',
  RestartLoop: 'restarted more than once at',
};

/** The alerts that a fault raises, with repeats each minute and their end. */
export function eventsOf(world: World, fault: Fault, random: Random): TrueEvent[] {
  const events: TrueEvent[] = [];
  const { reach = 0.8, spread = 2 * MINUTE } = fault;
  const felt = new Map<string, number>([[fault.root, 0]]);
  for (const [name, steps] of above(world, fault.root)) {
    if (steps === 0) continue;
    const through = world.nodes
      .get(name)!
      .callees.some((callee) => felt.has(callee) || (callee === 'carriers' && felt.has(fault.root)));
    // It is felt along the calls, less with each one.
    if (through && steps <= 3 && random.chance(reach * 0.85 ** (steps - 1))) felt.set(name, steps);
  }
  for (const [name, steps] of felt) {
    if (name === fault.root && fault.silent === true) continue;
    const begins = fault.at + steps * random.between(0.2, 0.6) * spread + random.between(0, 0.3) * spread;
    events.push(...alertsAt(world, fault, name, steps, begins, random));
  }
  return events;
}

function alertsAt(
  world: World,
  fault: Fault,
  name: string,
  steps: number,
  begins: number,
  random: Random,
): TrueEvent[] {
  const node = world.nodes.get(name)!;
  const partner = node.partner !== null;
  const kinds: readonly string[] = partner
    ? ['PartnerTrouble']
    : random.some(KINDS[steps > 0 ? 'errors' : fault.kind], random.whole(1, 2));
  const [least, most] = fault.instances ?? [1, 3];
  const events: TrueEvent[] = [];
  for (const kind of kinds) {
    const count = partner ? 1 : random.whole(least, most);
    for (let index = 0; index < count; index++) {
      const callee = fault.root !== name && random.chance(0.35) ? downTowards(world, name, fault.root) : null;
      const labels: Record<string, string> = {
        alertname: kind,
        severity: steps <= 1 || random.chance(0.5) ? 'critical' : 'warning',
        env: 'prod',
        cluster: node.cluster,
        team: node.team,
        ...(node.layer === 'carrier' ? { carrier: name } : { service: name }),
        ...(partner ? {} : { instance: `${name}-${index}` }),
        ...(fault.city ? { city: fault.city } : {}),
        ...(callee === null ? {} : { upstream: callee }),
      };
      const text = partner
        ? `${name} reports trouble`
        : `${WORDS[kind]} ${name}${callee === null ? '' : `, towards ${callee}`}`;
      const from = Math.round(begins + random.between(0, 40_000));
      events.push(...repeated(labels, text, from, fault.at + fault.lasts + random.between(0, MINUTE), fault, random));
    }
  }
  return events;
}

function downTowards(world: World, name: string, root: string): string | null {
  const way = above(world, root);
  const next = world.nodes.get(name)!.callees.find((callee) => way.has(callee));
  return next ?? null;
}

/** An alert as senders send it: each minute while it fires, and its end; a flapping one ends and begins again. */
function repeated(
  labels: Labels,
  text: string,
  from: number,
  until: number,
  fault: Pick<Fault, 'id' | 'flaps'>,
  random: Random,
): TrueEvent[] {
  const events: TrueEvent[] = [];
  const opens = labels['severity'] === 'critical';
  const event = (at: number, status: 'firing' | 'resolved'): void => {
    const instant = Math.round(at);
    const id = `${Object.values(labels).join('/')}@${instant}`;
    events.push({ id, kind: 'alert', status, at: instant, receivedAt: instant, labels, text, opens, truth: fault.id });
  };
  const flaps = fault.flaps ?? 0;
  const length = (until - from) / (flaps + 1);
  for (let flap = 0; flap <= flaps; flap++) {
    const begin = from + flap * length;
    const end = flap === flaps ? until : begin + length * random.between(0.4, 0.8);
    for (let at = begin; at < end; at += MINUTE) event(at, 'firing');
    event(end, 'resolved');
  }
  return events;
}

/** What warnings that have nothing to do with anything are called: by names of their own, or half of them as faults are. */
export const NOISE = {
  own: ['DiskFills', 'CertExpires', 'RestartLoop'],
  alike: ['DiskFills', 'CertExpires', 'RestartLoop', 'ErrorsHigh', 'LatencyHigh', 'QueueGrows'],
} as const;

/** Warnings that have nothing to do with anything. */
export function noise(
  world: World,
  random: Random,
  from: number,
  to: number,
  count: number,
  kinds: readonly string[] = NOISE.own,
): TrueEvent[] {
  const events: TrueEvent[] = [];
  for (let index = 0; index < count; index++) {
    const node = random.pick([...world.nodes.values()].filter(({ partner }) => partner === null));
    const kind = random.pick(kinds);
    const labels = {
      alertname: kind,
      severity: 'warning',
      env: 'prod',
      cluster: node.cluster,
      team: node.team,
      service: node.name,
      instance: `${node.name}-n${index}`,
    };
    const at = random.between(from, to);
    const made = repeated(
      labels,
      `${WORDS[kind]} ${node.name}`,
      at,
      at + random.between(5, 20) * MINUTE,
      { id: 'x' },
      random,
    );
    events.push(...made.map((event) => ({ ...event, truth: null })));
  }
  return events;
}

const TICKETS = [
  ['en', 'The car does not open, I stand in front of it'],
  ['de', 'Das Auto lässt sich nicht öffnen, ich stehe davor'],
  ['pt', 'O carro não abre, estou à frente dele'],
  ['it', "L'auto non si apre, sono davanti"],
] as const;

/** Members' tickets about a fault, in several languages, from where they are. */
export function tickets(fault: Fault, random: Random, count: number, place: string): TrueEvent[] {
  return Array.from({ length: count }, (_, index) => {
    const at = Math.round(fault.at + random.between(2, 20) * MINUTE);
    const [, text] = random.pick(TICKETS);
    const labels = {
      alertname: 'Ticket',
      service: place,
      ...(fault.city ? { city: fault.city } : {}),
      ticket: `${fault.id}-${index}`,
    };
    return {
      id: `ticket-${fault.id}-${index}`,
      kind: 'ticket',
      status: 'firing',
      at,
      receivedAt: at,
      labels,
      text,
      opens: false,
      truth: fault.id,
    };
  });
}
