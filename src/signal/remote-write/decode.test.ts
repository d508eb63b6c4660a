import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { compress } from 'snappyjs';
import { Fault } from '../../core/fault.ts';
import { ByteSink, encodeLabels, openSeriesStore } from '../../series/index.ts';
import type { SampleBatch } from '../../series/index.ts';
import { decodeRemoteWrite, encodeWriteRequest } from './index.ts';
import { decompressSnappy } from './snappy.ts';

const NOW = 1_800_000_000_000;

/** A field with a length in front, as protocol buffers write it. */
function part(tag: number, ...contents: Uint8Array[]): Uint8Array {
  const inner = Buffer.concat(contents);
  const sink = new ByteSink();
  sink.byte(tag);
  sink.varint(inner.length);
  sink.copy(inner, 0, inner.length);
  return sink.take();
}

function numbers(...values: number[]): Uint8Array {
  const sink = new ByteSink();
  for (const value of values) sink.varint(value);
  return sink.take();
}

function sample(value: number, time: number): Uint8Array {
  const double = new Uint8Array(Float64Array.of(value).buffer);
  return part(0x12, Buffer.concat([Uint8Array.of(0x09), double, Uint8Array.of(0x10), numbers(time)]));
}

function version2(symbols: string[], ...series: Uint8Array[]): Uint8Array {
  const table = symbols.map((symbol) => part(0x22, Buffer.from(symbol)));
  return compress(Buffer.concat([...table, ...series.map((one) => part(0x2a, one))]));
}

function labelBytes(batch: SampleBatch, s: number): string {
  return Buffer.from(batch.labelBytes.subarray(batch.labelStart[s], batch.labelEnd[s])).toString('hex');
}

function hexOf(labels: Record<string, string>): string {
  return Buffer.from(encodeLabels(labels)).toString('hex');
}

function fault(code: string, message: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof Fault && error.code === code && message.test(error.message);
}

const up = { __name__: 'up', job: 'node' };
const stale = new Float64Array(Uint32Array.of(2, 0x7ff00000).buffer);

describe('version 1.0', () => {
  test('what the encoder writes is read back: labels as bytes, times, values by their bits, metadata', () => {
    const values = new Float64Array(3);
    values.set([1.5, -0]);
    values.set(stale, 2);
    const metadata = [{ name: 'up', type: 'gauge', help: 'Whether it answers.', unit: 's' }];
    const body = encodeWriteRequest([{ labels: up, times: [1, 2, NOW], values }], metadata);
    const batch = decodeRemoteWrite(body, 1);
    assert.equal(labelBytes(batch, 0), hexOf(up));
    assert.deepEqual([...batch.times], [1, 2, NOW]);
    assert.deepEqual([...batch.bits], [...new Uint32Array(values.buffer)]);
    assert.deepEqual([...batch.bits.subarray(4)], [2, 0x7ff00000]);
    assert.deepEqual(batch.metadata, metadata);
  });

  test('labels that do not stand together are brought together', () => {
    const labels = Buffer.from(encodeLabels(up));
    const first = labels.subarray(0, 2 + labels[1]!);
    const apart = part(0x0a, first, sample(1, 5), labels.subarray(first.length));
    const together = part(0x0a, labels, sample(2, 6));
    const batch = decodeRemoteWrite(compress(Buffer.concat([apart, together])), 1);
    assert.deepEqual([labelBytes(batch, 0), labelBytes(batch, 1)], [hexOf(up), hexOf(up)]);
    assert.deepEqual([...batch.sampleEnd], [1, 2]);
  });

  test('exemplars are counted and passed over, unknown fields are passed over', () => {
    const one = part(0x0a, encodeLabels(up), part(0x1a, numbers(8, 1)), part(0x7a));
    const batch = decodeRemoteWrite(compress(one), 1);
    assert.deepEqual([batch.exemplars, batch.native.length, batch.times.length], [1, 0, 0]);
  });

  test('a negative time is read as one', () => {
    const time = Uint8Array.of(0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01);
    const batch = decodeRemoteWrite(compress(part(0x0a, encodeLabels(up), part(0x12, time))), 1);
    assert.deepEqual([...batch.times], [-1]);
  });

  test('the place of a fault is named', () => {
    const cut = part(0x0a, encodeLabels(up), part(0x12, Uint8Array.of(0x09, 1, 2)));
    const good = part(0x0a, encodeLabels(up), sample(1, 1));
    const body = compress(Buffer.concat([good, cut]));
    assert.throws(() => decodeRemoteWrite(body, 1), fault('body_invalid', /series 1: a value is cut off \(byte \d+/));
  });
});

describe('version 2.0', () => {
  const symbols = ['', '__name__', 'up', 'job', 'node', 'Whether it answers.', 's'];

  test('labels come out as in version 1.0, with samples and metadata', () => {
    const metadata = part(0x2a, numbers(0x08, 2, 0x18, 5, 0x20, 6));
    const batch = decodeRemoteWrite(
      version2(symbols, Buffer.concat([part(0x0a, numbers(1, 2, 3, 4)), sample(3, NOW), metadata])),
      2,
    );
    assert.equal(labelBytes(batch, 0), hexOf(up));
    assert.deepEqual([[...batch.times], [...batch.bits]], [[NOW], [...new Uint32Array(Float64Array.of(3).buffer)]]);
    assert.deepEqual(batch.metadata, [{ name: 'up', type: 'gauge', help: 'Whether it answers.', unit: 's' }]);
  });

  const refused: [string, string[], Uint8Array[], RegExp][] = [
    ['an odd number of references', symbols, [part(0x0a, numbers(1, 2, 3))], /series 0: labels_refs has an odd length/],
    ['a reference beyond the table', symbols, [part(0x0a, numbers(1, 7))], /refers to symbol 7 of 7/],
    ['no metric name', symbols, [part(0x0a, numbers(3, 4)), sample(1, 1)], /has no metric name/],
    ['an empty metric name', symbols, [part(0x0a, numbers(1, 0)), sample(1, 1)], /has no metric name/],
    ['a first symbol that is not empty', ['a'], [], /first symbol must be the empty text/],
    [
      'samples and histograms in one series',
      symbols,
      [part(0x0a, numbers(1, 2)), sample(1, 1), part(0x1a, numbers(8, 1))],
      /samples and histograms/,
    ],
    [
      'metadata that refers beyond the table',
      symbols,
      [part(0x0a, numbers(1, 2)), part(0x2a, numbers(0x18, 99))],
      /metadata refers to symbol 99/,
    ],
  ];
  for (const [what, table, parts, message] of refused) {
    test(`${what} is refused`, () => {
      assert.throws(() => decodeRemoteWrite(version2(table, Buffer.concat(parts)), 2), fault('body_invalid', message));
    });
  }

  test('a body of the other version is refused, not read as an empty one', () => {
    const one = encodeWriteRequest([{ labels: up, times: [1], values: Float64Array.of(1) }]);
    assert.throws(() => decodeRemoteWrite(one, 2), fault('body_invalid', /version 1\.0/));
    const two = version2(symbols, part(0x0a, numbers(1, 2)));
    assert.throws(() => decodeRemoteWrite(two, 1), fault('body_invalid', /version 2\.0/));
  });
});

describe('bounds', () => {
  const body = encodeWriteRequest([{ labels: up, times: [1, 2], values: Float64Array.of(1, 2) }]);

  test('more bytes, series, samples or symbols than allowed are refused', () => {
    assert.throws(() => decodeRemoteWrite(body, 1, { maxBytes: 10 }), fault('too_large', /10 bytes/));
    assert.throws(() => decodeRemoteWrite(body, 1, { maxSeries: 0 }), fault('body_invalid', /more than 0 series/));
    assert.throws(() => decodeRemoteWrite(body, 1, { maxSamples: 1 }), fault('body_invalid', /more than 1 samples/));
    const two = version2(['', 'a'], part(0x0a, numbers(0, 1)));
    assert.throws(() => decodeRemoteWrite(two, 2, { maxSymbols: 1 }), fault('body_invalid', /more than 1 symbols/));
  });

  test('references to one long symbol do not become endless bytes', () => {
    const refs = numbers(...Array.from({ length: 4000 }, () => 1));
    const long = version2(['', 'x'.repeat(10_000)], part(0x0a, refs));
    assert.throws(() => decodeRemoteWrite(long, 2, { maxBytes: 50_000 }), fault('body_invalid', /labels are larger/));
  });

  test('framed, cut, backward-pointing and lying Snappy is refused', () => {
    const bad = {
      framed: Buffer.from('ff060000734e61507059', 'hex'),
      empty: new Uint8Array(0),
      cut: body.subarray(0, body.length - 3),
      'literal of 4 GiB': Uint8Array.of(10, 0xfc, 0xf0, 0xff, 0xff, 0xff, 1, 2, 3),
      'copy from before the beginning': Uint8Array.of(10, 0x01, 0x05),
      'copy of offset 0': Uint8Array.of(10, 0x00, 0x61, 0x01, 0x00),
      'too short': Uint8Array.of(10, 0x00, 0x61),
      'announces what it cannot hold': Uint8Array.of(0xff, 0xff, 0xff, 0x0f, 0x00, 0x61),
    };
    for (const [name, bytes] of Object.entries(bad)) {
      assert.throws(() => decodeRemoteWrite(bytes, 1), fault('body_invalid', /Snappy/), name);
    }
  });

  test('overlapping copies repeat, as the format wants it', () => {
    const runs = compress(Buffer.alloc(5000, 'ab'));
    assert.throws(() => decodeRemoteWrite(runs, 1), fault('body_invalid', /the request/));
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'abab', 'x'.repeat(70)), { maxLength: 200 }), (words) => {
        const help = words.join('');
        const batch = decodeRemoteWrite(encodeWriteRequest([], [{ name: 'n', type: 'info', help, unit: '' }]), 1);
        assert.equal(batch.metadata[0]!.help, help);
      }),
    );
  });
});

test('bodies changed at random give a batch that the store can judge, or a fault, and nothing else', async () => {
  const labels = Array.from({ length: 5 }, (_, i) => ({ __name__: 'm', instance: `i${i}`, zone: 'ä' }));
  const series = labels.map((one, i) => ({ labels: one, times: [NOW, NOW + 1], values: Float64Array.of(i, i) }));
  const metadata = part(0x2a, numbers(0x08, 2, 0x18, 4, 0x20, 4));
  const second = Buffer.concat([part(0x0a, numbers(1, 2, 3, 4)), sample(1, NOW), part(0x22), metadata]);
  const plain = {
    1: encodeWriteRequest(series, [{ name: 'm', type: 'counter', help: 'h', unit: 'u' }]),
    2: version2(['', '__name__', 'm', 'zone', 'ä'], second, second),
  };
  const store = openSeriesStore({ path: ':memory:', now: () => NOW });
  const change = fc.record({ at: fc.nat(), byte: fc.nat(255), kind: fc.constantFrom('set', 'cut', 'insert', 'flip') });
  let batches = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom<1 | 2>(1, 2),
      fc.boolean(),
      fc.array(change, { minLength: 1, maxLength: 6 }),
      async (version, inside, changes) => {
        // Inside the compression most changes reach the messages; outside they mostly meet Snappy.
        const start = inside ? [...decompressSnappy(plain[version], 100_000)] : [...plain[version]];
        for (const { at, byte, kind } of changes) {
          const index = at % start.length;
          if (kind === 'set') start[index] = byte;
          else if (kind === 'flip') start[index]! ^= 1 << (byte & 7);
          else start.splice(index, kind === 'cut' ? 1 + (byte % 5) : 0, ...(kind === 'insert' ? [byte] : []));
        }
        const bytes = Uint8Array.from(start);
        try {
          const batch = decodeRemoteWrite(inside ? compress(bytes) : bytes, version, { maxBytes: 100_000 });
          const outcome = await store.write(batch);
          assert.ok(outcome.stored + outcome.duplicates <= batch.times.length);
          batches++;
        } catch (error) {
          if (!(error instanceof Fault)) throw error;
        }
      },
    ),
    { numRuns: 4000 },
  );
  assert.ok(batches > 50, 'some changed bodies are still read');
  store.close();
});
