import { openSeriesStore, type SampleBatch } from '../../series/index.ts';

/**
 * What a store holds after some batches: each series as `name{"label":"value",...}`, labels sorted, with its samples as
 * [ms after `start`, value or "stale"].
 */
export async function stored(
  batches: readonly SampleBatch[],
  start: number,
  span = 3_600_000,
): Promise<Record<string, [number, number | 'stale'][]>> {
  const store = openSeriesStore({ path: ':memory:', now: () => start + span, retentionMs: 10 * span });
  for (const batch of batches) await store.write(batch);
  const found: Record<string, [number, number | 'stale'][]> = {};
  const slices = store.select([{ name: '__name__', op: '=~', value: '.+' }], start - span, start + span);
  for (const { labels, times, values } of slices) {
    const { __name__: name, ...rest } = labels;
    const words = new Uint32Array(Float64Array.from(values).buffer);
    const text = JSON.stringify(Object.fromEntries(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))));
    found[name + text] = Array.from(times, (time, index) => {
      const stale = words[2 * index] === 2 && words[2 * index + 1] === 0x7ff00000;
      return [time - start, stale ? 'stale' : values[index]!];
    });
  }
  store.close();
  return found;
}
