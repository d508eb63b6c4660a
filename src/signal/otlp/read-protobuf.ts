import { BYTES, FIXED64, VARINT, WireReader } from '../remote-write/wire.ts';
import { attributeText, type AnyValue } from './attribute.ts';
import { OTLP_LIMITS, PartCount, type OtlpLimits } from './limits.ts';
import {
  emptyExponential,
  emptyMetric,
  emptyPoint,
  emptyResource,
  emptyScope,
  type Attribute,
  type ExponentialHalf,
  type OtlpKind,
  type OtlpMetric,
  type OtlpPoint,
  type OtlpRequest,
  type OtlpResource,
  type OtlpScope,
} from './model.ts';

const KIND_OF_FIELD: Readonly<Record<number, OtlpKind>> = {
  5: 'gauge',
  7: 'sum',
  9: 'histogram',
  10: 'exponential histogram',
  11: 'summary',
};

/** Tags of KeyValue.key (and AnyValue.string_value) and KeyValue.value. */
const KEY = 0x0a;
const VALUE = 0x12;

/**
 * Reads an ExportMetricsServiceRequest in protocol buffers (opentelemetry-proto 1.x, metrics/v1/metrics.proto).
 * @throws Fault `body_invalid` with the metric and the byte
 */
export function readProtobuf(bytes: Uint8Array, limits: OtlpLimits = OTLP_LIMITS): OtlpRequest {
  return new ProtobufRequest(bytes, limits).read();
}

class ProtobufRequest {
  readonly #reader: WireReader;
  readonly #parts: PartCount;
  readonly #maxDepth: number;
  readonly #words = new Uint32Array(2);
  readonly #double = new Float64Array(this.#words.buffer);

  constructor(bytes: Uint8Array, limits: OtlpLimits) {
    this.#reader = new WireReader(bytes);
    this.#parts = new PartCount(limits.maxParts);
    this.#maxDepth = limits.maxDepth;
  }

  read(): OtlpRequest {
    const resources: OtlpResource[] = [];
    this.#fields(this.#reader.bytes.length, {
      1: (stop) => {
        const resource = emptyResource();
        this.#readResource(resource, stop);
        resources.push(resource);
      },
    });
    return resources;
  }

  /**
   * Walks the fields of a message that ends at `end`. Each known field holds a message or a text; others are passed over,
   * or handed to `other`, which says whether it took the field.
   */
  #fields(
    end: number,
    known: Readonly<Record<number, (stop: number) => void>>,
    other: (field: number, tag: number) => boolean = () => false,
  ): void {
    const reader = this.#reader;
    while (reader.at < end) {
      const tag = reader.tag(end);
      const field = tag >>> 3;
      const read = known[field];
      if (read) {
        reader.expect(tag, BYTES, String(field));
        const stop = reader.enter(end);
        this.#count();
        read(stop);
        reader.at = stop;
      } else if (!other(field, tag)) reader.skip(tag, end);
    }
  }

  #count(parts = 1): void {
    const wrong = this.#parts.take(parts);
    if (wrong !== null) this.#reader.fail(wrong);
  }

  #readResource(resource: OtlpResource, end: number): void {
    this.#fields(end, {
      1: (stop) => this.#fields(stop, { 1: (to) => resource.attributes.push(this.#readAttribute(to)) }),
      2: (stop) => {
        const scope = emptyScope();
        this.#readScope(scope, stop);
        resource.scopes.push(scope);
      },
    });
  }

  #readScope(scope: OtlpScope, end: number): void {
    const reader = this.#reader;
    this.#fields(end, {
      1: (stop) =>
        this.#fields(stop, {
          1: (to) => (scope.name = reader.text(to)),
          2: (to) => (scope.version = reader.text(to)),
          3: (to) => scope.attributes.push(this.#readAttribute(to)),
        }),
      2: (stop) => {
        const metric = emptyMetric();
        this.#readMetric(metric, stop);
        scope.metrics.push(metric);
        reader.where = 'the request';
      },
      3: (stop) => (scope.schemaUrl = reader.text(stop)),
    });
  }

  #readMetric(metric: OtlpMetric, end: number): void {
    const reader = this.#reader;
    const data = (field: number) => (stop: number) => {
      // Of a choice sent twice the last one counts.
      if (metric.kind !== null && metric.kind !== KIND_OF_FIELD[field]) metric.points = [];
      metric.kind = KIND_OF_FIELD[field]!;
      this.#readData(metric, stop);
    };
    this.#fields(end, {
      1: (stop) => {
        metric.name = reader.text(stop);
        reader.where = `metric "${metric.name.slice(0, 200)}"`;
      },
      2: (stop) => (metric.description = reader.text(stop)),
      3: (stop) => (metric.unit = reader.text(stop)),
      5: data(5),
      7: data(7),
      9: data(9),
      10: data(10),
      11: data(11),
    });
  }

  #readData(metric: OtlpMetric, end: number): void {
    const reader = this.#reader;
    const { kind } = metric;
    this.#fields(
      end,
      {
        1: (stop) => {
          const point = emptyPoint();
          if (kind === 'gauge' || kind === 'sum') this.#readNumber(point, stop);
          else if (kind === 'histogram') this.#readHistogram(point, stop);
          else if (kind === 'exponential histogram') this.#readExponential(point, stop);
          else if (kind === 'summary') this.#readSummary(point, stop);
          metric.points.push(point);
        },
      },
      (field, tag) => {
        if (field !== 2 && field !== 3) return false;
        reader.expect(tag, VARINT, field === 2 ? 'aggregation_temporality' : 'is_monotonic');
        const value = reader.int64(end);
        if (field === 2) metric.temporality = value;
        else metric.monotonic = value !== 0;
        return true;
      },
    );
  }

  #readNumber(point: OtlpPoint, end: number): void {
    this.#fields(end, { 7: (stop) => point.attributes.push(this.#readAttribute(stop)) }, (field, tag) => {
      if (field === 4) point.value = this.#readDouble(tag, end, 'as_double');
      else if (field === 6) point.value = this.#readFixed(tag, end, 'as_int', true);
      else return this.#readCommon(point, field, tag, end, 8);
      return true;
    });
  }

  #readHistogram(point: OtlpPoint, end: number): void {
    this.#fields(end, { 9: (stop) => point.attributes.push(this.#readAttribute(stop)) }, (field, tag) => {
      if (field === 4) point.count = this.#readFixed(tag, end, 'count', false);
      else if (field === 5) point.sum = this.#readDouble(tag, end, 'sum');
      else if (field === 6) this.#readEach(tag, end, (to) => point.buckets.push(this.#fixed(to, false)));
      else if (field === 7) this.#readEach(tag, end, (to) => point.bounds.push(this.#doubleAt(to)));
      else return this.#readCommon(point, field, tag, end, 10);
      return true;
    });
  }

  #readExponential(point: OtlpPoint, end: number): void {
    const found = emptyExponential();
    point.exponential = found;
    const known = {
      1: (stop: number) => point.attributes.push(this.#readAttribute(stop)),
      8: (stop: number) => this.#readHalf(found.positive, stop),
      9: (stop: number) => this.#readHalf(found.negative, stop),
    };
    this.#fields(end, known as Record<number, (stop: number) => void>, (field, tag) => {
      if (field === 4) point.count = this.#readFixed(tag, end, 'count', false);
      else if (field === 5) point.sum = this.#readDouble(tag, end, 'sum');
      else if (field === 6) found.scale = this.#readZigzag(tag, end, 'scale');
      else if (field === 7) found.zeroCount = this.#readFixed(tag, end, 'zero_count', false);
      else if (field === 14) found.zeroThreshold = this.#readDouble(tag, end, 'zero_threshold');
      else return this.#readCommon(point, field, tag, end, 10);
      return true;
    });
  }

  #readHalf(half: ExponentialHalf, end: number): void {
    const reader = this.#reader;
    this.#fields(end, {}, (field, tag) => {
      if (field === 1) half.offset = this.#readZigzag(tag, end, 'offset');
      else if (field !== 2) return false;
      else if ((tag & 7) === VARINT) {
        this.#count();
        half.counts.push(reader.int64(end));
      } else {
        reader.expect(tag, BYTES, 'bucket_counts');
        const stop = reader.enter(end);
        this.#count(stop - reader.at);
        while (reader.at < stop) half.counts.push(reader.int64(stop));
      }
      return true;
    });
  }

  /** A number of 32 bits with its sign in the lowest bit. */
  #readZigzag(tag: number, end: number, field: string): number {
    this.#reader.expect(tag, VARINT, field);
    const value = this.#reader.small(end);
    return (value >>> 1) ^ -(value & 1);
  }

  #readSummary(point: OtlpPoint, end: number): void {
    const quantileAt = (stop: number): void => {
      let quantile = 0;
      let value = 0;
      this.#fields(stop, {}, (field, tag) => {
        if (field === 1) quantile = this.#readDouble(tag, stop, 'quantile');
        else if (field === 2) value = this.#readDouble(tag, stop, 'value');
        else return false;
        return true;
      });
      point.quantiles.push({ quantile, value });
    };
    const known = { 7: (stop: number) => point.attributes.push(this.#readAttribute(stop)), 6: quantileAt };
    this.#fields(end, known as Record<number, (stop: number) => void>, (field, tag) => {
      if (field === 4) point.count = this.#readFixed(tag, end, 'count', false);
      else if (field === 5) point.sum = this.#readDouble(tag, end, 'sum');
      else return this.#readCommon(point, field, tag, end, 8);
      return true;
    });
  }

  /** Start, time and flags, which all points have; only the number of the flags differs. */
  #readCommon(point: OtlpPoint, field: number, tag: number, end: number, flags: number): boolean {
    if (field === 2) point.start = this.#readFixed(tag, end, 'start_time_unix_nano', false);
    else if (field === 3) point.time = this.#readFixed(tag, end, 'time_unix_nano', false);
    else if (field === flags) {
      this.#reader.expect(tag, VARINT, 'flags');
      point.stale = (this.#reader.small(end) & 1) === 1;
    } else return false;
    return true;
  }

  /** Numbers of 8 bytes, packed or one by one: both are the same to protocol buffers. */
  #readEach(tag: number, end: number, read: (end: number) => void): void {
    const reader = this.#reader;
    if ((tag & 7) === FIXED64) {
      this.#count();
      return read(end);
    }
    reader.expect(tag, BYTES, 'bucket_counts or explicit_bounds');
    const stop = reader.enter(end);
    this.#count(Math.ceil((stop - reader.at) / 8));
    while (reader.at < stop) read(stop);
  }

  #readDouble(tag: number, end: number, field: string): number {
    this.#reader.expect(tag, FIXED64, field);
    return this.#doubleAt(end);
  }

  #doubleAt(end: number): number {
    this.#reader.double(end);
    this.#words[0] = this.#reader.low;
    this.#words[1] = this.#reader.high;
    return this.#double[0]!;
  }

  #readFixed(tag: number, end: number, field: string, signed: boolean): number {
    this.#reader.expect(tag, FIXED64, field);
    return this.#fixed(end, signed);
  }

  #fixed(end: number, signed: boolean): number {
    this.#reader.double(end);
    const { low, high } = this.#reader;
    return (signed ? high | 0 : high) * 2 ** 32 + low;
  }

  #readAttribute(end: number): Attribute {
    const reader = this.#reader;
    let key = '';
    let value = '';
    // Written out, because a request has more attributes than anything else.
    while (reader.at < end) {
      const tag = reader.tag(end);
      if (tag !== KEY && tag !== VALUE) {
        reader.skip(tag, end);
        continue;
      }
      const stop = reader.enter(end);
      this.#count();
      if (tag === KEY) key = reader.text(stop);
      else value = attributeText(this.#readAny(stop, 0));
      reader.at = stop;
    }
    return { key, value };
  }

  #readAny(end: number, depth: number): AnyValue {
    const reader = this.#reader;
    if (depth > this.#maxDepth) reader.fail(`an attribute is nested deeper than ${this.#maxDepth}`);
    if (reader.at < end && reader.bytes[reader.at] === KEY) {
      // A text alone, as nearly all are.
      const start = reader.at++;
      const stop = reader.enter(end);
      if (stop === end) return reader.text(stop);
      reader.at = start;
    }
    let value: AnyValue = null;
    this.#fields(
      end,
      {
        1: (stop) => (value = reader.text(stop)),
        5: (stop) => {
          const list: AnyValue[] = [];
          this.#fields(stop, { 1: (to) => list.push(this.#readAny(to, depth + 1)) });
          value = list;
        },
        6: (stop) => {
          const map = new Map<string, AnyValue>();
          this.#fields(stop, { 1: (to) => this.#readEntry(map, to, depth) });
          value = map;
        },
        7: (stop) => {
          value = reader.bytes.slice(reader.at, stop);
        },
      },
      (field, tag) => {
        if (field === 2 || field === 3) {
          reader.expect(tag, VARINT, field === 2 ? 'bool_value' : 'int_value');
          const integer = this.#integer(end);
          value = field === 2 ? integer !== 0n : integer;
        } else if (field === 4) value = this.#readDouble(tag, end, 'double_value');
        else return false;
        return true;
      },
    );
    return value;
  }

  #readEntry(map: Map<string, AnyValue>, end: number, depth: number): void {
    let key = '';
    let value: AnyValue = null;
    this.#fields(end, {
      1: (stop) => (key = this.#reader.text(stop)),
      2: (stop) => (value = this.#readAny(stop, depth + 1)),
    });
    map.set(key, value);
  }

  /** A signed number of 64 bits, exact: an identifier in an attribute must not be rounded. */
  #integer(end: number): bigint {
    const reader = this.#reader;
    const from = reader.at;
    reader.int64(end);
    let value = 0n;
    for (let at = reader.at - 1; at >= from; at--) value = (value << 7n) | BigInt(reader.bytes[at]! & 127);
    return BigInt.asIntN(64, value);
  }
}
