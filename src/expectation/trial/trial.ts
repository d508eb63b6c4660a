import { Fault } from '../../core/fault.ts';
import { labelsKey, type Labels } from '../../core/labels.ts';
import { CsvFault } from '../backtest/csv.ts';
import { dayLikeOf, type HolidaysOf } from '../band/calendar.ts';
import type { IndicatorConfig } from '../config.ts';
import { dayLikeFor } from '../engine/learning.ts';
import type { Ask } from '../engine/ask.ts';
import type { EnginePlan } from '../engine/plan.ts';
import type { ReplayedRule } from '../engine/replay.ts';
import type { GivenBook } from '../given/series-given.ts';
import type { Watch } from '../watch/watch.ts';
import { calendarNamed, calendarOfFile } from './calendar.ts';
import { LevelJudge, simpleJudge, watchesOf, type TrialFiring, type TrialJudge } from './judge.ts';
import { TrialRows, type TrialLine } from './rows.ts';
import { fromCsv, recorded, type TrialSource } from './source.ts';

/** A definition to be tried, and on what. */
export interface TrialRequest {
  readonly rule: ReplayedRule;
  /** Of the recorded history, ms; a file is taken whole. */
  readonly from: number;
  readonly to: number;
  /** `timestamp,value[,label]`, or null for the recorded history. */
  readonly csv: string | null;
  /** Name of a calendar or a country, instead of what the indicator says. */
  readonly calendar?: string | null;
  /** Zone of a file, instead of what the definition says. */
  readonly zone?: string | undefined;
}

/** What the definition would have done. */
export interface TrialOutcome {
  readonly firings: readonly TrialFiring[];
  readonly lines: readonly TrialLine[];
  readonly losses: Readonly<Record<string, number>>;
  /** The rows as CSV. */
  readonly rows: string;
  readonly labelled: readonly { readonly from: number; readonly to: number }[];
  readonly from: number;
  readonly to: number;
}

/** What a trial is run with: the engine's own. */
export interface TrialWorld {
  readonly ask: Ask;
  readonly plan: EnginePlan;
  readonly holidaysOf: HolidaysOf;
  readonly given: GivenBook;
}

/**
 * Runs a definition as it would have run: nothing is known before its time. In pieces; each yields how much is done, from
 * 0 to 1.
 * @param withRows whether the values are kept too, and not only when it fires
 * @throws Fault `bad_request` for a file that cannot be read, or a watch of an indicator that is not there
 */
export function* runTrial(request: TrialRequest, world: TrialWorld, withRows = true): Generator<number, TrialOutcome> {
  const { source, judge } = setUp(request, world);
  const rows = new TrialRows();
  yield 0;
  for (const _ of judge.prepare(source)) yield 0;
  const span = Math.max(1, source.to - source.from);
  let count = 0;
  for (const instant of source.walk()) {
    if (!instant) continue;
    const { at, vector } = instant;
    judge.next(vector, at);
    if (++count % 16 === 0) yield Math.min(0.999, (at - source.from) / span);
    if (!withRows) continue;
    const firing = judge.firing();
    for (const { labels, value } of vector) {
      const { expected, lower, upper, score } = judge.said(labels) ?? UNKNOWN;
      rows.add(labels, { time: at, value, expected, lower, upper, score, alarm: firing.has(labelsKey(labels)) });
    }
  }
  return {
    firings: judge.firings(),
    lines: rows.lines(),
    losses: judge.losses(),
    rows: rows.csv(),
    labelled: source.labelled,
    from: source.from,
    to: source.to,
  };
}

const UNKNOWN = { expected: NaN, lower: NaN, upper: NaN, score: 0 };

function setUp(
  { rule, from, to, csv, calendar = null, zone: given }: TrialRequest,
  { ask, plan, holidaysOf, given: known }: TrialWorld,
): { source: TrialSource; judge: TrialJudge } {
  if (rule.kind === 'watermark' || rule.kind === 'rule') {
    const expr = rule.kind === 'watermark' ? rule.mark.expr : rule.rule.expr;
    const zone = rule.kind === 'watermark' ? zoneOfFile(rule.mark.zone, plan.zones, given) : (given ?? 'UTC');
    const source =
      csv === null
        ? recorded(ask, expr, from, to, plan.interval)
        : readCsv(csv, zone, rule.kind === 'rule' ? expr : null);
    // A file has no labels: the zone of its city is what its hours are of.
    const judged = rule.kind === 'watermark' && csv !== null ? { ...rule, mark: { ...rule.mark, zone } } : rule;
    return { source, judge: simpleJudge(judged, plan.zones) };
  }
  const { indicator, watches } = levelOf(rule, plan);
  const named = calendar === null ? null : calendarNamed(calendar, plan.calendars);
  if (calendar !== null && !named) throw new Fault('bad_request', { what: `There is no calendar "${calendar}".` });
  if (csv === null) {
    const source = recorded(ask, indicator.expr, from, to, indicator.every);
    const dayLike = named && dayLikeOf(named, holidaysOf);
    const days = (labels: Labels) => dayLike ?? dayLikeFor(indicator, labels, plan.calendars, holidaysOf);
    return { source, judge: new LevelJudge(indicator, watches, plan, days, known) };
  }
  // A file is one series without labels: what narrows the series to some does not apply to it.
  const zone = zoneOfFile(indicator.zone, plan.zones, given);
  const source = readCsv(csv, zone, null);
  const own: IndicatorConfig = { ...indicator, zone, every: Math.max(1000, source.step) };
  const all = watches.map((watch) => ({ ...watch, match: {} }));
  const chosen = named ?? calendarOfFile(indicator, plan.calendars);
  const dayLike = chosen && dayLikeOf(chosen, holidaysOf);
  return { source, judge: new LevelJudge(own, all, plan, () => dayLike, known) };
}

/**
 * The zone of a file, which has no labels: the one given, the one that the definition names, or that of the cities where all
 * of them have one and the same. Otherwise nobody can tell, and it is UTC.
 */
function zoneOfFile(
  choice: IndicatorConfig['zone'],
  zones: Readonly<Record<string, string>>,
  given: string | undefined,
): string {
  if (given !== undefined) return given;
  return typeof choice === 'string' ? choice : (onlyZone(zones) ?? 'UTC');
}

/** The zone of all cities; null where there are several or none. */
export function onlyZone(zones: Readonly<Record<string, string>>): string | null {
  const [zone, ...others] = new Set(Object.values(zones));
  return zone !== undefined && others.length === 0 ? zone : null;
}

function levelOf(
  rule: Extract<ReplayedRule, { kind: 'watch' | 'indicator' }>,
  plan: EnginePlan,
): { indicator: IndicatorConfig; watches: readonly Watch[] } {
  if (rule.kind === 'indicator') return { indicator: rule.indicator, watches: watchesOf(rule.indicator, plan) };
  const indicator = plan.indicators.find(({ name }) => name === rule.watch.indicator);
  if (!indicator) {
    const known = plan.indicators.map(({ name }) => name).join(', ');
    throw new Fault('bad_request', { what: `There is no indicator "${rule.watch.indicator}". Write one of ${known}` });
  }
  return { indicator, watches: [rule.watch] };
}

function readCsv(csv: string, zone: string, expr: string | null): TrialSource {
  try {
    return fromCsv(csv, zone, expr);
  } catch (error) {
    if (error instanceof CsvFault) throw new Fault('bad_request', { what: error.message });
    throw error;
  }
}
