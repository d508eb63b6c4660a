import { formatDuration } from '../../core/duration.ts';
import type { Component } from '../topology.ts';
import type { CauseMetric, Deviation } from './deviation.ts';
import { DEVIATES, deviationIn, selfExcess, type Cut, type SelfExcess } from './excess.ts';
import { pathBetween, type CallGraph } from './graph.ts';
import { rowsWhere, type MeasureTable } from './measures.ts';

/** Something that was changed: a deploy, a setting, a campaign. */
export interface Change {
  readonly id: string;
  readonly at: number;
  readonly kind: string;
  /** The component it was made at. */
  readonly component: string;
  readonly title: string;
}

/** One candidate with how probable it is and why. */
export interface RankedCause {
  readonly component: string;
  readonly kind: 'own' | 'partner' | 'change';
  /** 0 to 1, calibrated on seeded simulations: docs/semantics/correlation.md. */
  readonly probability: number;
  /** The change, when kind is `change` and one is known. */
  readonly changeId: string | null;
  readonly reasons: readonly string[];
  /** From the symptom to the component along calls, ends included. */
  readonly path: readonly string[];
}

/** A ranking, or why there is none. */
export interface Explanation {
  readonly symptom: string;
  readonly metric: CauseMetric | null;
  /** Why nothing is named, in words; null when the first cause is meant. */
  readonly abstained: string | null;
  /** The same by name. */
  readonly reason: 'no-deviation' | 'unexplained' | null;
  readonly causes: readonly RankedCause[];
}

export interface Question {
  readonly graph: CallGraph;
  readonly metrics: MeasureTable;
  readonly normal: MeasureTable;
  /** From when on rows count, ms: the onset, or a little before it, since it is often seen later than it began. */
  readonly at: number;
  /** From when on rows are told of in figures, ms; `at` if left out. */
  readonly since?: number | undefined;
  /** The same hour of the days before as it was; what is normal is judged by that as well. `normal` if left out. */
  readonly days?: MeasureTable | undefined;
  readonly symptom: string;
  /** Which metric the symptom is about; the one that deviates more if left out. */
  readonly metric?: CauseMetric | undefined;
  readonly changes?: readonly Change[];
  readonly component: (name: string) => Pick<Component, 'title' | 'partner'> | null;
  /** How long after the onset rows count, ms. */
  readonly window?: number | undefined;
}

const WINDOW = 600_000;
/** A row counts as since the onset when this much of it lies in the window. */
const COVERED = 0.4;
/** The symptom itself must deviate this much before anything is explained. */
const SYMPTOM = { z: 4, relative: 0.1, failures: 3 };
/** A fainter symptom is explained only by a candidate as clear as this. */
const FAINT = { z: 1, by: { z: 6, share: 0.5 } };
/** A candidate below this share of the symptom's excess is not named. */
const LEAST_SHARE = 0.08;
/** How much the share sharpens into probability; chosen on the simulator's tuning seeds. */
const SHARPNESS = 1.5;
const CHANGE_WITHIN = 7_200_000;
const CHANGE_DECAY = 1_800_000;
/** A change counts only where its target has this much excess of its own. */
const CONFIRMED = 0.2;
/** Below this probability nothing is named. */
const LEAST_PROBABILITY = 0.3;
const NAMED = 5;
const DAY = 86_400_000;
const DAYS_MOST = 14;

/** Ranks what caused a symptom, by request-weighted self-excess over the call graph. Pure. */
export function explain(question: Question): Explanation {
  const { symptom, graph } = question;
  const cut = cutAt(question);
  const metric = question.metric ?? louder(cut, symptom);
  const felt = deviationIn(cut, symptom, metric);
  const excess = selfExcess(graph, cut, symptom, metric);
  if (!deviates(felt, metric) && !isFaint(felt, excess)) {
    const name = question.component(symptom)?.title ?? symptom;
    return {
      symptom,
      metric,
      abstained: `${name} does not deviate from normal (${sayDeviation(felt, metric)})`,
      reason: 'no-deviation',
      causes: [],
    };
  }
  const candidates = excess.filter(
    ({ share, deviation, silent }) => share >= LEAST_SHARE && (silent || deviation.z >= DEVIATES),
  );
  const total = candidates.reduce((sum, { share }) => sum + Math.min(1, share), 0);
  const weights = candidates.map((candidate) => {
    const change = changeFor(candidate, question);
    const boost = change ? 1 + change.prior : 1;
    return { candidate, change, weight: Math.min(1.2, candidate.share) ** SHARPNESS * boost };
  });
  // What nobody explains is a candidate of its own: its weight is kept back.
  const unexplained = Math.max(0.05, 1 - total) ** SHARPNESS;
  const all = weights.reduce((sum, { weight }) => sum + weight, unexplained);
  const causes = weights
    .map(({ candidate, change, weight }) => ranked(candidate, change, weight / all, question))
    .toSorted((a, b) => b.probability - a.probability || (a.component < b.component ? -1 : 1))
    .slice(0, NAMED);
  const best = causes[0];
  const abstained =
    best === undefined
      ? 'the excess is not explained by any component it reaches'
      : best.probability < LEAST_PROBABILITY
        ? `no component explains enough (the best one ${percent(best.probability)})`
        : null;
  return { symptom, metric, abstained, reason: abstained === null ? null : 'unexplained', causes };
}

/** The rows that overlap the window, those that were over before it, and the normal period without either. */
function cutAt({ metrics, normal, at, window = WINDOW, since = at, days = normal }: Question): Cut {
  const { step } = metrics;
  const inWindow = (row: number, begin: number): boolean =>
    Math.min(row + step, begin + window) - Math.max(row, begin) >= step * COVERED;
  const rows = rowsWhere(metrics, (row) => inWindow(row, at));
  return {
    normal: rowsWhere(normal, (row) => row + normal.step <= at - window || row >= at + 2 * window),
    before: rowsWhere(metrics, (row) => row + step <= at && row >= at - 6 * window),
    window: rows,
    since: rowsWhere(rows, (row) => row >= since),
    days: daysBefore(days, at).map((begin) => rowsWhere(days, (row) => inWindow(row, begin))),
  };
}

/** The instants on the days before that a table goes back to, ms. */
function daysBefore({ times }: MeasureTable, at: number): number[] {
  const first = times[0] ?? Infinity;
  return Array.from({ length: DAYS_MOST }, (_, day) => at - (day + 1) * DAY).filter((begin) => begin >= first);
}

function louder(cut: Cut, node: string): CauseMetric {
  const z = (metric: CauseMetric): number => deviationIn(cut, node, metric).z;
  return z('failures') >= z('latency') ? 'failures' : 'latency';
}

function deviates({ z, now, normal, mass }: Deviation, metric: CauseMetric): boolean {
  if (z < SYMPTOM.z) return false;
  return metric === 'failures' ? mass >= SYMPTOM.failures : now >= normal * (1 + SYMPTOM.relative);
}

function isFaint(felt: Deviation, excess: readonly SelfExcess[]): boolean {
  const { z, share } = FAINT.by;
  return felt.z >= FAINT.z && excess.some((one) => one.share >= share && one.deviation.z >= z && !one.silent);
}

/** The change that most likely made a candidate deviate: near in time, at the component, confirmed by its own excess. */
function changeFor(
  { node, share }: SelfExcess,
  { changes = [], at }: Question,
): { change: Change; prior: number } | null {
  if (share < CONFIRMED) return null;
  let best: { change: Change; prior: number } | null = null;
  for (const change of changes) {
    const age = at - change.at;
    if (change.component !== node || age > CHANGE_WITHIN || age < -300_000) continue;
    const prior = Math.exp(-Math.max(0, age) / CHANGE_DECAY);
    if (prior > (best?.prior ?? 0.05)) best = { change, prior };
  }
  return best;
}

function ranked(
  excess: SelfExcess,
  known: { change: Change; prior: number } | null,
  probability: number,
  { component, at, symptom, graph }: Question,
): RankedCause {
  const { node, appeared, vanished } = excess;
  const name = (one: string): string => component(one)?.title ?? one;
  const partner = component(node)?.partner ?? null;
  const changed = known !== null || appeared.length > 0 || vanished.length > 0;
  const reasons = [
    sayAnswers(excess, name),
    ...sayBelow(excess, name),
    `${percent(Math.min(1, excess.share))} of the excess at ${name(symptom)} begins here, not further down`,
    ...appeared.map((callee) => `it calls ${name(callee)}, which it did not before`),
    ...vanished.map((callee) => `it no longer calls ${name(callee)}`),
  ];
  if (known) {
    const age = at - known.change.at;
    const when = age >= 0 ? `${formatDuration(Math.round(age / 60_000) * 60_000)} before` : 'as it began';
    reasons.push(`${known.change.kind} "${known.change.title}" ${when}`);
  }
  if (partner !== null) reasons.push('it belongs to a partner; there is no view inside');
  return {
    component: node,
    kind: partner !== null ? 'partner' : changed ? 'change' : 'own',
    probability: Math.round(probability * 1000) / 1000,
    changeId: known?.change.id ?? null,
    reasons,
    path: pathBetween(graph, symptom, node),
  };
}

/** How it answers, by the figures of its main caller, or by its own. */
function sayAnswers({ node, metric, silent, figures }: SelfExcess, name: (one: string) => string): string {
  if (silent) return `${name(node)} reports nothing itself; its callers fail towards it`;
  const { now, normal, caller } = figures;
  const whose = caller === null ? 'its requests' : `${name(caller)}'s requests`;
  return metric === 'failures'
    ? `${name(node)} answers ${share(now)} of ${whose} with an error, ${share(normal)} before`
    : `${name(node)} takes ${seconds(now)} for each of ${whose}, ${seconds(normal)} before`;
}

function sayBelow({ silent, below }: SelfExcess, name: (one: string) => string): string[] {
  if (silent || below.measured === 0) return [];
  if (below.deviating.length === 0) return ['its own callees are healthy'];
  const names = below.deviating.map(name).join(', ');
  return [`${names} below it ${below.deviating.length === 1 ? 'deviates' : 'deviate'} too; their part is taken off`];
}

function sayDeviation({ now, normal, z }: Deviation, metric: CauseMetric): string {
  const value = metric === 'failures' ? share : seconds;
  return `${value(now)}, normally ${value(normal)}, ${z.toFixed(1)} sigma`;
}

/** A share as people say it: 38 %, 0.4 %. */
function share(value: number): string {
  const hundredths = value * 100;
  if (hundredths > 0 && hundredths < 0.1) return 'under 0.1 %';
  return hundredths >= 9.95 ? `${Math.round(hundredths)} %` : `${Number(hundredths.toFixed(1))} %`;
}

function seconds(value: number): string {
  if (value >= 9.95) return `${Math.round(value)} s`;
  if (value >= 0.9995) return `${value.toFixed(1)} s`;
  return value >= 0.00995 ? `${Math.round(value * 1000)} ms` : `${(value * 1000).toFixed(1)} ms`;
}

function percent(value: number): string {
  return `${Math.round(value * 100)} %`;
}
