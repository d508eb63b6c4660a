import { Fault } from '../../core/fault.ts';
import type { Labels } from '../../core/labels.ts';
import { BatchBuilder, type SampleBatch } from '../../series/index.ts';
import { parseExposition, type ExposedSample, type Exposition } from '../exposition/index.ts';

/** What a scrape brought: a page, or why there is none. Plain data, sent to the engine's thread. */
export interface ScrapedPage {
  readonly target: string;
  readonly labels: Labels;
  readonly honorLabels: boolean;
  readonly sampleLimit: number | null;
  /** The instant of the scrape, ms. */
  readonly at: number;
  /** Seconds. */
  readonly duration: number;
  readonly page: { readonly text: string; readonly contentType: string } | null;
  /** Why there is no page; '' when there is one. */
  readonly error: string;
}

/** What became of it. */
export interface ScrapeOutcome {
  /** Why the scrape failed, or ''. */
  readonly error: string;
  readonly samples: number;
  readonly added: number;
  /** What the store did not take of a page that was read, or ''. */
  readonly refused: string;
}

/** A series of a target: its labels are encoded once and kept. */
interface KnownSeries {
  readonly labels: Labels;
  /** The number of the scrape that saw it last. */
  seen: number;
  /** Whether its samples carry their own time: then it is not ended by us. */
  timed: boolean;
}

interface TargetMemory {
  series: Map<string, KnownSeries>;
  scrape: number;
  readonly reports: ReadonlyMap<string, Labels>;
}

const REPORTS = [
  'up',
  'scrape_duration_seconds',
  'scrape_samples_scraped',
  'scrape_samples_post_metric_relabeling',
  'scrape_series_added',
] as const;

/**
 * Turns pages into samples. It remembers which series a target had, so that one that is gone gets a staleness marker in
 * the next scrape, and all of them when the scrape fails.
 */
export class ScrapeIntake {
  readonly #targets = new Map<string, TargetMemory>();

  /** @returns the samples to be stored, and what is told about the scrape */
  take(scraped: ScrapedPage): { readonly batch: SampleBatch; readonly outcome: ScrapeOutcome } {
    const memory = this.#memoryOf(scraped);
    memory.scrape++;
    const batch = new BatchBuilder();
    const { page, error } = readPage(scraped);
    let added = 0;
    if (page) {
      for (const metadata of page.metadata) batch.addMetadata(metadata);
      for (const sample of page.samples) if (put(batch, memory, sample, scraped)) added++;
    }
    const samples = page?.samples.length ?? 0;
    endVanished(batch, memory, scraped.at);
    const reported = [page ? 1 : 0, scraped.duration, samples, samples, added];
    REPORTS.forEach((name, index) => batch.add(memory.reports.get(name)!, scraped.at, reported[index]!));
    return { batch: batch.build(), outcome: { error, samples, added, refused: '' } };
  }

  /** Ends every series of a target that is no longer scraped. @param at ms */
  end(target: string, at: number): SampleBatch {
    const batch = new BatchBuilder();
    const memory = this.#targets.get(target);
    if (memory) {
      memory.scrape++;
      endVanished(batch, memory, at);
      for (const labels of memory.reports.values()) batch.addStale(labels, at);
      this.#targets.delete(target);
    }
    return batch.build();
  }

  #memoryOf({ target, labels }: ScrapedPage): TargetMemory {
    const known = this.#targets.get(target);
    if (known) return known;
    const reports = new Map(REPORTS.map((name) => [name, Object.freeze({ ...labels, __name__: name })]));
    const memory: TargetMemory = { series: new Map(), scrape: 0, reports };
    this.#targets.set(target, memory);
    return memory;
  }
}

function readPage({ page, error, sampleLimit }: ScrapedPage): { page: Exposition | null; error: string } {
  if (!page) return { page: null, error };
  try {
    const read = parseExposition(page.text, page.contentType);
    if (sampleLimit !== null && read.samples.length > sampleLimit)
      return { page: null, error: `the page has ${read.samples.length} samples, sample_limit is ${sampleLimit}` };
    return { page: read, error: '' };
  } catch (failure) {
    if (failure instanceof Fault) return { page: null, error: failure.message };
    throw failure;
  }
}

/** @returns whether the series is new */
function put(batch: BatchBuilder, memory: TargetMemory, sample: ExposedSample, scraped: ScrapedPage): boolean {
  let series = memory.series.get(sample.text);
  const fresh = series === undefined;
  if (series === undefined) {
    const labels = Object.freeze(mergedLabels(sample.labels, scraped.labels, scraped.honorLabels));
    series = { labels, seen: 0, timed: false };
    memory.series.set(sample.text, series);
  }
  series.seen = memory.scrape;
  series.timed = sample.time !== null;
  batch.add(series.labels, sample.time ?? scraped.at, sample.value);
  return fresh;
}

function endVanished(batch: BatchBuilder, memory: TargetMemory, at: number): void {
  for (const [text, { seen, timed, labels }] of memory.series) {
    if (seen === memory.scrape) continue;
    if (!timed) batch.addStale(labels, at);
    memory.series.delete(text);
  }
}

/** Labels of the page and of the target together; where both have one, `honor` says whose is kept under the name. */
function mergedLabels(page: Labels, target: Labels, honor: boolean): Labels {
  const merged: Record<string, string> = { ...target };
  // An empty value is the same as no label, on the page too.
  for (const [name, value] of Object.entries(page)) if (honor || !Object.hasOwn(target, name)) merged[name] = value;
  if (honor) return merged;
  for (const [name, value] of Object.entries(page)) {
    if (!Object.hasOwn(target, name) || value === '') continue;
    let free = `exported_${name}`;
    while (Object.hasOwn(merged, free)) free = `exported_${free}`;
    merged[free] = value;
  }
  return merged;
}
