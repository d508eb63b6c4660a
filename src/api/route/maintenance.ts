import { z } from 'zod';
import {
  changeMaintenance,
  changePlan,
  comingOf,
  endMaintenance,
  endPlan,
  maintain,
  planMaintenance,
  readRhythm,
  readTerms,
} from '../../alert/index.ts';
import type { Maintenance, MaintenancePlan } from '../../alert/alert.ts';
import { matchesAll } from '../../alert/matching.ts';
import { liesAt } from '../../alert/quiet.ts';
import { opensIncident } from '../../alert/severity.ts';
import { Fault } from '../../core/fault.ts';
import { actorIn } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import * as contract from '../contract.ts';
import type { Api } from '../server.ts';
import { windowView } from '../view/window.ts';
import { openAlerts } from './alert.ts';

const params = z.object({ id: z.string() });
const PAST = 14 * 86_400_000;
const SHOWN_NEXT = 5;

/** Announced work: windows, and plans of what recurs. */
export function addMaintenanceRoutes(app: Api, context: ApiContext): void {
  const { deps } = context;
  const may = { config: { access: 'alert.maintain' as const } };
  const view = (window: Maintenance) => windowView(window, deps.clock.now());
  const zone = (): string => context.config().duty.zone;

  app.get(
    '/ops/v1/maintenance',
    {
      config: { access: 'view.operations' },
      schema: {
        response: { 200: contract.maintenanceList },
        summary: 'Announced work, plans of what recurs with their next occurrences, and what work may name',
      },
    },
    () => {
      const now = deps.clock.now();
      return deps.store.read(async (tx) => {
        const plans = (await tx.alerts.plans(true)).filter(({ endedAt }) => endedAt === null || endedAt > now);
        return {
          items: (await tx.alerts.maintenances(now - PAST)).map(view),
          plans: plans.map((plan) => planView(plan, now)),
          choices: { ...choices(context), zone: zone() },
        };
      });
    },
  );
  app.post(
    '/ops/v1/maintenance',
    {
      ...may,
      schema: { body: contract.maintenanceBody, response: { 201: contract.maintenanceView }, summary: 'Announce work' },
    },
    async (request, reply) => {
      checkTell(context, request.body.tell);
      return reply.code(201).send(view(await maintain(deps, actorIn(request), request.body)));
    },
  );
  app.put(
    '/ops/v1/maintenance/:id',
    {
      ...may,
      schema: {
        params,
        body: contract.maintenanceBody,
        response: { 200: contract.maintenanceView },
        summary: 'Change announced work that is not over',
      },
    },
    async (request) => {
      checkTell(context, request.body.tell);
      const { id } = request.params;
      return view(await changeMaintenance(deps, actorIn(request), { ...request.body, id }));
    },
  );
  app.delete(
    '/ops/v1/maintenance/:id',
    { ...may, schema: { params, summary: 'End announced work now, or call it off before it begins' } },
    async (request, reply) => {
      await endMaintenance(deps, actorIn(request), { id: request.params.id });
      return reply.code(204).send();
    },
  );
  app.post(
    '/ops/v1/maintenance/preview',
    {
      config: { access: 'view.operations' },
      schema: {
        body: contract.maintenancePreviewBody,
        response: { 200: contract.maintenancePreview },
        summary: 'When work would recur and what it would cover now; nothing is changed',
      },
    },
    async ({ body }) => {
      const now = deps.clock.now();
      const { rule, starts, duration, zone: own = zone() } = body;
      const next =
        rule === undefined || starts === undefined || duration === undefined
          ? []
          : nextOf(readRhythm({ rule, starts, duration, zone: own }, now), now);
      const terms = readTerms(deps, { name: '' }, { ...body, title: 'preview' });
      const counts = { firing: 0, paging: 0 };
      for await (const { severity } of openAlerts(deps, {
        states: ['firing'],
        fitsShort: ({ labels }) => matchesAll(terms.matchers, labels) && liesAt(terms, labels),
      })) {
        counts.firing++;
        if (opensIncident(severity)) counts.paging++;
      }
      return { next, ...counts };
    },
  );
  addPlanRoutes(app, context);
}

function addPlanRoutes(app: Api, context: ApiContext): void {
  const { deps } = context;
  const may = { config: { access: 'alert.maintain' as const } };
  const zone = (): string => context.config().duty.zone;
  app.post(
    '/ops/v1/maintenance/plans',
    {
      ...may,
      schema: {
        body: contract.maintenancePlanBody,
        response: { 201: contract.maintenancePlanView },
        summary: 'Plan work that recurs, by a rule of RFC 5545',
      },
    },
    async (request, reply) => {
      checkTell(context, request.body.tell);
      const plan = await planMaintenance(deps, actorIn(request), {
        ...request.body,
        zone: request.body.zone ?? zone(),
      });
      return reply.code(201).send(planView(plan, deps.clock.now()));
    },
  );
  app.put(
    '/ops/v1/maintenance/plans/:id',
    {
      ...may,
      schema: {
        params,
        body: contract.maintenancePlanBody,
        response: { 200: contract.maintenancePlanView },
        summary: 'Change recurring work: windows that have not begun are made anew',
      },
    },
    async (request) => {
      checkTell(context, request.body.tell);
      const { id } = request.params;
      const plan = await changePlan(deps, actorIn(request), { ...request.body, zone: request.body.zone ?? zone(), id });
      return planView(plan, deps.clock.now());
    },
  );
  app.delete(
    '/ops/v1/maintenance/plans/:id',
    { ...may, schema: { params, summary: 'End recurring work: no further window begins' } },
    async (request, reply) => {
      await endPlan(deps, actorIn(request), { id: request.params.id });
      return reply.code(204).send();
    },
  );
}

type Named = { readonly name: string; readonly title: string };

function choices(context: ApiContext): { components: Named[]; functions: Named[]; tell: Named[] } {
  const { people, partners, incidentSettings, languages } = context.config();
  const { topology } = incidentSettings;
  const labelled = (name: string): boolean => Object.keys(topology.component(name)?.match ?? {}).length > 0;
  return {
    components: [
      ...topology.components.filter(({ name }) => labelled(name)).map(({ name, title }) => ({ name, title })),
      ...topology.groups
        .filter(({ name }) => (topology.members(name) ?? []).every(labelled))
        .map(({ name, title }) => ({ name, title: title ?? name })),
    ],
    functions: topology.functions.map(({ name, title }) => ({
      name,
      title: title[languages[0] ?? 'en'] ?? title['en'] ?? name,
    })),
    tell: [
      ...people.map(({ id, name }) => ({ name: id, title: name })),
      ...partners.filter(({ email }) => email !== undefined).map(({ name, title }) => ({ name, title })),
    ],
  };
}

/** @throws Fault `body_invalid` for somebody who cannot be told */
function checkTell(context: ApiContext, tell: readonly string[]): void {
  const known = choices(context).tell.map(({ name }) => name);
  const unknown = tell.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new Fault('body_invalid', {
    what: `tell names "${unknown}", who is nobody under people and no partner with an e-mail address; known are ${known.join(', ')}`,
  });
}

function planView(plan: MaintenancePlan, now: number): z.infer<typeof contract.maintenancePlanView> {
  const { anyOf: _, createdAt: __, updatedAt: ___, madeUntil: ____, ...shown } = plan;
  return { ...shown, next: plan.endedAt === null || plan.endedAt > now ? nextOf(plan, now) : [] };
}

function nextOf(
  plan: Pick<MaintenancePlan, 'rule' | 'starts' | 'zone' | 'duration'>,
  now: number,
): { startsAt: number; endsAt: number }[] {
  return comingOf(plan, now)
    .take(SHOWN_NEXT)
    .map((startsAt) => ({ startsAt, endsAt: startsAt + plan.duration }))
    .toArray();
}
