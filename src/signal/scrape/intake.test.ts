import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SampleBatch } from '../../series/index.ts';
import { stored } from '../testing/stored.ts';
import { ScrapeIntake, type ScrapedPage } from './intake.ts';

const START = 1_800_000_000_000;

const scraped = (text: string | null, at: number, more: Partial<ScrapedPage> = {}): ScrapedPage => ({
  target: 't',
  labels: { job: 'node', instance: 'h:1' },
  honorLabels: false,
  sampleLimit: null,
  at,
  duration: 0.25,
  page: text === null ? null : { text, contentType: 'text/plain; version=0.0.4' },
  error: text === null ? 'it does not answer' : '',
  ...more,
});

/** Seconds after the start instead of milliseconds. */
async function storedSeconds(batches: readonly SampleBatch[]): Promise<Record<string, [number, number | 'stale'][]>> {
  const found = await stored(batches, START);
  return Object.fromEntries(
    Object.entries(found).map(([series, samples]) => [series, samples.map(([ms, value]) => [ms / 1000, value])]),
  );
}

const OWN = '{"instance":"h:1","job":"node"}';

describe('pages into samples', () => {
  it('samples at the instant of the scrape, and what is said about the scrape itself', async () => {
    const intake = new ScrapeIntake();
    const { batch, outcome } = intake.take(scraped('a 1\nb{x="y"} 2\n', START));
    assert.deepEqual(outcome, { error: '', samples: 2, added: 2, refused: '' });
    assert.deepEqual(await storedSeconds([batch]), {
      [`a${OWN}`]: [[0, 1]],
      'b{"instance":"h:1","job":"node","x":"y"}': [[0, 2]],
      [`up${OWN}`]: [[0, 1]],
      [`scrape_duration_seconds${OWN}`]: [[0, 0.25]],
      [`scrape_samples_scraped${OWN}`]: [[0, 2]],
      [`scrape_samples_post_metric_relabeling${OWN}`]: [[0, 2]],
      [`scrape_series_added${OWN}`]: [[0, 2]],
    });
  });

  it('a series that is gone ends, and comes back as a new one', async () => {
    const intake = new ScrapeIntake();
    const pages = ['a 1\nb 2\n', 'b 3\n', 'a 4\nb 5\n'];
    const taken = pages.map((page, index) => intake.take(scraped(page, START + index * 1000)));
    assert.deepEqual(
      taken.map(({ outcome }) => outcome.added),
      [2, 0, 1],
    );
    const found = await storedSeconds(taken.map(({ batch }) => batch));
    assert.deepEqual(found[`a${OWN}`], [
      [0, 1],
      [1, 'stale'],
      [2, 4],
    ]);
    assert.deepEqual(found[`b${OWN}`], [
      [0, 2],
      [1, 3],
      [2, 5],
    ]);
  });

  for (const [what, page, message] of [
    ['no answer', scraped(null, START + 1000), /does not answer/],
    ['a page that does not parse', scraped('a 1\nb\n', START + 1000), /line 2/],
    ['more samples than allowed', scraped('a 1\nb 2\n', START + 1000, { sampleLimit: 1 }), /sample_limit is 1/],
    [
      'a page of another type',
      scraped(null, START + 1000, { page: { text: 'a 1', contentType: 'text/html' }, error: '' }),
      /text\/html/,
    ],
  ] as const) {
    it(`${what}: everything ends and up is 0`, async () => {
      const intake = new ScrapeIntake();
      const first = intake.take(scraped('a 1\n', START));
      const second = intake.take(page);
      assert.match(second.outcome.error, message);
      const found = await storedSeconds([first.batch, second.batch]);
      assert.deepEqual(found[`a${OWN}`], [
        [0, 1],
        [1, 'stale'],
      ]);
      assert.deepEqual(found[`up${OWN}`], [
        [0, 1],
        [1, 0],
      ]);
      assert.deepEqual(found[`scrape_samples_scraped${OWN}`], [
        [0, 1],
        [1, 0],
      ]);
    });
  }

  it('a timestamp of the page is kept, and such a series is not ended by us', async () => {
    const intake = new ScrapeIntake();
    const first = intake.take(scraped(`a 1 ${START - 0}\n`, START + 500));
    const second = intake.take(scraped('', START + 1000));
    const found = await storedSeconds([first.batch, second.batch]);
    assert.deepEqual(found[`a${OWN}`], [[0, 1]]);
  });

  it('labels of the page give way to those of the target, unless they are honoured', async () => {
    const page = 'a{job="x",instance="",exported_job="z"} 1\n';
    const ours = await storedSeconds([new ScrapeIntake().take(scraped(page, START)).batch]);
    assert.ok('a{"exported_exported_job":"x","exported_job":"z","instance":"h:1","job":"node"}' in ours);
    const theirs = await storedSeconds([new ScrapeIntake().take(scraped(page, START, { honorLabels: true })).batch]);
    assert.ok('a{"exported_job":"z","job":"x"}' in theirs, JSON.stringify(theirs));
  });

  it('a target that is taken away ends with all that was said about it', async () => {
    const intake = new ScrapeIntake();
    const first = intake.take(scraped('a 1\n', START));
    const found = await storedSeconds([first.batch, intake.end('t', START + 1000), intake.end('t', START + 2000)]);
    for (const samples of Object.values(found)) assert.deepEqual(samples.at(-1), [1, 'stale']);
    assert.equal(Object.keys(found).length, 6);
  });
});
