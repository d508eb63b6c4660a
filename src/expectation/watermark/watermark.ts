import type { Labels } from '../../core/labels.ts';
import { formatDuration } from '../../core/duration.ts';
import { labelsKey, withoutLabels } from '../../core/labels.ts';
import { pendingDeviation, type Deviation, type Sample, type Transition } from '../deviation.ts';
import type { Expand } from '../rule/lifecycle.ts';
import { breachOf, marksAt, type Breach, type MarkTable, type Severity, type Side } from './marks.ts';

/** A rule about silence or about a value that does not move. */
export interface StillRule {
  readonly severity: Severity;
  /** How long it must last, ms; of `nodata` left out: as long as the watermark's own `for`. */
  readonly for?: number | undefined;
}

/** Fixed limits on the result of an expression, and what is wrong about its silence and its standing still. */
export interface Watermark extends MarkTable {
  readonly name: string;
  readonly expr: string;
  /** A series that was seen is missing from the result, or no series was ever seen. */
  readonly nodata?: StillRule | undefined;
  /** A series repeats one value. */
  readonly flatline?: StillRule | undefined;
  /** How long it must hold, ms. */
  readonly for: number;
  readonly labels: Labels;
  readonly annotations: Labels;
}

interface Track {
  readonly sample: Sample;
  readonly lastSeenAt: number;
  /** Since when the value has been what it is, ms. */
  readonly movedAt: number;
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
 * @param zoneOf IANA zone of a series, for marks of parts of the day; UTC unless given
 */
export function stepWatermark(
  mark: Watermark,
  state: WatermarkState,
  vector: readonly Sample[],
  at: number,
  expand: Expand,
  zoneOf: (labels: Labels) => string = () => 'UTC',
): WatermarkStep {
  const tracks = new Map<string, Track>();
  const transitions: Transition[] = [];
  const seen = vector.filter((sample) => !Number.isNaN(sample.value));
  for (const sample of seen) {
    const bare = { labels: withoutLabels(sample.labels, ['__name__']), value: sample.value };
    const key = labelsKey(bare.labels);
    const before = state.tracks.get(key);
    const marks = marksAt(mark, bare.labels, at, () => zoneOf(bare.labels));
    const movedAt = before?.sample.value === sample.value ? before.movedAt : at;
    const breach = breachOf(marks, sample.value, before?.breach ?? null) ?? standstill(mark, movedAt, at);
    const deviation = advance(mark, before, breach, { sample: bare, at, movedAt }, expand, transitions);
    tracks.set(key, { sample: bare, lastSeenAt: at, movedAt, breach, deviation });
  }
  for (const [key, before] of state.tracks) {
    if (!tracks.has(key)) keepMissing(mark, key, before, at, expand, tracks, transitions);
  }
  if (seen.length === 0 && tracks.size === 0 && mark.nodata) {
    const nothing = { labels: {}, value: NaN };
    const empty: Track = { sample: nothing, lastSeenAt: at, movedAt: at, breach: null, deviation: null };
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
      movedAt: deviation.labels['side'] === 'flat' ? deviation.activeAt : at,
      breach: storedBreach(mark, deviation),
      deviation,
    });
  }
  return { tracks };
}

function storedBreach(mark: Watermark, deviation: Deviation): Breach {
  const said = deviation.labels['side'];
  const side: Side = said === 'high' || said === 'low' || said === 'flat' ? said : 'nodata';
  if (side === 'nodata') return { side, severity: mark.nodata?.severity ?? 'warning', mark: null };
  if (side === 'flat') return { side, severity: mark.flatline?.severity ?? 'warning', mark: null };
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
  // What was not seen may have moved: standing still is counted anew, unless it was found already.
  const movedAt = before.breach?.side === 'flat' ? before.movedAt : at;
  if (!mark.nodata) {
    if (before.deviation || at - before.lastSeenAt < FORGET_AFTER) tracks.set(key, { ...before, movedAt });
    return;
  }
  const breach: Breach = { side: 'nodata', severity: mark.nodata.severity, mark: null };
  const sample = { labels: before.sample.labels, value: NaN };
  const deviation = advance(mark, before, breach, { sample, at, movedAt: at }, expand, transitions);
  tracks.set(key, { ...before, movedAt, breach, deviation });
}

/** A value that has not moved for as long as the rule says. */
function standstill(mark: Watermark, movedAt: number, at: number): Breach | null {
  const { flatline } = mark;
  if (!flatline || at - movedAt < (flatline.for ?? 0) || at === movedAt) return null;
  return { side: 'flat', severity: flatline.severity, mark: null };
}

/** One series at one evaluation. */
interface Seen {
  readonly sample: Sample;
  readonly at: number;
  readonly movedAt: number;
}

function advance(
  mark: Watermark,
  before: Track | undefined,
  breach: Breach | null,
  { sample, at, movedAt }: Seen,
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
    : { ...fresh, activeAt: open?.activeAt ?? (breach.side === 'flat' ? movedAt : at) };
  if (!same) close(open, `it is now ${breach.severity} (${breach.side})`, at, transitions);
  const why = reasonOf(breach, sample.value);
  const wait = waitOf(mark, breach.side);
  if (current.state === 'pending' && at - current.activeAt >= wait) {
    const firing: Deviation = { ...current, state: 'firing', firedAt: at };
    const reason = wait > 0 ? `${why} for ${formatDuration(wait)}` : why;
    transitions.push({ to: 'firing', at, deviation: firing, reason });
    return firing;
  }
  if (!same) transitions.push({ to: 'pending', at, deviation: current, reason: why });
  return current;
}

function reasonOf({ side, mark }: Breach, value: number): string {
  if (side === 'nodata') return 'there is no data';
  if (side === 'flat') return `the value has stood still at ${value}`;
  return `${value} is ${side === 'high' ? 'above' : 'below'} ${mark}`;
}

function waitOf(mark: Watermark, side: Side): number {
  if (side === 'nodata') return mark.nodata?.for ?? mark.for;
  return side === 'flat' ? (mark.flatline?.for ?? 0) : mark.for;
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
