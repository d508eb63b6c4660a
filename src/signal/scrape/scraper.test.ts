import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SimulatedClock } from '../../core/clock.ts';
import { Fault } from '../../core/fault.ts';
import { scrapeHosts, scrapeSchema, Scraper, type ScrapedPage } from './index.ts';
import type { FetchPage } from './scraper.ts';

const START = 1_800_000_000_000;

function world(
  fetch: FetchPage = async () => ({ status: 200, headers: { 'content-type': 'text/plain' }, body: 'a 1\n' }),
) {
  const clock = new SimulatedClock(START);
  const pages: ScrapedPage[] = [];
  const ended: string[] = [];
  const errors: string[] = [];
  const refusals: string[] = [];
  const requests: Parameters<FetchPage>[0][] = [];
  const scraper = new Scraper({
    fetch: (request) => {
      requests.push(request);
      return fetch(request);
    },
    sink: {
      writePage: async (page) => {
        pages.push(page);
        return { error: page.error, samples: 1, added: 1, refused: pages.length % 3 === 0 ? '' : 'too old' };
      },
      endTarget: async (target) => void ended.push(target),
    },
    clock,
    elapsed: () => clock.now(),
    onRefused: (_target, why) => refusals.push(why),
    onError: (_target, error) => errors.push(String(error)),
  });
  /** Ticks at every due instant up to `until`. */
  const run = async (until: number): Promise<void> => {
    for (;;) {
      const next = scraper.tick();
      await scraper.idle();
      if (next === undefined || next > until) break;
      clock.set(next);
    }
    clock.set(until);
  };
  return { clock, scraper, pages, ended, errors, refusals, requests, run };
}

const jobs = (text: object[]) => scrapeSchema.parse(text);

describe('when targets are scraped', () => {
  it('each at its own instants, evenly, whatever happens to others', async () => {
    const { scraper, pages, run } = world();
    await scraper.configure(jobs([{ job: 'n', every: '10s', targets: ['a:1', 'b:1', 'c:1'] }]));
    await run(START + 60_000);
    for (const instance of ['a:1', 'b:1', 'c:1']) {
      const at = pages.filter(({ labels }) => labels['instance'] === instance).map((page) => page.at);
      assert.equal(at.length, 6, instance);
      for (let i = 1; i < at.length; i++) assert.equal(at[i]! - at[i - 1]!, 10_000);
    }
    assert.equal(new Set(pages.map(({ at }) => at % 10_000)).size, 3, 'they do not start together');
  });

  it('a scrape that still runs is not joined by the next, and missed instants are left out', async () => {
    let release = (): void => {};
    const { scraper, clock, requests, pages } = world(
      () =>
        new Promise((resolve) => {
          release = () => resolve({ status: 200, headers: { 'content-type': 'text/plain' }, body: '' });
        }),
    );
    await scraper.configure(jobs([{ job: 'n', every: '10s', targets: ['a:1'] }]));
    clock.set(scraper.tick()!);
    scraper.tick();
    clock.advance(35_000);
    const next = scraper.tick()!;
    assert.equal(requests.length, 1);
    assert.ok(next > clock.now() && next <= clock.now() + 10_000);
    release();
    await scraper.idle();
    assert.equal(pages.length, 1);
  });

  it('a scrape that starts late carries the present as its instant', async () => {
    const { scraper, clock, pages } = world();
    await scraper.configure(jobs([{ job: 'n', every: '10s', targets: ['a:1'] }]));
    const due = scraper.tick()!;
    clock.set(due + 90);
    scraper.tick();
    await scraper.idle();
    clock.set(due + 14_000);
    scraper.tick();
    await scraper.idle();
    assert.deepEqual(
      pages.map(({ at }) => at - due),
      [0, 14_000],
    );
  });
});

describe('what is asked and told', () => {
  it('address, headers and limits', async () => {
    const { scraper, requests, run } = world();
    await scraper.configure(
      jobs([
        {
          job: 'n',
          every: '10s',
          timeout: '2s',
          scheme: 'https',
          path: '/stats?x=1',
          targets: ['a:1', 'http://b/own'],
          authorization: { credentials: 'secret' },
        },
      ]),
    );
    await run(START + 10_000);
    assert.deepEqual(new Set(requests.map(({ url }) => url)), new Set(['https://a:1/stats?x=1', 'http://b/own']));
    const { headers, timeout } = requests[0]!;
    assert.equal(headers['authorization'], 'Bearer secret');
    assert.equal(headers['x-prometheus-scrape-timeout-seconds'], '2');
    assert.match(headers['accept']!, /openmetrics-text;version=1\.0\.0/);
    assert.equal(timeout, 2000);
  });

  it('failures of the target are its state; failures of ours are reported', async () => {
    for (const [fetch, message] of [
      [async () => Promise.reject(new Fault('outside_failed', { what: 'GET', why: 'no answer' })), /no answer/],
      [async () => ({ status: 503, headers: {}, body: '' }), /status 503/],
    ] as const) {
      const { scraper, pages, run } = world(fetch as FetchPage);
      await scraper.configure(jobs([{ job: 'n', every: '10s', targets: ['a:1'] }]));
      await run(START + 10_000);
      assert.equal(pages[0]!.page, null);
      const [target] = scraper.targets().activeTargets;
      assert.equal(target!.health, 'down');
      assert.match(target!.lastError, message);
    }
    const { scraper, errors, run } = world(async () => Promise.reject(new Error('a bug')));
    await scraper.configure(jobs([{ job: 'n', every: '10s', targets: ['a:1'] }]));
    await run(START + 10_000);
    assert.deepEqual(errors.slice(0, 1), ['Error: a bug']);
    assert.equal(scraper.targets().activeTargets[0]!.health, 'down');
  });

  it('samples that are not stored are told when it begins', async () => {
    const { scraper, refusals, run } = world();
    await scraper.configure(jobs([{ job: 'n', every: '10s', targets: ['a:1'] }]));
    await run(START + 60_000);
    assert.deepEqual(refusals, ['too old', 'too old']);
  });

  it('targets of one job, and those left out, of which there are none', async () => {
    const { scraper } = world();
    await scraper.configure(jobs(['m', 'n'].map((job) => ({ job, targets: ['a:1'] }))));
    assert.deepEqual(
      scraper.targets('active', 'n').activeTargets.map(({ scrapePool }) => scrapePool),
      ['n'],
    );
    assert.deepEqual(scraper.targets('dropped').activeTargets, []);
  });

  it("targets in Prometheus' form, before and after the first scrape", async () => {
    const { scraper, run } = world();
    await scraper.configure(jobs([{ job: 'n', every: '15s', targets: ['a:1'], labels: { city: 'berlin' } }]));
    const [before] = scraper.targets().activeTargets;
    assert.deepEqual([before!.health, before!.lastScrape], ['unknown', '0001-01-01T00:00:00Z']);
    await run(START + 15_000);
    const [after] = scraper.targets().activeTargets;
    assert.deepEqual(after!.labels, { city: 'berlin', job: 'n', instance: 'a:1' });
    assert.deepEqual(
      [after!.health, after!.scrapeUrl, after!.scrapeInterval, after!.scrapeTimeout],
      ['up', 'http://a:1/metrics', '15s', '10s'],
    );
    assert.equal(after!.discoveredLabels['__metrics_path__'], '/metrics');
  });

  it('a new configuration ends what is gone and keeps what stays', async () => {
    const { scraper, ended, run, pages } = world();
    await scraper.configure(jobs([{ job: 'n', every: '10s', targets: ['a:1', 'b:1'] }]));
    await run(START + 10_000);
    await scraper.configure(jobs([{ job: 'n', every: '10s', targets: ['b:1', 'c:1'] }]));
    assert.equal(ended.length, 1);
    assert.match(ended[0]!, /a:1/);
    assert.deepEqual(
      scraper.targets().activeTargets.map(({ labels, health }) => [labels['instance'], health]),
      [
        ['b:1', 'up'],
        ['c:1', 'unknown'],
      ],
    );
    const known = pages.length;
    await run(START + 20_000);
    assert.equal(pages.length, known + 2);
  });
});

describe('the configuration', () => {
  const refused: readonly (readonly [string, object, RegExp])[] = [
    [
      'a timeout longer than the interval',
      { job: 'n', every: '5s', timeout: '6s', targets: ['a:1'] },
      /not longer than/,
    ],
    ['a target without a port', { job: 'n', targets: ['a'] }, /is no target/],
    ['a target with a password', { job: 'n', targets: ['http://u:p@a/'] }, /is no target/],
    ['another scheme', { job: 'n', targets: ['file:///etc/passwd'] }, /is no target/],
    ['a target twice', { job: 'n', targets: ['a:1', 'a:1'] }, /listed twice/],
    ['the label job', { job: 'n', targets: ['a:1'], labels: { job: 'x' } }, /set by the scrape itself/],
    [
      'credentials with a line feed',
      { job: 'n', targets: ['a:1'], authorization: { credentials: 'a\nb' } },
      /one line/,
    ],
    ['a setting that is none', { job: 'n', targets: ['a:1'], interval: '5s' }, /interval/],
  ];
  for (const [what, job, message] of refused) {
    it(`refuses ${what}`, () => {
      const result = scrapeSchema.safeParse([job]);
      assert.match(JSON.stringify(result.error?.issues), message);
    });
  }

  it('refuses a job twice, and names the hosts that may be called', () => {
    const one = { job: 'n', targets: ['a:1', 'https://b.example/m', '[::1]:9'] };
    assert.match(JSON.stringify(scrapeSchema.safeParse([one, one]).error?.issues), /is there already/);
    assert.deepEqual(scrapeHosts(jobs([one])), ['a', 'b.example', '::1']);
  });
});
