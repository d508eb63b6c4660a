import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { pino } from 'pino';
import { SimulatedClock } from '../core/clock.ts';
import { Fault } from '../core/fault.ts';
import { fleetSchema } from '../signal/fleet/config.ts';
import { mdsSchema } from '../signal/mds/index.ts';
import { scrapeSchema, type ScrapedPage } from '../signal/scrape/index.ts';
import { statsdSchema } from '../signal/statsd/index.ts';
import type { EngineClient } from './engine-client.ts';
import { MetricsIntake } from './metrics-intake.ts';

const START = 1_800_000_000_000;

describe('what the process fetches and hears', () => {
  let server: Server;
  let address: string;
  const asked: string[] = [];
  before(async () => {
    const long = 'a{x="y"} 1\n'.repeat(200_000);
    server = createServer((request, response) => {
      asked.push(request.url!);
      if (request.url === '/away') response.writeHead(302, { location: '/long' }).end();
      else response.setHeader('content-type', 'text/plain').end(long);
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => server.close());

  const world = () => {
    const pages: ScrapedPage[] = [];
    const batches: number[] = [];
    const clock = new SimulatedClock(START);
    const engine = {
      writePage: async (page: ScrapedPage) => {
        pages.push(page);
        return { error: page.error, samples: 0, added: 0, refused: '' };
      },
      writeBatch: async (batch: { times: Float64Array }) => void batches.push(batch.times.length),
      prometheus: async (path: string) => ({ status: 200, body: path }),
    } as unknown as EngineClient;
    const log = pino({ level: 'silent' });
    const intake = new MetricsIntake({ engine, clock, log, random: () => 0.5 } as never);
    const outside = { allow: [] as string[] };
    const quiet = {
      fleet: fleetSchema.parse(undefined),
      gbfs: [],
      mds: mdsSchema.parse(undefined),
      snmp: null,
      syslog: null,
    };
    const configure = (scrape: object[], statsd?: object) =>
      intake.configure({
        scrape: scrapeSchema.parse(scrape),
        statsd: statsdSchema.parse(statsd),
        outside,
        ...quiet,
        topology: { cities: [] },
      } as never);
    return { intake, clock, pages, batches, configure };
  };

  it('a private target that the configuration names is fetched, pages of megabytes too; no redirect is followed', async () => {
    const { intake, clock, pages, configure } = world();
    await configure([{ job: 'n', every: '10s', targets: [`http://${address}/long`, `http://${address}/away`] }]);
    const [scrape] = intake.jobs();
    for (let i = 0; i < 3; i++) clock.set((await scrape!.run(clock.now())) as number);
    await intake.close();
    const byUrl = new Map(pages.map((page) => [page.target.includes('/away'), page]));
    assert.equal(byUrl.get(false)!.page!.text.length, 2_200_000);
    assert.match(byUrl.get(true)!.error, /status 302/);
    assert.deepEqual(asked.filter((url) => url === '/long').length, pages.filter(({ page }) => page).length);
  });

  it('the targets are answered here, the rest by the engine', async () => {
    const { intake, configure } = world();
    await configure([{ job: 'n', targets: [address] }]);
    const { body } = await intake.reader().prometheus('targets', {});
    assert.equal(JSON.parse(String(body)).data.activeTargets[0].scrapePool, 'n');
    assert.equal((await intake.reader().prometheus('query', {})).body, 'query');
  });

  it('an address that is taken is an error that says so; by a reload the rest is taken all the same', async () => {
    const taken = createSocket('udp4');
    await new Promise<void>((resolve) => {
      taken.bind(0, '127.0.0.1', resolve);
    });
    const listen = `127.0.0.1:${taken.address().port}`;
    const { configure, intake } = world();
    await assert.rejects(
      configure([], { listen }),
      (error) => error instanceof Fault && /EADDRINUSE/.test(error.message),
    );
    await configure([{ job: 'n', targets: [address] }], { listen });
    assert.match(String((await intake.reader().prometheus('targets', {})).body), /"scrapePool":"n"/);
    taken.close();
  });

  it('what statsd heard is stored at the end', async () => {
    const { intake, batches, configure } = world();
    const free = createSocket('udp4');
    await new Promise<void>((resolve) => {
      free.bind(0, '127.0.0.1', resolve);
    });
    const { port } = free.address();
    await new Promise<void>((resolve) => {
      free.close(() => resolve());
    });
    await configure([], { listen: `127.0.0.1:${port}` });
    const sender = createSocket('udp4');
    await new Promise<void>((resolve) => {
      sender.send('a:1|c\nb:2|g\n', port, '127.0.0.1', () => resolve());
    });
    sender.close();
    const [, statsd] = intake.jobs();
    for (let i = 0; i < 100 && (batches.at(-1) ?? 0) === 0; i++) {
      await new Promise((resolve) => {
        setTimeout(resolve, 10);
      });
      await statsd!.run(START);
    }
    await intake.close();
    assert.equal(batches.at(-1), 2);
  });
});
