/** Bodies of sources, status pages and signed messages, changed at random: only a Fault may come out of them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { builtInIntegrations } from '../../src/app/integrations.ts';
import { Fault } from '../../src/core/fault.ts';
import {
  compileSources,
  inlineMappings,
  mapBody,
  readCloudEvents,
  signalSchema,
  wrongChange,
  wrongEvent,
} from '../../src/signal/index.ts';
import { readSns, signedBySns, snsBody } from '../../src/signal/door/sns.ts';
import { readPageFeed } from '../../src/signal/status-page/read-feed.ts';
import { readPageJson } from '../../src/signal/status-page/read-json.ts';
import { SNS_CERTIFICATE, snsMessage } from '../support/sns.ts';
import { Mutator } from './mutate.ts';

const BODIES = process.env['LAMPLIGHTER_FUZZ'] === 'full' ? 20_000 : 400;
const SEED = Number(process.env['LAMPLIGHTER_FUZZ_SEED'] ?? 1);
const NOW = Date.UTC(2026, 0, 5, 8);
const runner = inlineMappings();

const page = {
  page: { name: 'V' },
  status: { indicator: 'minor' },
  incidents: [{ id: 'a', name: 'Api', status: 'monitoring', impact: 'major', incident_updates: [{ body: 'x' }] }],
  components: [{ id: '1', name: 'Api', status: 'major_outage' }],
};
const feed =
  '<rss version="2.0"><channel><item><title>Errors</title><guid>1</guid><pubDate>Mon, 05 Jan 2026 07:00:00 GMT</pubDate><description>&lt;b&gt;x&lt;/b&gt;</description></item></channel></rss>';
const event = { specversion: '1.0', id: '1', source: '/a', type: 't', data_base64: 'e30=' };

interface Target {
  readonly name: string;
  readonly seeds: readonly string[];
  readonly take: (text: string) => unknown;
}

const integrations = builtInIntegrations().map((integration): Target => {
  const { name, samples } = integration;
  const config = signalSchema.parse({ sources: [{ name, integration: name }] });
  const source = compileSources(config.sources, [integration]).get(name)!;
  return {
    name: `mapping of ${name}`,
    seeds: samples.map(({ body }) => JSON.stringify(body)),
    take: (text) =>
      mapBody(runner, source, `webhook:${name}`, { body: parsed(text), headers: samples[0]!.headers }, NOW),
  };
});

const TARGETS: readonly Target[] = [
  ...integrations,
  {
    name: 'status page in JSON',
    seeds: [JSON.stringify(page), JSON.stringify([{ id: 'g', external_desc: 'x' }])],
    take: readPageJson,
  },
  { name: 'status page as a feed', seeds: [feed], take: (text) => readPageFeed(text, NOW) },
  {
    name: 'CloudEvents',
    seeds: [JSON.stringify([event]), JSON.stringify(event)],
    take: (text) => readCloudEvents(text.startsWith('[') ? 'batch' : 'structured', {}, parsed(text)),
  },
  {
    name: "PagerDuty's events",
    seeds: [JSON.stringify({ event_action: 'trigger', payload: { summary: 'x', source: 'y', severity: 'info' } })],
    take: (text) => [wrongEvent(parsed(text)), wrongChange(parsed(text))],
  },
  {
    name: 'messages of SNS',
    seeds: [JSON.stringify(snsMessage({ Message: '{"AlarmName":"a"}' }))],
    take: (text) => {
      const message = readSns(parsed(text));
      signedBySns(message, SNS_CERTIFICATE, NOW);
      return snsBody(message);
    },
  },
];

/** What the door would refuse before anything looks at it is refused here too. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new Fault('body_invalid', { what: 'it is not JSON' }, { cause: error });
  }
}

describe(`${BODIES} changed bodies of each kind, seed ${SEED}`, () => {
  for (const [index, { name, seeds, take }] of TARGETS.entries()) {
    it(name, { timeout: 300_000 }, async () => {
      const mutator = new Mutator(SEED * 2000 + index);
      const all = seeds.map((seed) => Buffer.from(seed));
      let refused = 0;
      for (const seed of seeds) await take(seed);
      for (let n = 0; n < BODIES; n++) {
        const text = Buffer.from(mutator.mutate(all[n % all.length]!, all)).toString('utf8');
        try {
          await take(text);
        } catch (error) {
          if (!(error instanceof Fault)) assert.fail(`body ${n}: ${String(error)}\n${text.slice(0, 2000)}`);
          refused++;
        }
      }
      assert.ok(refused > BODIES / 20, `${refused} were refused`);
    });
  }
});
