import { callKey, type MeasureTable, tableOf } from '../../src/incident/cause/measures.ts';
import { MINUTE, type Fault } from './fault.ts';
import type { Random } from './random.ts';
import { calleesOf, type World } from './world.ts';

export interface Traffic {
  /** Factor on all traffic since the instant: a peak. */
  readonly peak?: number;
  /** A call that begins or ends at the instant of the fault. */
  readonly added?: readonly [string, string];
  readonly removed?: readonly [string, string];
}

/** Rows of history before the onset, and after it. */
const HISTORY = 120;
const AFTER = 12;

/**
 * What is measured of the world: requests, failures and latency of each component a minute, before and since faults.
 * Failures and waiting travel up along calls; retries multiply requests towards what fails.
 */
export function measure(
  world: World,
  faults: readonly Fault[],
  onset: number,
  random: Random,
  traffic: Traffic = {},
): MeasureTable {
  const times = Array.from({ length: HISTORY + AFTER }, (_, row) => onset + (row - HISTORY) * MINUTE);
  const cells = new Map<string, Map<number, [number, number, number]>>();
  const order = topDown(world);
  const usual = new Map(
    order.map((name) => [name, { fails: random.between(0.0005, 0.004), seconds: random.between(0.005, 0.06) }]),
  );
  const share = new Map(
    order.flatMap((name) =>
      calleesOf(world, name).map((callee) => [callKey(name, callee), random.between(0.4, 1)] as const),
    ),
  );
  const fanIn = new Map(
    order.filter((name) => world.nodes.get(name)!.layer === 'edge').map((name) => [name, random.between(200, 900)]),
  );
  for (const at of times) {
    const since = at >= onset;
    const live = faults.filter((fault) => since && fault.at <= at + MINUTE && at < fault.at + fault.lasts);
    const wave = 1 + 0.1 * Math.sin(at / 3_600_000) + 0.03 * random.normal();
    const state = new Map<string, { fails: number; seconds: number }>();
    for (const name of order.toReversed())
      state.set(name, healthAt(world, name, live, usual, state, share, traffic, since, random));
    const requests = new Map<string, number>();
    for (const name of order) {
      const own = (fanIn.get(name) ?? 0) * wave * (since ? (traffic.peak ?? 1) : 1);
      requests.set(name, (requests.get(name) ?? 0) + own);
      for (const callee of calleesOf(world, name)) {
        if (!calls(name, callee, traffic, since)) continue;
        const fault = live.find(({ root }) => root === callee);
        const repeats = fault?.retries === undefined ? 1 : 1 + fault.retries * state.get(callee)!.fails;
        const key = callKey(name, callee);
        const made =
          (requests.get(name) ?? 0) *
          share.get(key)! *
          (world.nodes.get(callee)!.layer === 'carrier' ? 0.5 : 1) *
          repeats;
        requests.set(callee, (requests.get(callee) ?? 0) + made);
      }
    }
    for (const name of order) putCalls(name, at, since);
    for (const name of order) {
      const total = Math.round(requests.get(name) ?? 0);
      const silent = live.some(({ root, silent: quiet }) => root === name && quiet === true);
      // Partners have no view inside: nothing is measured of them.
      if (silent || world.nodes.get(name)!.partner !== null) continue;
      const { fails, seconds } = state.get(name)!;
      const noisy = Math.max(0, Math.round(total * fails + Math.sqrt(total * fails) * random.normal()));
      const row = cells.get(name) ?? new Map<number, [number, number, number]>();
      row.set(at, [total, Math.min(total, noisy), Math.max(0.001, seconds * (1 + 0.05 * random.normal()))]);
      cells.set(name, row);
    }

    /** Calls of partners are measured where they are made. */
    function putCalls(name: string, instant: number, begun: boolean): void {
      for (const callee of calleesOf(world, name)) {
        const partner = world.nodes.get(callee)!.partner !== null;
        if (!partner || !calls(name, callee, traffic, begun)) continue;
        const key = callKey(name, callee);
        const half = world.nodes.get(callee)!.layer === 'carrier' ? 0.5 : 1;
        const total = Math.round((requests.get(name) ?? 0) * share.get(key)! * half);
        const { fails, seconds } = state.get(callee)!;
        const failed = Math.max(0, Math.round(total * fails + Math.sqrt(total * fails) * random.normal()));
        const row = cells.get(key) ?? new Map<number, [number, number, number]>();
        row.set(instant, [total, Math.min(total, failed), Math.max(0.001, seconds * (1 + 0.05 * random.normal()))]);
        cells.set(key, row);
      }
    }
  }
  return tableOf(times, cells);
}

function calls(caller: string, callee: string, { added, removed }: Traffic, since: boolean): boolean {
  if (added && added[0] === caller && added[1] === callee) return since;
  if (removed && removed[0] === caller && removed[1] === callee) return !since;
  return true;
}

function healthAt(
  world: World,
  name: string,
  live: readonly Fault[],
  usual: ReadonlyMap<string, { fails: number; seconds: number }>,
  state: ReadonlyMap<string, { fails: number; seconds: number }>,
  share: ReadonlyMap<string, number>,
  traffic: Traffic,
  since: boolean,
  random: Random,
): { fails: number; seconds: number } {
  const base = usual.get(name)!;
  const fault = live.find(({ root }) => root === name);
  let works = 1 - base.fails;
  let seconds = base.seconds;
  if (fault?.kind === 'errors') works *= 0.75;
  if (fault?.kind === 'down') works *= 0.1;
  if (fault?.kind === 'slow') seconds += random.between(0.3, 0.5);
  for (const callee of calleesOf(world, name)) {
    const below = state.get(callee);
    if (!below || !calls(name, callee, traffic, since)) continue;
    const part = share.get(callKey(name, callee))! * (world.nodes.get(callee)!.layer === 'carrier' ? 0.5 : 1);
    works *= 1 - Math.min(1, below.fails * part * 0.8);
    seconds += below.seconds * part;
    // What waits too long gives up.
    if (below.seconds > 0.25) works *= 1 - 0.1 * part;
  }
  return { fails: Math.min(0.98, 1 - works), seconds };
}

/** Callers before callees, as far as cycles allow. */
function topDown(world: World): string[] {
  const order: string[] = [];
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const callee of calleesOf(world, name)) visit(callee);
    order.unshift(name);
  };
  for (const name of world.nodes.keys()) if (world.nodes.get(name)!.layer === 'edge') visit(name);
  for (const name of world.nodes.keys()) visit(name);
  return order;
}
