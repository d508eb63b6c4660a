import { z } from 'zod';
import { cancelOverride, configuredId, loadPlan, overrideDuty, shifts } from '../../action/index.ts';
import { actorIn } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import * as contract from '../contract.ts';
import type { Api } from '../server.ts';
import { dutyNowView, personNamer } from '../view/duty.ts';

const DAY = 86_400_000;

/** Who is on duty, now and in the weeks to come. */
export function addDutyRoutes(app: Api, context: ApiContext): void {
  const { deps, actions } = context;

  app.get(
    '/ops/v1/duty',
    {
      config: { access: 'view.operations' },
      schema: {
        querystring: z.object({ from: z.coerce.number().int().optional(), to: z.coerce.number().int().optional() }),
        response: { 200: contract.dutyPlan },
        summary: 'The duty plan: who is on now, the shifts to come, overrides',
      },
    },
    async (request) => {
      const at = deps.clock.now();
      const from = request.query.from ?? at;
      const to = request.query.to ?? from + 28 * DAY;
      const named = personNamer(context);
      const { duty, people } = context.config();
      const { plan, stored } = await deps.store.read(async (tx) => {
        const endingAfter = Math.min(from, at);
        return {
          plan: await loadPlan(tx, context.config(), endingAfter),
          stored: await tx.actions.overrides(endingAfter),
        };
      });
      const configured = duty.overrides.map((override, index) => ({
        ...override,
        id: configuredId(index),
        createdBy: 'configuration',
        configured: true,
      }));
      return {
        now: dutyNowView(context, plan, at),
        zone: duty.zone,
        people: people.map(({ id, name }) => ({ id, name })),
        shifts: shifts(plan, from, to).map((shift) => ({
          ...shift,
          focal: named(shift.focal),
          deputy: shift.deputy === null ? null : named(shift.deputy),
        })),
        overrides: [...configured, ...stored.map((override) => ({ ...override, configured: false }))],
      };
    },
  );

  app.post(
    '/ops/v1/duty/overrides',
    {
      config: { access: 'duty.override' },
      schema: {
        body: contract.overrideBody,
        response: { 201: contract.overrideView },
        summary: 'Put somebody else on duty for a while',
      },
    },
    async (request, reply) =>
      reply
        .code(201)
        .send({ ...(await overrideDuty(deps, actions, actorIn(request), request.body)), configured: false }),
  );

  app.delete(
    '/ops/v1/duty/overrides/:id',
    {
      config: { access: 'duty.override' },
      schema: { params: z.object({ id: z.string() }), summary: 'Cancel an override' },
    },
    async (request, reply) => {
      await cancelOverride(deps, actorIn(request), request.params.id);
      return reply.code(204).send();
    },
  );

  app.get(
    '/ops/v1/people',
    {
      config: { access: 'view.operations' },
      schema: {
        response: { 200: z.object({ items: z.array(contract.person) }) },
        summary: 'The people of the duty plan',
      },
    },
    async () => ({ items: context.config().people.map(({ id, name }) => ({ id, name })) }),
  );
}
