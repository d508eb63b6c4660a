/** Start of the data the engines are compared on: a fixed instant, so that every run is the same. */
export const PEER_START = 1_789_999_200_000;

const SCRAPES = 400;
const INTERVAL = 15_000;

/** One series of the comparison; times in ms. */
export interface PeerSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly { readonly time: number; readonly value: number }[];
}

/** A small generator of numbers from 0 to 1, the same ones for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}

/**
 * Counters with resets, gauges with gaps, NaN and Inf, states, classic histograms and an info metric. Counters have no
 * gap: there Prometheus 2 and 3 stretch a difference to zero in another order.
 * @param start first scrape, ms
 */
export function peerSeries(seed = 20_261, start = PEER_START): PeerSeries[] {
  const random = seeded(seed);
  const series: PeerSeries[] = [];
  const add = (labels: Record<string, string>, shift: number, next: (k: number) => number | undefined): void => {
    const points: { time: number; value: number }[] = [];
    for (let k = 0; k < SCRAPES; k++) {
      const value = next(k);
      if (value !== undefined) points.push({ time: start + k * INTERVAL + shift, value });
    }
    series.push({ labels, points });
  };
  for (const job of ['api', 'web']) {
    for (const instance of ['0', '1', '2']) {
      const drawn = 1 + Math.floor(random() * (INTERVAL - 2));
      // Never half a second: at those times is evaluated.
      const shift = drawn % 1000 === 500 ? drawn + 1 : drawn;
      let count = 500;
      add({ __name__: 'req_total', job, instance }, shift, () => {
        count = random() < 0.01 ? 0 : count + Math.floor(random() * 20);
        return count;
      });
      let level = random() * 50;
      add({ __name__: 'temp', job, instance, zone: instance === '2' ? 'b' : 'a' }, shift, (k) => {
        level += random() * 10 - 5;
        if (instance === '1' && k > 180 && k < 240) return undefined;
        return random() < 0.01 ? NaN : random() < 0.005 ? Infinity : level;
      });
      add({ __name__: 'state', job, instance }, shift, () => Math.floor(random() * 4));
      const bounds = ['0.1', '0.5', '1', '5', '+Inf'];
      const counts = bounds.map(() => Array.from({ length: SCRAPES }, () => Math.floor(random() * 5)));
      bounds.forEach((le, bucket) => {
        let total = 0;
        add({ __name__: 'lat_bucket', job, instance, le }, shift, (k) => {
          for (let below = 0; below <= bucket; below++) total += counts[below]![k]!;
          return total;
        });
      });
    }
    add({ __name__: 'job_info', job, team: job === 'api' ? 'red' : 'blue' }, 7, () => 1);
  }
  return series;
}

/** The series as an OpenMetrics text with timestamps, for `promtool tsdb create-blocks-from openmetrics`. */
export function openMetrics(series: readonly PeerSeries[]): string {
  const byName = Map.groupBy(series, ({ labels }) => labels.__name__!);
  let text = '';
  for (const [name, members] of byName) {
    text += `# TYPE ${name} unknown\n`;
    for (const { labels, points } of members) {
      const pairs = Object.entries(labels).filter(([label]) => label !== '__name__');
      const written = pairs.map(([label, value]) => `${label}="${value}"`).join(',');
      for (const { time, value } of points) {
        const number = value === Infinity ? '+Inf' : String(value);
        text += `${name}{${written}} ${number} ${(time / 1000).toFixed(3)}\n`;
      }
    }
  }
  return `${text}# EOF\n`;
}
