import { z } from 'zod';
import {
  acceptHandover,
  addAbsences,
  answerCall,
  answerSwap,
  askSwap,
  cancelAbsence,
  cancelSchedule,
  createFeed,
  describeCall,
  readFeed,
  revokeFeed,
  scheduleDuty,
  temporaryInput,
  testPage,
  type DutyFeed,
} from '../../action/index.ts';
import { Fault } from '../../core/fault.ts';
import { actorIn } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import * as contract from '../contract.ts';
import type { Api } from '../server.ts';
import { answerHtml } from '../view/answer-html.ts';
import { dutyAround, handoverView, swapView } from '../view/duty-around.ts';
import { personNamer } from '../view/duty.ts';

const DAY = 86_400_000;
const id = z.object({ id: z.string() });
const secretParams = z.object({ secret: z.string().min(20).max(100) });

/** Everything around the duty plan: swaps, absences, hand-overs, calendars, the proof. */
export function addDutyChangeRoutes(app: Api, context: ApiContext): void {
  addPlanRoutes(app, context);
  addPeopleRoutes(app, context);
  addLinkRoutes(app, context);
}

function addPlanRoutes(app: Api, context: ApiContext): void {
  const { deps, actions } = context;
  app.get(
    '/ops/v1/duty/around',
    {
      config: { access: 'view.operations' },
      schema: {
        querystring: z.object({ from: z.coerce.number().int().optional(), to: z.coerce.number().int().optional() }),
        response: { 200: contract.dutyAround },
        summary: 'Around the duty plan: layers, absences, swaps, hand-overs, the proof of 52 weeks, reachability',
      },
    },
    (request) => {
      const from = request.query.from ?? deps.clock.now();
      return dutyAround(context, actorIn(request), from, request.query.to ?? from + 28 * DAY);
    },
  );
  app.post(
    '/ops/v1/duty/schedules',
    {
      config: { access: 'duty.override' },
      schema: {
        body: temporaryInput,
        response: { 201: z.object({ id: z.string() }) },
        summary: 'A rotation for some days, above every layer',
      },
    },
    async (request, reply) => {
      const made = await scheduleDuty(deps, actions, actorIn(request), request.body);
      return reply.code(201).send({ id: made.id });
    },
  );
  app.delete(
    '/ops/v1/duty/schedules/:id',
    { config: { access: 'duty.override' }, schema: { params: id, summary: 'Cancel a temporary schedule' } },
    async (request, reply) => {
      await cancelSchedule(deps, actorIn(request), request.params.id);
      return reply.code(204).send();
    },
  );
  app.post(
    '/ops/v1/duty/feeds',
    {
      config: { access: 'duty.override' },
      schema: {
        body: z.strictObject({ person: z.string().nullable().default(null) }),
        response: { 201: contract.feedCreated },
        summary: 'A secret address under which calendar programs read the duty plan',
      },
    },
    async (request, reply) => {
      const { feed, secret } = await createFeed(deps, actions, actorIn(request), request.body.person);
      const url = `${context.config().url.replace(/\/+$/, '')}/calendar/${secret}.ics`;
      return reply.code(201).send({ ...feedView(feed), url });
    },
  );
  app.delete(
    '/ops/v1/duty/feeds/:id',
    { config: { access: 'duty.override' }, schema: { params: id, summary: 'Revoke a calendar address' } },
    async (request, reply) => {
      await revokeFeed(deps, actorIn(request), request.params.id);
      return reply.code(204).send();
    },
  );
}

function addPeopleRoutes(app: Api, context: ApiContext): void {
  const { deps, actions } = context;
  const duty = { config: { access: 'duty.override' as const } };
  app.post(
    '/ops/v1/duty/absences',
    {
      ...duty,
      schema: {
        body: contract.absenceBody,
        response: { 201: contract.absenceView },
        summary: 'Somebody is away; layers pass the person over',
      },
    },
    async (request, reply) => {
      const [made] = await addAbsences(deps, actions, actorIn(request), [request.body]);
      return reply.code(201).send({ ...made!, configured: false });
    },
  );
  app.post(
    '/ops/v1/duty/absences/import',
    {
      ...duty,
      schema: {
        body: z.strictObject({ person: z.string(), calendar: z.string().min(1).max(500_000) }),
        response: { 201: z.object({ items: z.array(contract.absenceView) }) },
        summary: 'The events of an iCalendar file become absences of a person',
      },
    },
    async (request, reply) => {
      const { person, calendar } = request.body;
      const from = deps.clock.now();
      const spans = await context.readCalendar(calendar, from, from + 366 * DAY, context.config().duty.zone);
      const made = await addAbsences(
        deps,
        actions,
        actorIn(request),
        spans.map(({ summary, ...span }) => ({ person, ...span, reason: summary.slice(0, 500) })),
      );
      return reply.code(201).send({ items: made.map((one) => ({ ...one, configured: false })) });
    },
  );
  app.delete(
    '/ops/v1/duty/absences/:id',
    { ...duty, schema: { params: id, summary: 'Cancel an absence' } },
    async (request, reply) => {
      await cancelAbsence(deps, actorIn(request), request.params.id);
      return reply.code(204).send();
    },
  );
  app.post(
    '/ops/v1/duty/swaps',
    {
      ...duty,
      schema: {
        body: contract.swapBody,
        response: { 201: contract.swapView },
        summary: 'Ask somebody to take a time over, perhaps for one of theirs',
      },
    },
    async (request, reply) => {
      const swap = await askSwap(deps, actions, actorIn(request), request.body);
      return reply.code(201).send(swapView(swap, personNamer(context)));
    },
  );
  app.post(
    '/ops/v1/duty/swaps/:id/answer',
    {
      ...duty,
      schema: {
        params: id,
        body: contract.swapAnswer,
        response: { 200: contract.swapView },
        summary: 'Accept, decline or withdraw a swap',
      },
    },
    async (request) => {
      const swap = await answerSwap(deps, actions, actorIn(request), request.params.id, request.body.answer);
      return swapView(swap, personNamer(context));
    },
  );
  app.post(
    '/ops/v1/duty/hand-overs/:id/accept',
    {
      ...duty,
      schema: { params: id, response: { 200: contract.handoverView }, summary: 'Take the duty over' },
    },
    async (request) => {
      const handover = await acceptHandover(deps, actions, actorIn(request), request.params.id);
      return handoverView(handover, personNamer(context));
    },
  );
  app.post(
    '/ops/v1/people/:id/test-page',
    { ...duty, schema: { params: id, summary: 'Send a test page by every way to a person' } },
    async (request, reply) => {
      await testPage(deps, actions, actorIn(request), request.params.id);
      return reply.code(202).send();
    },
  );
}

/** Links in messages, and calendars: open to whoever has the secret. A GET never acts. */
function addLinkRoutes(app: Api, context: ApiContext): void {
  const { deps, actions } = context;
  const open = { access: 'public' as const, rateLimit: { max: 60, timeWindow: 60_000 } };
  const options = { config: open, schema: { params: secretParams, hide: true } };
  const headers = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex' };
  const show = (view: Parameters<typeof answerHtml>[1]): string =>
    answerHtml(context.config().name, view, context.config().url);
  app.get('/answer/:secret', options, async (request, reply) =>
    reply
      .headers(headers)
      .type('text/html; charset=utf-8')
      .send(show(await describeCall(deps, actions, request.params.secret))),
  );
  app.post('/answer/:secret', options, async (request, reply) =>
    reply
      .headers(headers)
      .type('text/html; charset=utf-8')
      .send(show(await answerCall(deps, actions, request.params.secret))),
  );
  app.get('/calendar/:secret', options, async (request, reply) => {
    const secret = request.params.secret.replace(/\.ics$/, '');
    if (secret === request.params.secret) throw new Fault('not_found', { what: 'calendar', id: 'of this address' });
    return reply
      .headers(headers)
      .type('text/calendar; charset=utf-8')
      .send(await readFeed(deps, actions, secret));
  });
}

function feedView({
  id: feedId,
  person,
  createdBy,
  createdAt,
  lastReadAt,
}: DutyFeed): z.infer<typeof contract.feedView> {
  return { id: feedId, person, createdBy, createdAt, lastReadAt };
}
