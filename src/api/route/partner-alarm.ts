import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Fault } from '../../core/fault.ts';
import {
  ALARM_BASE,
  ALARM_TASKS,
  askingPartner,
  changeAlarm,
  createAlarm,
  deleteAlarm,
  loadAlarm,
  partnerOfListener,
  partnerOfSecret,
  registerHub,
  removeHub,
  renderAlarm,
  renderHub,
  renderTask,
  runAlarmTask,
  takeAlarmNotification,
  takeTicketNotification,
} from '../../partner/index.ts';
import { passes, pick, readResourceQuery, type ResourceQuery } from '../../signal/tmf642/index.ts';
import { actorIn } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { faultOf } from '../problem.ts';
import type { Api } from '../server.ts';

const params = z.object({ id: z.string().max(100) });
/** How many rows filters look through: beyond it they ask for a narrower question. */
const LOOKED_THROUGH = 10_000;

/** TM Forum's error document in place of a problem: what clients of these interfaces read. */
export function tmfError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const fault = faultOf(error, request);
  if (fault.retryable) reply.header('retry-after', String(fault.params['seconds'] ?? 5));
  const { title, detail, status, code } = fault.problem();
  void reply
    .code(status)
    .type('application/json;charset=utf-8')
    .send(JSON.stringify({ code, reason: title, message: detail, status: String(status), '@type': 'Error' }));
}

/** JSON as these interfaces label it. Undefined members are left out. */
export function tmfJson(reply: FastifyReply, status: number, body: unknown): FastifyReply {
  return reply.code(status).type('application/json;charset=utf-8').send(JSON.stringify(body));
}

/** TMF642 alarm management, version 4: our server, and the listener for notifications of partners' servers. */
export function addPartnerAlarmRoutes(app: Api, context: ApiContext): void {
  const { deps, partners } = context;
  const options = (summary: string) => ({
    config: { access: 'partner.exchange' as const },
    errorHandler: tmfError,
    schema: { summary: `TMF642: ${summary}` },
  });
  const one = (summary: string) => ({ ...options(summary), schema: { summary: `TMF642: ${summary}`, params } });
  const url = (): string => context.config().url;

  app.get(`${ALARM_BASE}/alarm`, options('alarms, with fields, offset, limit and filters'), async (request, reply) => {
    const query = readResourceQuery(request.query as Record<string, unknown>);
    const partner = askingPartner(partners, actorIn(request))?.name ?? null;
    const filtered = query.filters.length > 0;
    const part = await deps.store.read((tx) =>
      tx.partners.alarms(
        filtered
          ? { partner, offset: 0, limit: LOOKED_THROUGH }
          : { partner, offset: query.offset, limit: Math.max(query.limit, 1) },
      ),
    );
    if (filtered && part.total > LOOKED_THROUGH) {
      throw new Fault('bad_request', {
        what: `There are ${part.total} alarms, more than filters look through. Page without them.`,
      });
    }
    const shown = part.items.map((record) => renderAlarm(record, url()));
    const fitting = filtered ? shown.filter((alarm) => passes(alarm, query.filters)) : shown;
    const items = filtered ? fitting.slice(query.offset, query.offset + query.limit) : fitting.slice(0, query.limit);
    return sendPart(reply, query, items, filtered ? fitting.length : part.total);
  });
  app.post(`${ALARM_BASE}/alarm`, options('create an alarm'), async (request, reply) => {
    const record = await createAlarm(deps, partners, actorIn(request), request.body);
    const alarm = renderAlarm(record, url());
    return tmfJson(reply.header('location', String(alarm['href'])), 201, alarm);
  });
  app.get(`${ALARM_BASE}/alarm/:id`, one('one alarm'), async (request, reply) => {
    const { fields } = readResourceQuery(request.query as Record<string, unknown>);
    const record = await deps.store.read((tx) => loadAlarm(tx, partners, actorIn(request), request.params.id));
    return tmfJson(reply, 200, pick(renderAlarm(record, url()), fields));
  });
  app.patch(`${ALARM_BASE}/alarm/:id`, one('change an alarm (merge patch)'), async (request, reply) => {
    const record = await changeAlarm(deps, partners, actorIn(request), request.params.id, request.body);
    return tmfJson(reply, 200, renderAlarm(record, url()));
  });
  app.delete(`${ALARM_BASE}/alarm/:id`, one('take an alarm back'), async (request, reply) => {
    await deleteAlarm(deps, partners, actorIn(request), request.params.id);
    return reply.code(204).send();
  });

  for (const kind of ALARM_TASKS) {
    app.get(`${ALARM_BASE}/${kind}`, options(`tasks ${kind}`), async (request, reply) => {
      const query = readResourceQuery(request.query as Record<string, unknown>);
      const partner = askingPartner(partners, actorIn(request))?.name ?? null;
      const { offset, limit } = query;
      const part = await deps.store.read((tx) =>
        tx.partners.tasks({ partner, kind, offset, limit: Math.max(limit, 1) }),
      );
      const items = part.items.slice(0, limit).map((task) => renderTask(task, url()));
      return sendPart(reply, query, items, part.total);
    });
    app.post(`${ALARM_BASE}/${kind}`, options(`run the task ${kind}`), async (request, reply) => {
      const task = await runAlarmTask(deps, partners, actorIn(request), kind, request.body);
      const shown = renderTask(task, url());
      return tmfJson(reply.header('location', String(shown['href'])), 201, shown);
    });
    app.get(`${ALARM_BASE}/${kind}/:id`, one(`a task ${kind}`), async (request, reply) => {
      const { fields } = readResourceQuery(request.query as Record<string, unknown>);
      const partner = askingPartner(partners, actorIn(request));
      const task = await deps.store.read((tx) => tx.partners.task(kind, request.params.id));
      if (!task || (partner && task.partner !== partner.name)) {
        throw new Fault('not_found', { what: kind, id: request.params.id });
      }
      return tmfJson(reply, 200, pick(renderTask(task, url()), fields));
    });
  }

  app.post(`${ALARM_BASE}/hub`, options('register to be told'), async (request, reply) => {
    const hub = await registerHub(deps, partners, actorIn(request), request.body);
    return tmfJson(reply.header('location', `${url()}${ALARM_BASE}/hub/${hub.id}`), 201, renderHub(hub));
  });
  app.delete(`${ALARM_BASE}/hub/:id`, one('end being told'), async (request, reply) => {
    await removeHub(deps, partners, actorIn(request), request.params.id);
    return reply.code(204).send();
  });
  addListener(app, context);
  addPartnerTicketListener(app, context);
}

/** Notifications of partners' servers: with a token, or by the secret in the address that they were given. */
function addListener(app: Api, { deps, partners }: ApiContext): void {
  const withEvent = z.object({ event: z.string().max(100) });
  // Answered with what the specification's listeners answer: an EventSubscription.
  const taken = (reply: FastifyReply, callback: string): FastifyReply => tmfJson(reply, 201, { id: 'taken', callback });
  app.post(
    `${ALARM_BASE}/listener/:event`,
    {
      config: { access: 'partner.exchange', rateLimit: false },
      errorHandler: tmfError,
      schema: { params: withEvent, summary: "TMF642: a notification of a partner's alarm server" },
    },
    async (request, reply) => {
      const partner = partnerOfListener(partners, actorIn(request));
      await takeAlarmNotification(deps, partners, partner, request.params.event, request.body);
      return taken(reply, `${ALARM_BASE}/listener`);
    },
  );
  const secretly = {
    config: { access: 'public' as const, rateLimit: false as const },
    errorHandler: tmfError,
  };
  for (const path of ['listener', 'listener/:event'] as const) {
    app.post(
      `/tmf-api/partner/:secret/alarm/v4/${path}`,
      {
        ...secretly,
        schema: {
          params: z.object({ secret: z.string().max(200), event: z.string().max(100).optional() }),
          summary: 'TMF642: a notification, by the secret address given to a partner',
        },
      },
      async (request, reply) => {
        const partner = partnerOfSecret(partners, request.params.secret);
        if (!partner) throw new Fault('not_found', { what: 'listener', id: 'of this address' });
        await takeAlarmNotification(deps, partners, partner, request.params.event ?? null, request.body);
        return taken(reply, 'listener');
      },
    );
  }
}

/** Events of partners' ticket servers: each only says that something changed, and the tickets are looked at. */
function addPartnerTicketListener(app: Api, { deps, partners }: ApiContext): void {
  for (const version of ['v4', 'v5']) {
    for (const path of ['listener', 'listener/:event'] as const) {
      app.post(
        `/tmf-api/partner/:secret/troubleTicket/${version}/${path}`,
        {
          config: { access: 'public', rateLimit: false },
          errorHandler: tmfError,
          schema: {
            params: z.object({ secret: z.string().max(200), event: z.string().max(100).optional() }),
            summary: 'TMF621: a notification, by the secret address given to a partner',
          },
        },
        async (request, reply) => {
          const partner = partnerOfSecret(partners, request.params.secret);
          if (!partner) throw new Fault('not_found', { what: 'listener', id: 'of this address' });
          await takeTicketNotification(deps, partner);
          return reply.code(version === 'v4' ? 201 : 204).send();
        },
      );
    }
  }
}

function sendPart(
  reply: FastifyReply,
  query: ResourceQuery,
  items: readonly Record<string, unknown>[],
  total: number,
): FastifyReply {
  reply.header('x-total-count', String(total)).header('x-result-count', String(items.length));
  const shown = items.map((item) => pick(item, query.fields));
  return tmfJson(reply, 200, shown);
}
