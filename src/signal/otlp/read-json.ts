import { Fault } from '../../core/fault.ts';
import { attributeText, type AnyValue } from './attribute.ts';
import { OTLP_LIMITS, PartCount, type OtlpLimits } from './limits.ts';
import {
  emptyMetric,
  emptyPoint,
  type Attribute,
  type ExponentialHalf,
  type OtlpKind,
  type OtlpMetric,
  type OtlpPoint,
  type OtlpRequest,
  type OtlpScope,
} from './model.ts';

const KIND_OF_KEY: readonly (readonly [string, OtlpKind])[] = [
  ['gauge', 'gauge'],
  ['sum', 'sum'],
  ['histogram', 'histogram'],
  ['exponentialHistogram', 'exponential histogram'],
  ['summary', 'summary'],
];
const INTEGER = /^-?\d{1,20}$/;

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads an ExportMetricsServiceRequest in OTLP's JSON: keys in lowerCamelCase, numbers of 64 bits as text or as numbers,
 * numbers of enumerations, unknown keys ignored.
 * @throws Fault `body_invalid` with the path
 */
export function readJson(bytes: Uint8Array, limits: OtlpLimits = OTLP_LIMITS): OtlpRequest {
  const parts = new PartCount(limits.maxParts * 2);
  checkSize(bytes, limits.maxParts * 2, parts);
  const root = objectOf(parse(bytes), 'the body');
  return new JsonRequest(limits).read(root);
}

/** Counts what the parser would make objects of, before it makes them: "[[],[],[]..." is small only as text. */
function checkSize(bytes: Uint8Array, max: number, parts: PartCount): void {
  let count = 0;
  for (const byte of bytes) if (byte === 0x2c || byte === 0x5b || byte === 0x7b) count++;
  if (count > max) fail('the body', parts.take(count) ?? 'there is too much of it');
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(TEXT.decode(bytes));
  } catch {
    return fail('the body', 'it is not JSON in UTF-8');
  }
}

const TEXT = new TextDecoder('utf-8', { fatal: true });

function fail(where: string, why: string): never {
  throw new Fault('body_invalid', { what: `${where}: ${why}` });
}

class JsonRequest {
  readonly #parts: PartCount;
  readonly #maxDepth: number;

  constructor(limits: OtlpLimits) {
    this.#parts = new PartCount(limits.maxParts);
    this.#maxDepth = limits.maxDepth;
  }

  read(root: Json): OtlpRequest {
    return this.#each(root, 'resourceMetrics', '', (resource, where) => ({
      attributes: this.#attributes(optional(resource['resource'], `${where}.resource`), `${where}.resource`),
      scopes: this.#each(resource, 'scopeMetrics', where, (scope, at) => this.#scope(scope, at)),
    }));
  }

  /** Reads a list of objects; an absent list is an empty one. */
  #each<T>(holder: Json, key: string, where: string, read: (one: Json, where: string) => T): T[] {
    const path = where === '' ? key : `${where}.${key}`;
    return listOf(holder[key], path).map((one, index) => {
      const at = `${path}[${index}]`;
      this.#count(at);
      return read(objectOf(one, at), at);
    });
  }

  #count(where: string, parts = 1): void {
    const wrong = this.#parts.take(parts);
    if (wrong !== null) fail(where, wrong);
  }

  #scope(scope: Json, where: string): OtlpScope {
    const about = optional(scope['scope'], `${where}.scope`);
    return {
      name: textOf(about['name'], `${where}.scope.name`),
      version: textOf(about['version'], `${where}.scope.version`),
      schemaUrl: textOf(scope['schemaUrl'], `${where}.schemaUrl`),
      attributes: this.#attributes(about, `${where}.scope`),
      metrics: this.#each(scope, 'metrics', where, (metric, at) => this.#metric(metric, at)),
    };
  }

  #metric(json: Json, where: string): OtlpMetric {
    const metric = emptyMetric();
    metric.name = textOf(json['name'], `${where}.name`);
    metric.description = textOf(json['description'], `${where}.description`);
    metric.unit = textOf(json['unit'], `${where}.unit`);
    for (const [key, kind] of KIND_OF_KEY) {
      if (json[key] === undefined || json[key] === null) continue;
      const at = `${where}.${key}`;
      const data = objectOf(json[key], at);
      metric.kind = kind;
      metric.temporality = integerOf(data['aggregationTemporality'], `${at}.aggregationTemporality`);
      metric.monotonic = data['isMonotonic'] === true;
      metric.points = this.#each(data, 'dataPoints', at, (point, place) => this.#point(kind, point, place));
    }
    return metric;
  }

  #point(kind: OtlpKind, json: Json, where: string): OtlpPoint {
    const point = emptyPoint();
    point.attributes = this.#attributes(json, where);
    point.start = integerOf(json['startTimeUnixNano'], `${where}.startTimeUnixNano`);
    point.time = integerOf(json['timeUnixNano'], `${where}.timeUnixNano`);
    point.stale = (integerOf(json['flags'], `${where}.flags`) & 1) === 1;
    if (kind === 'gauge' || kind === 'sum') {
      if (json['asInt'] !== undefined) point.value = integerOf(json['asInt'], `${where}.asInt`);
      else if (json['asDouble'] !== undefined) point.value = doubleOf(json['asDouble'], `${where}.asDouble`);
      return point;
    }
    point.count = integerOf(json['count'], `${where}.count`);
    const { sum } = json;
    if (sum !== undefined && sum !== null) point.sum = doubleOf(sum, `${where}.sum`);
    if (kind === 'histogram') {
      point.buckets = this.#numbers(json['bucketCounts'], `${where}.bucketCounts`, integerOf);
      point.bounds = this.#numbers(json['explicitBounds'], `${where}.explicitBounds`, doubleOf);
    } else if (kind === 'exponential histogram') {
      const half = (key: string): ExponentialHalf => {
        const side = optional(json[key], `${where}.${key}`);
        return {
          offset: integerOf(side['offset'], `${where}.${key}.offset`),
          counts: this.#numbers(side['bucketCounts'], `${where}.${key}.bucketCounts`, integerOf),
        };
      };
      point.exponential = {
        scale: integerOf(json['scale'], `${where}.scale`),
        zeroCount: integerOf(json['zeroCount'], `${where}.zeroCount`),
        zeroThreshold: doubleOf(json['zeroThreshold'], `${where}.zeroThreshold`),
        positive: half('positive'),
        negative: half('negative'),
      };
    } else if (kind === 'summary') {
      point.quantiles = this.#each(json, 'quantileValues', where, (one, at) => ({
        quantile: doubleOf(one['quantile'], `${at}.quantile`),
        value: doubleOf(one['value'], `${at}.value`),
      }));
    }
    return point;
  }

  #numbers(value: unknown, where: string, read: (value: unknown, where: string) => number): number[] {
    const list = listOf(value, where);
    this.#count(where, list.length);
    return list.map((one, index) => read(one, `${where}[${index}]`));
  }

  #attributes(holder: Json, where: string): Attribute[] {
    return this.#each(holder, 'attributes', where, (one, at) => ({
      key: textOf(one['key'], `${at}.key`),
      value: attributeText(this.#any(one['value'], `${at}.value`, 0)),
    }));
  }

  #any(value: unknown, where: string, depth: number): AnyValue {
    if (depth > this.#maxDepth) fail(where, `an attribute is nested deeper than ${this.#maxDepth}`);
    this.#count(where);
    const any = optional(value, where);
    if (any['stringValue'] !== undefined) return textOf(any['stringValue'], `${where}.stringValue`);
    if (any['boolValue'] !== undefined) return any['boolValue'] === true;
    if (any['intValue'] !== undefined) return bigOf(any['intValue'], `${where}.intValue`);
    if (any['doubleValue'] !== undefined) return doubleOf(any['doubleValue'], `${where}.doubleValue`);
    if (any['bytesValue'] !== undefined) return Buffer.from(textOf(any['bytesValue'], `${where}.bytesValue`), 'base64');
    if (any['arrayValue'] !== undefined) {
      const list = objectOf(any['arrayValue'], `${where}.arrayValue`);
      const at = `${where}.arrayValue.values`;
      return listOf(list['values'], at).map((one, index) => this.#any(one, `${at}[${index}]`, depth + 1));
    }
    if (any['kvlistValue'] === undefined) return null;
    const list = objectOf(any['kvlistValue'], `${where}.kvlistValue`);
    const map = new Map<string, AnyValue>();
    for (const [index, one] of listOf(list['values'], `${where}.kvlistValue.values`).entries()) {
      const at = `${where}.kvlistValue.values[${index}]`;
      const entry = objectOf(one, at);
      map.set(textOf(entry['key'], `${at}.key`), this.#any(entry['value'], `${at}.value`, depth + 1));
    }
    return map;
  }
}

function objectOf(value: unknown, where: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  return fail(where, 'it must be an object');
}

/** null and absent mean the same in this JSON. */
function optional(value: unknown, where: string): Json {
  return value === undefined || value === null ? {} : objectOf(value, where);
}

function listOf(value: unknown, where: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : fail(where, 'it must be a list');
}

function textOf(value: unknown, where: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') return fail(where, 'it must be text');
  // Half of a pair cannot be written in UTF-8.
  return value.isWellFormed() ? value : fail(where, 'the text holds half of a surrogate pair');
}

function bigOf(value: unknown, where: string): bigint {
  if (typeof value === 'string' && INTEGER.test(value)) return BigInt.asIntN(64, BigInt(value));
  if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 63) return BigInt(value);
  return fail(where, 'it must be a whole number, as text or as a number');
}

/** A whole number, as text or as a number; absent is 0. */
function integerOf(value: unknown, where: string): number {
  if (value === undefined || value === null) return 0;
  if (typeof value === 'string' && INTEGER.test(value)) return Number(value);
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  return fail(where, 'it must be a whole number, as text or as a number');
}

function doubleOf(value: unknown, where: string): number {
  if (value === undefined || value === null) return 0;
  if (typeof value === 'number') return value;
  if (value === 'NaN') return NaN;
  if (value === 'Infinity') return Infinity;
  if (value === '-Infinity') return -Infinity;
  if (typeof value === 'string' && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value)) return Number(value);
  return fail(where, 'it must be a number, or "NaN", "Infinity", "-Infinity"');
}
