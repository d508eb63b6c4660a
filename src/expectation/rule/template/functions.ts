import { RE2JS } from 're2js';
import { parseDuration } from '../../../core/duration.ts';
import { compareText, type Labels } from '../../../core/labels.ts';
import type { Sample } from '../../deviation.ts';
import type { QueryNow } from '../../ports.ts';
import { compareFunction } from './compare.ts';
import { show, sprintf } from './format.ts';
import { humanize, humanize1024, humanizeDuration, humanizePercentage, humanizeTimestamp } from './humanize.ts';
import {
  Duration,
  labelMap,
  Struct,
  TemplateFault,
  Time,
  toFloat,
  truth,
  typeName,
  ValueMap,
  type Value,
} from './value.ts';

/** What functions reach outside the template. */
export interface Surroundings {
  readonly at: number;
  readonly externalLabels: Labels;
  readonly externalUrl: string;
  readonly query: QueryNow;
  /** Runs a defined template and returns its text. */
  readonly include: (name: string, dot: Value) => string;
}

type TemplateFunction = (args: readonly Value[], around: Surroundings) => Value;

/** Longest text that a function takes or gives: regexes and repeats stay bounded. */
const MAX_TEXT = 64 * 1024;

/** @throws TemplateFault for wrong arguments and whatever the function refuses */
export function callFunction(name: string, args: readonly Value[], around: Surroundings): Value {
  const known = FUNCTIONS[name];
  if (!known) return compareFunction(name, args);
  const [count, run] = known;
  if (count >= 0 ? args.length !== count : args.length < -count - 1) {
    const want = count >= 0 ? `${count}` : `at least ${-count - 1}`;
    throw new TemplateFault(`wrong number of args for ${name}: want ${want} got ${args.length}`);
  }
  try {
    return run(args, around);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new TemplateFault(`error calling ${name}: ${why}`, { cause: error });
  }
}

/** A number of arguments (-n: at least n - 1), and what the function does. */
const FUNCTIONS: Readonly<Record<string, readonly [number, TemplateFunction]>> = {
  not: [1, ([value]) => !truth(value!)],
  len: [1, ([value]) => BigInt(lengthOf(value!))],
  index: [-2, ([value, ...keys]) => keys.reduce<Value>(indexOf, value!)],
  slice: [-2, ([value, from, to]) => sliceOf(value!, from, to)],
  print: [-1, (args) => printed(args)],
  println: [-1, (args) => `${args.map(show).join(' ')}\n`],
  printf: [-2, ([format, ...args]) => sprintf(text(format!), args)],
  html: [-1, (args) => printed(args).replaceAll(/[&<>"']/g, (sign) => HTML[sign]!)],
  js: [-1, (args) => escapeScript(printed(args))],
  urlquery: [-1, (args) => queryEscape(printed(args))],
  urlQueryEscape: [1, ([value]) => queryEscape(text(value!))],

  query: [1, ([expr], around) => around.query(text(expr!)).map(sampleOf)],
  first: [1, ([vector]) => firstOf(list(vector!))],
  label: [2, ([name, sample]) => labelOf(sample!, text(name!))],
  value: [1, ([sample]) => field(sample!, 'Value')],
  strvalue: [1, ([sample]) => labelOf(sample!, '__value__')],
  sortByLabel: [2, ([name, vector]) => sortByLabel(list(vector!), text(name!))],
  args: [-1, (args) => new ValueMap(new Map(args.map((value, index) => [`arg${index}`, value])), null)],
  tmpl: [2, ([name, dot], around) => around.include(text(name!), dot!)],

  title: [1, ([value]) => text(value!).replaceAll(/(?<![\p{L}\p{N}_])\p{L}/gu, (first) => first.toUpperCase())],
  toUpper: [1, ([value]) => text(value!).toUpperCase()],
  toLower: [1, ([value]) => text(value!).toLowerCase()],
  match: [2, ([pattern, value]) => RE2JS.compile(text(pattern!)).matcher(text(value!)).find()],
  reReplaceAll: [3, ([pattern, replacement, value]) => replaceAll(text(pattern!), text(replacement!), text(value!))],
  safeHtml: [1, ([value]) => text(value!)],
  stripPort: [1, ([value]) => splitHostPort(text(value!))?.host ?? text(value!)],
  stripDomain: [1, ([value]) => stripDomain(text(value!))],

  humanize: [1, ([value]) => humanize(toFloat(value!))],
  humanize1024: [1, ([value]) => humanize1024(toFloat(value!))],
  humanizeDuration: [1, ([value]) => humanizeDuration(toFloat(value!))],
  humanizePercentage: [1, ([value]) => humanizePercentage(toFloat(value!))],
  humanizeTimestamp: [1, ([value]) => humanizeTimestamp(toFloat(value!))],
  toTime: [1, ([value]) => new Time(finite(value!) * 1000)],
  toDuration: [1, ([value]) => new Duration(finite(value!))],
  now: [0, (_, around) => around.at / 1000],
  parseDuration: [1, ([value]) => parseDuration(text(value!)) / 1000],

  graphLink: [1, ([expr]) => `/graph?g0.expr=${queryEscape(text(expr!))}&g0.tab=0`],
  tableLink: [1, ([expr]) => `/graph?g0.expr=${queryEscape(text(expr!))}&g0.tab=1`],
  pathPrefix: [0, (_, around) => pathOf(around.externalUrl)],
  externalURL: [0, (_, around) => around.externalUrl],
};

const HTML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' };

/** As Go's JSEscapeString: what could end a script or a string is written as its code. */
function escapeScript(value: string): string {
  return value.replaceAll(/[\\'"<>&=\p{Cc}]/gu, (sign) =>
    '\\\'"'.includes(sign) ? `\\${sign}` : `\\u${sign.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`,
  );
}

function text(value: Value): string {
  if (typeof value !== 'string')
    throw new TemplateFault(`wrong type for value; expected string; got ${typeName(value)}`);
  if (value.length > MAX_TEXT) throw new TemplateFault(`the text is longer than ${MAX_TEXT} characters`);
  return value;
}

function list(value: Value): Value[] {
  if (!Array.isArray(value))
    throw new TemplateFault(`wrong type for value; expected a query result; got ${typeName(value)}`);
  return value;
}

function field(value: Value, name: string): Value {
  const found = value instanceof Struct ? value.fields.get(name) : undefined;
  if (found === undefined) throw new TemplateFault(`wrong type for value; expected a sample; got ${typeName(value)}`);
  return found;
}

function finite(value: Value): number {
  const number = toFloat(value);
  if (!Number.isFinite(number)) throw new TemplateFault(`${show(number)} is not a time`);
  return number;
}

function sampleOf(sample: Sample): Value {
  return new Struct(
    new Map<string, Value>([
      ['Labels', labelMap(sample.labels)],
      ['Value', sample.value],
    ]),
  );
}

function firstOf(vector: Value[]): Value {
  if (vector.length === 0) throw new TemplateFault('first() called on vector with no elements');
  return vector[0]!;
}

function labelOf(sample: Value, name: string): string {
  const labels = field(sample, 'Labels');
  const found = labels instanceof ValueMap ? labels.entries.get(name) : undefined;
  return typeof found === 'string' ? found : '';
}

function sortByLabel(vector: Value[], name: string): Value[] {
  return [...vector].sort((a, b) => compareText(labelOf(a, name), labelOf(b, name)));
}

function lengthOf(value: Value): number {
  if (typeof value === 'string') return new TextEncoder().encode(value).length;
  if (Array.isArray(value)) return value.length;
  if (value instanceof ValueMap) return value.entries.size;
  throw new TemplateFault(`len of type ${typeName(value)}`);
}

function indexOf(value: Value, key: Value): Value {
  if (value instanceof ValueMap) return value.entries.get(text(key)) ?? value.zero;
  if (!Array.isArray(value) && typeof value !== 'string')
    throw new TemplateFault(`can't index item of type ${typeName(value)}`);
  if (typeof key !== 'bigint') throw new TemplateFault(`cannot index with type ${typeName(key)}`);
  if (typeof value === 'string') {
    const byte = new TextEncoder().encode(value)[Number(key)];
    if (byte === undefined) throw new TemplateFault(`index out of range: ${key}`);
    return BigInt(byte);
  }
  const item = value[Number(key)];
  if (item === undefined) throw new TemplateFault(`index out of range: ${key}`);
  return item;
}

function sliceOf(value: Value, from: Value | undefined, to: Value | undefined): Value {
  if (typeof value !== 'string' && !Array.isArray(value))
    throw new TemplateFault(`can't slice item of type ${typeName(value)}`);
  const [start, end] = [Number(from ?? 0), Number(to ?? value.length)];
  if (!(start >= 0 && end >= start && end <= value.length))
    throw new TemplateFault(`index out of range: ${start}:${end}`);
  return value.slice(start, end);
}

/** Go's Sprint: a space stands only between two values of which neither is a text. */
function printed(args: readonly Value[]): string {
  let result = '';
  args.forEach((value, index) => {
    const before = args[index - 1];
    if (index > 0 && typeof value !== 'string' && typeof before !== 'string') result += ' ';
    result += show(value);
  });
  return result;
}

function replaceAll(pattern: string, replacement: string, value: string): string {
  const matcher = RE2JS.compile(pattern).matcher(value);
  let result = '';
  let last = 0;
  while (matcher.find()) {
    const group = (name: string): string => {
      const number = /^\d+$/.test(name) ? Number(name) : null;
      if (number !== null) return number <= matcher.groupCount() ? (matcher.group(number) ?? '') : '';
      return namedGroup(() => matcher.group(name));
    };
    const filled = replacement.replaceAll(/\$(?:\$|\{(\w+)\}|(\w+))/g, (whole, braced?: string, bare?: string) =>
      whole === '$$' ? '$' : group(braced ?? bare!),
    );
    result += value.slice(last, matcher.start()) + filled;
    last = matcher.end();
    if (result.length > MAX_TEXT) throw new TemplateFault(`the text is longer than ${MAX_TEXT} characters`);
  }
  return result + value.slice(last);
}

/** A group that the pattern does not have is empty, as in Go. */
function namedGroup(read: () => string | null): string {
  try {
    return read() ?? '';
  } catch {
    return '';
  }
}

function splitHostPort(value: string): { host: string; port: string } | null {
  const match = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([^:[\]]*)$/.exec(value);
  return match ? { host: match[1] ?? match[2] ?? '', port: match[3]! } : null;
}

function stripDomain(value: string): string {
  const split = splitHostPort(value);
  const host = split ? split.host : value;
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(host) || host.includes(':')) return value;
  const short = host.split('.')[0]!;
  return split ? `${short}:${split.port}` : short;
}

function queryEscape(value: string): string {
  return encodeURIComponent(value)
    .replaceAll('%20', '+')
    .replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function pathOf(url: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/]*(\/.*)?$/i.exec(url)?.[1] ?? '';
}
