import type { Labels } from '../../core/labels.ts';
import { formatDuration } from '../../core/duration.ts';
import { labelsKey, withoutLabels } from '../../core/labels.ts';
import { pendingDeviation, type Deviation, type Sample, type Transition } from '../deviation.ts';
import type { Expand } from '../rule/lifecycle.ts';

/**
 * Marks on one side: the alarm opens beyond `warning` or `critical` and closes only back at `clear` (left out: at the
 * mark that opened it).
 */
export interface Marks {
  readonly warning?: number | undefined;
  readonly critical?: number | undefined;
  readonly clear?: number | undefined;
}

/** A fixed limit on the result of an expression. `nodata` is its other form: silence is what is wrong. */
export interface Watermark {
  readonly name: string;
  readonly expr: string;
  readonly high?: Marks | undefined;
  readonly low?: Marks | undefined;
  /** Severity when a series that was seen is missing from the result, or no series was ever seen. */
  readonly nodata?: 'warning' | 'critical' | undefined;
  /** How long it must hold, ms. */
  readonly for: number;
  readonly labels: Labels;
  readonly annotations: Labels;
}

type Severity = 'warning' | 'critical';
type Side = 'high' | 'low' | 'nodata';

interface Breach {
  readonly side: Side;
  readonly severity: Severity;
  /** The mark that was passed; null for nodata. */
  readonly mark: number | null;
}

interface Track {
  readonly sample: Sample;
  readonly lastSeenAt: number;
  readonly breach: Breach | null;
  readonly deviation: Deviation | null;
}

/** Per series of the result: what was last seen and what is open. Plain data. */
export interface WatermarkState {
  readonly tracks: ReadonlyMap<string, Track>;
}

export interface WatermarkStep {
  readonly state: WatermarkState;
  /** Pending and firing deviations, with label `severity`. */
  readonly active: readonly Deviation[];
  readonly transitions: readonly Transition[];
}

export const EMPTY_WATERMARK: WatermarkState = { tracks: new Map() };

/** A series that stays away this long is forgotten when nothing is open about it. */
const FORGET_AFTER = 24 * 3_600_000;

/**
 * One evaluation of a watermark.
 * A change of severity resolves the deviation with the old severity and opens one with the new at once, since the
 * severity is a label. A series missing from the result keeps what is open: silence is not recovery.
 * @param vector result of the expression at `at` (ms)
 */
export function stepWatermark(
  mark: Watermark,
  state: WatermarkState,
  vector: readonly Sample[],
  at: number,
  expand: Expand,
): WatermarkStep {
  const tracks = new Map<string, Track>();
  const transitions: Transition[] = [];
  const seen = vector.filter((sample) => !Number.isNaN(sample.value));
  for (const sample of seen) {
    const bare = { labels: withoutLabels(sample.labels, ['__name__']), value: sample.value };
    const key = labelsKey(bare.labels);
    const before = state.tracks.get(key);
    const breach = breachOf(mark, sample.value, before?.breach ?? null);
    const deviation = advance(mark, before, breach, bare, at, expand, transitions);
    tracks.set(key, { sample: bare, lastSeenAt: at, breach, deviation });
  }
  for (const [key, before] of state.tracks) {
    if (!tracks.has(key)) keepMissing(mark, key, before, at, expand, tracks, transitions);
  }
  if (seen.length === 0 && tracks.size === 0 && mark.nodata) {
    const empty: Track = { sample: { labels: {}, value: NaN }, lastSeenAt: at, breach: null, deviation: null };
    keepMissing(mark, '', empty, at, expand, tracks, transitions);
  }
  // The stand-in for "no series at all" goes once there is one.
  if (
    seen.length > 0 &&
    tracks.has('') &&
    !seen.some((sample) => labelsKey(withoutLabels(sample.labels, ['__name__'])) === '')
  ) {
    close(tracks.get('')!.deviation, 'the expression has a result again', at, transitions);
    tracks.delete('');
  }
  const active = [...tracks.values()].flatMap((track) => track.deviation ?? []);
  return { state: { tracks }, active, transitions };
}

/**
 * The state after a restart, from what was stored as open: the deviations go on with the time they have waited, and the
 * hysteresis knows from which side they came.
 * @param at instant of the restart, ms
 */
export function restoreWatermark(mark: Watermark, stored: readonly Deviation[], at: number): WatermarkState {
  const added = ['alertname', 'severity', 'side', ...Object.keys(mark.labels)];
  const tracks = new Map<string, Track>();
  for (const deviation of stored) {
    if (deviation.state === 'resolved') continue;
    const labels = withoutLabels(deviation.labels, added);
    tracks.set(labelsKey(labels), {
      sample: { labels, value: deviation.value },
      lastSeenAt: at,
      breach: storedBreach(mark, deviation),
      deviation,
    });
  }
  return { tracks };
}

function storedBreach(mark: Watermark, deviation: Deviation): Breach {
  const said = deviation.labels['side'];
  const side: Side = said === 'high' || said === 'low' ? said : 'nodata';
  if (side === 'nodata') return { side, severity: mark.nodata ?? 'warning', mark: null };
  const marks = mark[side];
  const beyond = (limit: number | undefined): boolean =>
    limit !== undefined && (side === 'high' ? deviation.value > limit : deviation.value < limit);
  const labelled = deviation.labels['severity'];
  const severity: Severity =
    labelled === 'warning' || labelled === 'critical' ? labelled : beyond(marks?.critical) ? 'critical' : 'warning';
  return { side, severity, mark: marks?.[severity] ?? marks?.warning ?? marks?.critical ?? null };
}

function keepMissing(
  mark: Watermark,
  key: string,
  before: Track,
  at: number,
  expand: Expand,
  tracks: Map<string, Track>,
  transitions: Transition[],
): void {
  if (!mark.nodata) {
    if (before.deviation || at - before.lastSeenAt < FORGET_AFTER) tracks.set(key, before);
    return;
  }
  const breach: Breach = { side: 'nodata', severity: mark.nodata, mark: null };
  const missing = { labels: before.sample.labels, value: NaN };
  const deviation = advance(mark, before, breach, missing, at, expand, transitions);
  tracks.set(key, { ...before, breach, deviation });
}

/** What the value is beyond, given what was open: the hysteresis. */
function breachOf(mark: Watermark, value: number, before: Breach | null): Breach | null {
  return sideBreach('high', mark.high, value, 1, before) ?? sideBreach('low', mark.low, value, -1, before);
}

function sideBreach(
  side: 'high' | 'low',
  marks: Marks | undefined,
  value: number,
  sign: 1 | -1,
  before: Breach | null,
): Breach | null {
  if (!marks) return null;
  const beyond = (limit: number | undefined): limit is number => limit !== undefined && sign * value > sign * limit;
  if (beyond(marks.critical)) return { side, severity: 'critical', mark: marks.critical };
  const open = before?.side === side ? before : null;
  const clear = marks.clear ?? open?.mark ?? undefined;
  const held = open !== null && beyond(clear);
  // Once critical, it stays critical until the clear mark: a severity that flaps pages twice.
  if (held) return open.severity === 'critical' ? open : { ...open, mark: marks.warning ?? open.mark };
  return beyond(marks.warning) ? { side, severity: 'warning', mark: marks.warning } : null;
}

function advance(
  mark: Watermark,
  before: Track | undefined,
  breach: Breach | null,
  sample: Sample,
  at: number,
  expand: Expand,
  transitions: Transition[],
): Deviation | null {
  const open = before?.deviation ?? null;
  if (!breach) {
    close(open, `${sample.value} is back within the marks`, at, transitions);
    return null;
  }
  const fresh = deviationOf(mark, breach, sample, at, expand);
  const same = open !== null && open.fingerprint === fresh.fingerprint;
  // A worse severity takes over the time already waited: the harm did not begin anew.
  const current: Deviation = same
    ? { ...open, value: sample.value, annotations: fresh.annotations }
    : { ...fresh, activeAt: open?.activeAt ?? at };
  if (!same) close(open, `it is now ${breach.severity} (${breach.side})`, at, transitions);
  const why =
    breach.mark === null
      ? 'there is no data'
      : `${sample.value} is ${breach.side === 'high' ? 'above' : 'below'} ${breach.mark}`;
  if (current.state === 'pending' && at - current.activeAt >= mark.for) {
    const firing: Deviation = { ...current, state: 'firing', firedAt: at };
    const reason = mark.for > 0 ? `${why} for ${formatDuration(mark.for)}` : why;
    transitions.push({ to: 'firing', at, deviation: firing, reason });
    return firing;
  }
  if (!same) transitions.push({ to: 'pending', at, deviation: current, reason: why });
  return current;
}

function close(open: Deviation | null, reason: string, at: number, transitions: Transition[]): void {
  if (!open) return;
  const deviation: Deviation = { ...open, state: 'resolved', resolvedAt: at };
  transitions.push({ to: 'resolved', at, deviation, reason });
}

function deviationOf(mark: Watermark, breach: Breach, sample: Sample, at: number, expand: Expand): Deviation {
  const labels: Record<string, string> = { ...sample.labels };
  for (const [name, template] of Object.entries(mark.labels)) labels[name] = expand(template, sample);
  labels['alertname'] = mark.name;
  if (!Object.hasOwn(mark.labels, 'severity')) labels['severity'] = breach.severity;
  labels['side'] = breach.side;
  const annotations: Record<string, string> = {};
  for (const [name, template] of Object.entries(mark.annotations)) annotations[name] = expand(template, sample);
  return pendingDeviation(withoutLabels(labels), annotations, sample.value, at);
}
