import { z } from 'zod';
import { answerHandOver, askHandOver, confirm, promiseUpdate, slaReport, snooze, wakeUp } from '../../action/index.ts';
import { Fault } from '../../core/fault.ts';
import { actorIn } from '../auth.ts';
import type { ApiContext, Tx } from '../context.ts';
import type { Actor } from '../../core/actor.ts';
import * as contract from '../contract.ts';
import type { Api } from '../server.ts';
import { careOf, handOverViewOf } from '../view/care.ts';
import { findIncident } from '../view/incident-detail.ts';

const params = z.object({ id: z.string() });
const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'Write a month such as 2026-09');
const reportQuery = z.object({
  from: month.optional().describe('the first month, such as 2026-07; two months before this one if left out'),
  to: month.optional().describe('the last month, included; this one if left out'),
});
/** Months that one report covers at most. */
const MOST_MONTHS = 60;

/** What is asked of the one who has an incident: snooze, promise, hand-over; and how agreed levels were kept. */
export function addCareRoutes(app: Api, context: ApiContext): void {
  const { deps, actions } = context;
  const idOf = async (id: string): Promise<string> =>
    /^\d+$/.test(id) ? (await deps.store.read((tx) => findIncident(tx, id))).id : id;
  const view = (id: string, actor: Actor) =>
    deps.store.read(async (tx: Tx) => careOf(tx, context, await findIncident(tx, id), actor));
  const path = (verb: string): string => `/ops/v1/incidents/:id/${verb}`;
  const one = { 200: contract.careView };

  app.post(
    path('snooze'),
    {
      config: { access: 'incident.accept' },
      schema: {
        params,
        body: contract.snoozeBody,
        response: one,
        summary: 'Snooze: the one who has it is asked nothing until then, or until it gets worse',
      },
    },
    async (request) => {
      const id = await idOf(request.params.id);
      await snooze(deps, actions, actorIn(request), { id, ...request.body });
      return view(id, actorIn(request));
    },
  );
  app.post(
    path('wake'),
    {
      config: { access: 'incident.accept' },
      schema: { params, body: contract.careBody, response: one, summary: 'End the snooze' },
    },
    async (request) => {
      const id = await idOf(request.params.id);
      await wakeUp(deps, actions, actorIn(request), { id, ...request.body });
      return view(id, actorIn(request));
    },
  );
  app.post(
    path('confirm'),
    {
      config: { access: 'incident.accept' },
      schema: { params, body: contract.careBody, response: one, summary: 'Say that one is still on it' },
    },
    async (request) => {
      const id = await idOf(request.params.id);
      await confirm(deps, actions, actorIn(request), { id, ...request.body });
      return view(id, actorIn(request));
    },
  );
  app.post(
    path('promise'),
    {
      config: { access: 'incident.update' },
      schema: {
        params,
        body: contract.promiseBody,
        response: one,
        summary: 'Promise when the next update comes, perhaps with an update of now',
      },
    },
    async (request) => {
      const id = await idOf(request.params.id);
      await promiseUpdate(deps, actions, actorIn(request), { id, ...request.body });
      return view(id, actorIn(request));
    },
  );
  app.post(
    path('hand-over'),
    {
      config: { access: 'incident.accept' },
      schema: {
        params,
        body: contract.handOverBody,
        response: { 201: contract.handOverView },
        summary: 'Ask a person, a team or the next on duty to take it over',
      },
    },
    async (request, reply) => {
      const id = await idOf(request.params.id);
      const asked = await askHandOver(deps, actions, actorIn(request), { id, ...request.body });
      return reply.code(201).send(handOverViewOf(context, asked));
    },
  );
  app.post(
    '/ops/v1/incident-hand-overs/:id',
    {
      config: { access: 'incident.accept' },
      schema: {
        params,
        body: contract.handOverAnswer,
        response: { 200: contract.handOverView },
        summary: 'Accept or decline a hand-over that one is asked for, or withdraw one that one asked',
      },
    },
    async (request) => {
      const { id } = request.params;
      return handOverViewOf(context, await answerHandOver(deps, actions, actorIn(request), id, request.body.answer));
    },
  );
  app.get(
    '/ops/v1/sla',
    {
      config: { access: 'view.operations' },
      schema: {
        querystring: reportQuery,
        response: { 200: contract.slaReportView },
        summary: 'How agreed levels of service were kept, by month, severity and function',
      },
    },
    async ({ query }) => {
      const { zone } = context.config().duty;
      const { from, to } = span(query, deps.clock.now(), zone);
      const clocks = await deps.store.read((tx) => tx.actions.slaClocks(from, to));
      return { zone, from, to, rows: slaReport(clocks, zone) };
    },
  );
}

/** The instants of a span of months, the last one included. @throws Fault `bad_request` */
function span(query: z.infer<typeof reportQuery>, now: number, zone: string): { from: number; to: number } {
  const present = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone).toPlainDate().toPlainYearMonth();
  const last = query.to === undefined ? present : Temporal.PlainYearMonth.from(query.to);
  const first = query.from === undefined ? last.subtract({ months: 2 }) : Temporal.PlainYearMonth.from(query.from);
  const months = first.until(last, { largestUnit: 'month' }).months;
  if (months < 0 || months >= MOST_MONTHS) {
    throw new Fault('bad_request', { what: `Write from and to as months, at most ${MOST_MONTHS} of them.` });
  }
  const begin = (of: Temporal.PlainYearMonth): number =>
    of.toPlainDate({ day: 1 }).toZonedDateTime(zone).epochMilliseconds;
  return { from: begin(first), to: begin(last.add({ months: 1 })) };
}
