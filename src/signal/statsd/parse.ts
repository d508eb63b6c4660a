/** What a line of statsd says. */
export interface StatsdMetric {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'timer' | 'distribution' | 'set';
  /** Numbers as sent; a set's value is text. */
  readonly values: readonly string[];
  /** Share of events that was sent, above 0 and at most 1. */
  readonly rate: number;
  readonly tags: readonly (readonly [string, string])[];
  /** Seconds since the epoch, or null for now. */
  readonly time: number | null;
}

const TYPES: Readonly<Record<string, StatsdMetric['type']>> = {
  c: 'counter',
  m: 'counter',
  g: 'gauge',
  ms: 'timer',
  h: 'distribution',
  d: 'distribution',
  s: 'set',
};
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const MAX_LINE = 8192;

/** A line, or why it cannot be read. Events and service checks of DogStatsD are null: they are passed over. */
export type StatsdLine = { readonly metric: StatsdMetric | null } | { readonly why: string };

/**
 * Reads a line of statsd: `name:value|type`, with `|@rate`, and as DogStatsD has it several values between colons,
 * `|#tag:value,tag`, `|T<seconds>`; other parts are passed over.
 * Source: statsd/statsd docs/metric_types.md; DogStatsD protocol 1.3.
 */
export function parseStatsdLine(line: string): StatsdLine {
  if (line.length > MAX_LINE) return { why: `longer than ${MAX_LINE} characters` };
  if (line.startsWith('_e{') || line.startsWith('_sc|')) return { metric: null };
  const [head = '', typeName = '', ...parts] = line.split('|');
  const colon = head.indexOf(':');
  if (colon < 1) return { why: 'without name:value' };
  const type = Object.hasOwn(TYPES, typeName) ? TYPES[typeName] : undefined;
  if (type === undefined) return { why: `of the unknown type "${typeName.slice(0, 10)}"` };
  const values = type === 'set' ? [head.slice(colon + 1)] : head.slice(colon + 1).split(':');
  if (type !== 'set' && !values.every((value) => NUMBER.test(value)))
    return { why: 'with a value that is not a number' };
  let rate = 1;
  let time: number | null = null;
  const tags: [string, string][] = [];
  for (const part of parts) {
    if (part.startsWith('@')) {
      rate = NUMBER.test(part.slice(1)) ? Number(part.slice(1)) : NaN;
      if (!(rate > 0 && rate <= 1)) return { why: 'with a sample rate that is not between 0 and 1' };
    } else if (part.startsWith('#')) tags.push(...readTags(part.slice(1)));
    else if (/^T\d{1,11}$/.test(part)) time = Number(part.slice(1));
  }
  return { metric: { name: head.slice(0, colon), type, values, rate, tags, time } };
}

function readTags(text: string): [string, string][] {
  return text
    .split(',')
    .filter((tag) => tag !== '')
    .map((tag) => {
      const colon = tag.indexOf(':');
      // A tag without a value says that something is so.
      return colon < 0 ? [tag, 'true'] : [tag.slice(0, colon), tag.slice(colon + 1)];
    });
}
