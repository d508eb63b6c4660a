import { labelsKey, type Labels } from '../../core/labels.ts';
import { BatchBuilder, type SampleBatch } from '../../series/index.ts';
import type { VehicleTopic } from './message.ts';
import type { FleetState, MessageOutcome } from './state.ts';

const QUANTILES = [0.5, 0.9, 0.99] as const;
const MOST_DELAYS = 4096;
const FAMILIES = [
  ['fleet_vehicles', 'gauge', 'Vehicles known'],
  ['fleet_vehicles_silent', 'gauge', 'Vehicles that are cut off or were not heard for too long'],
  ['fleet_messages_total', 'counter', 'Messages of vehicles by what became of them'],
  ['fleet_delay_seconds', 'gauge', 'From event to arrival, since the last writing'],
] as const;

/** Turns the state of the fleet into samples, and ends the series of what is no more. */
export class FleetSeries {
  readonly #state: FleetState;
  readonly #messages = new Map<string, { labels: Labels; count: number }>();
  #before = new Map<string, Labels>();
  #delays: number[] = [];

  constructor(state: FleetState) {
    this.#state = state;
  }

  /** Counts a message. @param delay from event to arrival, ms; null where it is not known */
  count(kind: VehicleTopic, outcome: MessageOutcome, delay: number | null): void {
    const labels = { __name__: 'fleet_messages_total', kind, outcome };
    const known = this.#messages.get(`${kind}/${outcome}`);
    if (known) known.count++;
    else this.#messages.set(`${kind}/${outcome}`, { labels, count: 1 });
    if (delay !== null && outcome === 'taken' && this.#delays.length < MOST_DELAYS)
      this.#delays.push(Math.max(0, delay));
  }

  /** The samples of an instant, ms. */
  flush(now: number): SampleBatch {
    const batch = new BatchBuilder();
    for (const [name, type, help] of FAMILIES) batch.addMetadata({ name, type, help, unit: '' });
    const written = new Map<string, Labels>();
    const add = (labels: Labels, value: number): void => {
      batch.add(labels, now, value);
      written.set(labelsKey(labels), labels);
    };
    for (const { total, silent, ...place } of this.#state.counts(now)) {
      add({ __name__: 'fleet_vehicles', ...place }, total);
      add({ __name__: 'fleet_vehicles_silent', ...place }, silent);
    }
    for (const { labels, count } of this.#messages.values()) add(labels, count);
    const sorted = this.#delays.toSorted((a, b) => a - b);
    this.#delays = [];
    for (const quantile of sorted.length === 0 ? [] : QUANTILES) {
      const place = Math.max(0, Math.ceil(quantile * sorted.length) - 1);
      add({ __name__: 'fleet_delay_seconds', quantile: String(quantile) }, sorted[place]! / 1000);
    }
    for (const [key, labels] of this.#before) if (!written.has(key)) batch.addStale(labels, now);
    this.#before = written;
    return batch.build();
  }

  /** Ends every series: the process stops, and what it knew must not look like news. */
  end(now: number): SampleBatch {
    const batch = new BatchBuilder();
    for (const labels of this.#before.values()) batch.addStale(labels, now);
    this.#before = new Map();
    return batch.build();
  }
}
