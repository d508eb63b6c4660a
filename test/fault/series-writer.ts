import { writeSync } from 'node:fs';
import { BatchBuilder, openSeriesStore } from '../../src/series/index.ts';
import type { SampleBatch, SeriesStore } from '../../src/series/index.ts';

/** The instant of batch 0, ms, and the number of series in each batch. */
export const START = 1_800_000_000_000;
export const WIDTH = 20;

/** Bits of a sample, made from its place: every seventh is a staleness marker, others any pattern at all. */
export function bitsAt(batch: number, series: number): readonly [number, number] {
  const mixed = Math.imul(batch * WIDTH + series + 1, 0x9e3779b1);
  if ((batch + series) % 7 === 0) return [2, 0x7ff00000];
  return [mixed >>> 0, batch % 3 === 0 ? 0x40590000 : Math.imul(mixed, 0x85ebca6b) >>> 0];
}

/** Opens the store of the test: a small log, so that blocks are written and the log is cut while it runs. */
export function openForTest(path: string): SeriesStore {
  return openSeriesStore({ path, now: () => START + 1e9, retentionMs: 1e12, logLimitBytes: 200_000 });
}

const labels = Array.from({ length: WIDTH }, (_, s) => Object.freeze({ __name__: 'kill', series: String(s) }));

function batchAt(batch: number): SampleBatch {
  const builder = new BatchBuilder();
  for (let s = 0; s < WIDTH; s++) {
    const words = Uint32Array.from(bitsAt(batch, s));
    builder.addSeries(labels[s]!, [START + batch * 100], new Float64Array(words.buffer));
  }
  return builder.build();
}

/** Writes batches until it is killed, several at once, and says which were acknowledged, one number a line. */
async function main(path: string, first: number): Promise<void> {
  const store = openForTest(path);
  let next = first;
  const writer = async (): Promise<void> => {
    for (;;) {
      const batch = next++;
      const outcome = await store.write(batchAt(batch));
      if (outcome.rejected.length > 0) throw new Error(JSON.stringify(outcome));
      // Written at once, not buffered: what the parent has read was acknowledged before the kill.
      writeSync(1, `${batch}\n`);
    }
  };
  await Promise.all(Array.from({ length: 5 }, writer));
}

if (import.meta.main) await main(process.argv[2]!, Number(process.argv[3]));
