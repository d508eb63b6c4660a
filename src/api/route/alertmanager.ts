import { Readable } from 'node:stream';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { changeSilence, expireSilence, postAlerts, silence } from '../../alert/index.ts';
import type { LabelMatcher, Silence } from '../../alert/alert.ts';
import { NO_ALERT_SETTINGS, type AlertSettings } from '../../alert/config.ts';
import { matchesAll } from '../../alert/matching.ts';
import { parseMatchers } from '../../alert/matcher-text.ts';
import { Fault } from '../../core/fault.ts';
import { readInstant } from '../../signal/instant.ts';
import { actorIn } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { faultOf } from '../problem.ts';
import type { Api } from '../server.ts';
import {
  alertmanagerConfig,
  AlertGroups,
  AlertWriter,
  instant,
  isNamed,
  receiverNames,
  silenceOut,
  silenceState,
  type AlertQuery,
} from '../view/alertmanager.ts';
import { keyOf } from './ingest.ts';

const ALERTS_LIMIT = 8 << 20;
/** Alerts read and written at once: a long list is never whole in memory. */
const STRETCH = 500;
/** How long silences that are over are listed, ms (Alertmanager's retention). */
const EXPIRED_LISTED = 120 * 3_600_000;

const many = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform((value) => (value === undefined ? [] : [value].flat()))
  .pipe(z.array(z.string().max(10_000)).max(100));
const shown = z.stringbool().default(true);
const alertQuery = z.object({
  active: shown,
  silenced: shown,
  inhibited: shown,
  unprocessed: shown,
  filter: many,
  receiver: z.string().max(1000).optional(),
  receiver_matchers: many,
});
const groupQuery = alertQuery.omit({ unprocessed: true }).extend({ muted: shown });
const silenceQuery = z.object({ filter: many, active: shown, expired: shown, pending: shown });
const idParam = z.object({ id: z.string().max(100) });
const rfc3339 = z.string().transform((text, ctx) => {
  const read = readInstant(text);
  if (typeof read === 'number') return read;
  ctx.addIssue({ code: 'custom', message: 'Write an RFC 3339 instant, such as 2026-01-05T09:00:00Z' });
  return z.NEVER;
});
const silenceIn = z.object({
  id: z.string().max(100).optional(),
  matchers: z
    .array(
      z.object({
        name: z.string().max(1000),
        value: z.string().max(10_000),
        isRegex: z.boolean(),
        isEqual: z.boolean().default(true),
      }),
    )
    .min(1)
    .max(100),
  startsAt: rfc3339,
  endsAt: rfc3339,
  createdBy: z.string().max(200),
  comment: z.string().max(4000),
  annotations: z.record(z.string(), z.string().max(4000)).optional(),
});

/**
 * Alertmanager's API v2, whole, under its own path and under `/alertmanager`: Prometheus, vmalert, Grafana and amtool take
 * Lamplighter for their Alertmanager. Refusals are JSON texts here, as its clients expect them.
 */
export async function addAlertmanagerRoutes(app: Api, context: ApiContext): Promise<void> {
  await app.register(async (scope) => {
    scope.setErrorHandler((error: FastifyError, request, reply) => refuse(error, request, reply));
    const api = scope as unknown as Api;
    for (const prefix of ['/api/v2', '/alertmanager/api/v2']) {
      addStatus(api, context, prefix);
      addAlerts(api, context, prefix);
      addSilences(api, context, prefix);
    }
  });
}

function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const fault = faultOf(error, request);
  if (fault.retryable) reply.header('retry-after', String(fault.params['seconds'] ?? 5));
  if (fault.code === 'unauthenticated') reply.header('www-authenticate', 'Basic realm="lamplighter"');
  return reply.code(fault.status).type('application/json').send(JSON.stringify(fault.message));
}

function settingsOf({ deps }: ApiContext): AlertSettings {
  return deps.alerts?.() ?? NO_ALERT_SETTINGS;
}

function addStatus(app: Api, context: ApiContext, prefix: string): void {
  const look = { config: { access: 'view.operations' as const } };
  app.get(`${prefix}/status`, { ...look, schema: { summary: "Alertmanager's status" } }, async () => ({
    cluster: { name: context.config().name, status: 'disabled', peers: [] },
    config: {
      original: alertmanagerConfig(settingsOf(context), receiverNames(settingsOf(context), context.config().chains)),
    },
    uptime: instant(context.deps.clock.now() - process.uptime() * 1000 * context.deps.clock.speed),
    versionInfo: {
      version: context.version,
      revision: '',
      branch: 'lamplighter',
      buildUser: '',
      buildDate: '',
      goVersion: '',
    },
  }));
  app.get(
    `${prefix}/receivers`,
    {
      ...look,
      schema: { querystring: z.object({ receiver_matchers: many }), summary: "Alertmanager's receivers: the chains" },
    },
    // No receiver carries labels, so only matchers that an absent label fulfils let any through.
    async ({ query }) =>
      receiverNames(settingsOf(context), context.config().chains)
        .filter(() => matchesAll(filterOf(query.receiver_matchers), {}))
        .map((name) => ({ name })),
  );
}

function addAlerts(app: Api, context: ApiContext, prefix: string): void {
  const { deps } = context;
  app.post(
    `${prefix}/alerts`,
    {
      config: { access: 'signal.send', rateLimit: false },
      bodyLimit: ALERTS_LIMIT,
      // An empty answer to a program needs none of what protects a browser; this runs a thousand times a second.
      helmet: false,
      schema: { summary: 'Alerts as Prometheus posts them to Alertmanager' },
    },
    async (request, reply) => {
      const idempotencyKey = keyOf(request.headers['idempotency-key']);
      await postAlerts(deps, actorIn(request), { body: request.body, idempotencyKey });
      return reply.code(200).send();
    },
  );
  app.get(
    `${prefix}/alerts`,
    {
      config: { access: 'view.operations' },
      schema: { querystring: alertQuery, summary: 'Firing alerts in the form of Alertmanager' },
    },
    async ({ query }, reply) => {
      const writer = writerFor(context, query, false);
      return reply.type('application/json').send(Readable.from(listed(context, writer), { objectMode: false }));
    },
  );
  app.get(
    `${prefix}/alerts/groups`,
    {
      config: { access: 'view.operations' },
      schema: { querystring: groupQuery, summary: 'Firing alerts by the groups of their routes' },
    },
    async ({ query }, reply) => {
      const writer = writerFor(context, query, true);
      const groups = new AlertGroups();
      for await (const rows of firing(context)) {
        for (const row of rows) {
          const one = writer.write(row);
          if (one) groups.add(one);
        }
      }
      return reply.type('application/json').send(`[${[...groups.json(query.muted)].join(',')}]`);
    },
  );
}

function writerFor(
  context: ApiContext,
  query: z.output<typeof groupQuery> | z.output<typeof alertQuery>,
  wantsLabels: boolean,
): AlertWriter {
  const { active, silenced, inhibited, receiver } = query;
  // A regex that does not parse is refused now and not in the middle of the answer.
  if (receiver !== undefined) isNamed('', receiver);
  const wanted: AlertQuery = {
    active,
    silenced,
    inhibited,
    filter: filterOf(query.filter),
    receiver: receiver ?? null,
  };
  matchesAll(wanted.filter, {});
  return new AlertWriter(settingsOf(context), wanted, context.deps.clock.now(), wantsLabels);
}

function filterOf(texts: readonly string[]): LabelMatcher[] {
  return texts.flatMap(parseMatchers);
}

/** Firing alerts in stretches, by fingerprint. Each stretch is a reading of its own: a slow reader holds nothing up. */
async function* firing({ deps }: ApiContext) {
  for (let after = ''; ;) {
    const rows = await deps.store.read((tx) => tx.alerts.firing(after, STRETCH));
    yield rows;
    if (rows.length < STRETCH) return;
    after = rows.at(-1)!.fingerprint;
    // Others get their turn between two stretches.
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
}

async function* listed(context: ApiContext, writer: AlertWriter): AsyncIterable<string> {
  let text = '[';
  let first = true;
  for await (const rows of firing(context)) {
    for (const row of rows) {
      const one = writer.write(row);
      if (!one) continue;
      text += first ? one.json : `,${one.json}`;
      first = false;
    }
    if (text !== '') yield text;
    text = '';
  }
  yield ']';
}

function addSilences(app: Api, context: ApiContext, prefix: string): void {
  const { deps } = context;
  const look = { config: { access: 'view.operations' as const } };
  const change = { config: { access: 'alert.silence' as const } };
  app.get(
    `${prefix}/silences`,
    { ...look, schema: { querystring: silenceQuery, summary: 'Silences in the form of Alertmanager' } },
    async ({ query }) => {
      const now = deps.clock.now();
      const filter = filterOf(query.filter);
      const all = await deps.store.read((tx) => tx.alerts.silences(now - EXPIRED_LISTED));
      return all
        .filter((one) => query[silenceState(one, now)])
        .filter(({ matchers }) => matchesAll(filter, Object.fromEntries(matchers.map((one) => [one.name, one.value]))))
        .toSorted(byUrgency(now))
        .map((one) => silenceOut(one, now));
    },
  );
  app.post(
    `${prefix}/silences`,
    { ...change, schema: { body: silenceIn, summary: 'Make or change a silence, in the form of Alertmanager' } },
    async (request) => {
      const { id, startsAt, ...input } = request.body;
      // Clients send their own "now", which may be a moment behind ours.
      const made =
        id === undefined || id === ''
          ? await silence(deps, actorIn(request), { ...input, startsAt: Math.max(startsAt, deps.clock.now()) })
          : await changeSilence(deps, actorIn(request), { ...input, id, startsAt });
      return { silenceID: made.id };
    },
  );
  app.get(
    `${prefix}/silence/:id`,
    { ...look, schema: { params: idParam, summary: 'One silence in the form of Alertmanager' } },
    async ({ params: { id } }) => {
      const found = await deps.store.read((tx) => tx.alerts.silence(id));
      if (!found) throw new Fault('not_found', { what: 'silence', id });
      return silenceOut(found, deps.clock.now());
    },
  );
  app.delete(
    `${prefix}/silence/:id`,
    { ...change, schema: { params: idParam, summary: 'End a silence; one that is over stays as it is' } },
    async (request, reply) => {
      try {
        await expireSilence(deps, actorIn(request), request.params);
      } catch (error) {
        if (!(error instanceof Fault && error.code === 'state_conflict')) throw error;
      }
      return reply.code(200).send();
    },
  );
}

/** Active ones that end first, pending ones that begin first, then those that ended last: as Alertmanager lists them. */
function byUrgency(now: number): (a: Silence, b: Silence) => number {
  const rank = { active: 0, pending: 1, expired: 2 };
  return (a, b) => {
    const state = silenceState(a, now);
    const other = silenceState(b, now);
    if (state !== other) return rank[state] - rank[other];
    if (state === 'pending') return a.startsAt - b.startsAt;
    return state === 'active' ? a.endsAt - b.endsAt : b.endsAt - a.endsAt;
  };
}
