/**
 * Values of the template language. Go tells integers from floats, and so must we, because they print and compare
 * differently: a `bigint` is a Go int, a `number` a float64.
 */
export type Value = string | number | bigint | boolean | null | Time | Duration | Value[] | ValueMap | Struct;

/** A Go map with string keys; printed as `map[k:v]` in the order of its keys. */
export class ValueMap {
  readonly entries: ReadonlyMap<string, Value>;
  /** What a missing key gives: "" for maps of strings. */
  readonly zero: Value;

  constructor(entries: ReadonlyMap<string, Value>, zero: Value) {
    this.entries = entries;
    this.zero = zero;
  }
}

/** A Go struct: asking for a field that it does not have is an error. */
export class Struct {
  readonly fields: ReadonlyMap<string, Value>;

  constructor(fields: ReadonlyMap<string, Value>) {
    this.fields = fields;
  }
}

/** An instant; ms since the epoch, perhaps with a fraction. */
export class Time {
  readonly ms: number;

  constructor(ms: number) {
    this.ms = ms;
  }
}

/** A span in seconds. */
export class Duration {
  readonly seconds: number;

  constructor(seconds: number) {
    this.seconds = seconds;
  }
}

/** What goes wrong while a template is read or run, in the words the user sees. */
export class TemplateFault extends Error {}

/** A map of labels as a template sees it. */
export function labelMap(labels: Readonly<Record<string, string>>): ValueMap {
  return new ValueMap(new Map(Object.entries(labels)), '');
}

/** The Go name of a value's type, for messages. */
export function typeName(value: Value): string {
  if (value === null) return 'nil';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number') return 'float64';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'boolean') return 'bool';
  if (value instanceof Time) return 'time.Time';
  if (value instanceof Duration) return 'time.Duration';
  if (Array.isArray(value)) return 'list';
  return value instanceof ValueMap ? 'map' : 'sample';
}

/** Go's truth: false, 0, nil and what is empty are not true. */
export function truth(value: Value): boolean {
  if (value === null || value === false || value === '' || value === 0 || value === 0n) return false;
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof ValueMap) return value.entries.size > 0;
  return true;
}

/** A number from what a function is given: a number, a span (seconds) or a text. */
export function toFloat(value: Value): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Duration) return value.seconds;
  if (typeof value === 'string') return parseFloatGo(value);
  throw new TemplateFault(`can't convert ${typeName(value)} to float`);
}

function parseFloatGo(text: string): number {
  const special = /^([+-]?)(?:inf|infinity)$/i.exec(text);
  if (special) return special[1] === '-' ? -Infinity : Infinity;
  if (/^nan$/i.test(text)) return NaN;
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) {
    throw new TemplateFault(`strconv.ParseFloat: parsing "${text}": invalid syntax`);
  }
  return Number(text);
}
