import { z } from 'zod';
import {
  componentHealth,
  decideEdge,
  functionConditions,
  recordChange,
  type IncidentDeps,
} from '../../incident/index.ts';
import type { Edge } from '../../incident/edge.ts';
import type { Topology } from '../../incident/topology.ts';
import { actorIn } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import * as contract from '../contract.ts';
import type { Api } from '../server.ts';

const params = z.object({ id: z.string().max(300) });
const MAX_ALERTS = 10_000;
const DAY = 86_400_000;

/** What hangs together and how it is, learnt edges to decide on, and changes. */
export function addTopologyRoutes(app: Api, context: ApiContext): void {
  const { deps } = context;
  const incidentDeps: IncidentDeps = { ...deps, incidents: () => context.config().incidentSettings };

  app.get(
    '/ops/v1/topology',
    {
      config: { access: 'view.operations' },
      schema: { response: { 200: contract.topologyView }, summary: 'What hangs together, how it is, and learnt edges' },
    },
    async () => topologyOf(context),
  );
  for (const [verb, accept] of [
    ['accept', true],
    ['reject', false],
  ] as const) {
    app.post(
      `/ops/v1/topology/edges/:id/${verb}`,
      {
        config: { access: 'topology.decide' },
        schema: {
          params,
          body: contract.edgeDecision,
          response: { 200: contract.edgeView },
          summary: accept ? 'Accept a learnt edge: it is part of the topology' : 'Reject a learnt edge',
        },
      },
      async (request) => {
        const { id } = request.params;
        const edge = await decideEdge(incidentDeps, actorIn(request), { id, accept, ...request.body });
        return edgeView(context.config().incidentSettings.topology, edge);
      },
    );
  }
  app.get(
    '/ops/v1/changes',
    {
      config: { access: 'view.operations' },
      schema: {
        querystring: z.object({
          from: z.coerce.number().int().optional(),
          to: z.coerce.number().int().optional(),
          limit: z.coerce.number().int().min(1).max(500).default(100),
        }),
        response: { 200: contract.changeList },
        summary: 'Deploys, settings and campaigns, newest first; the last day if no time is given',
      },
    },
    async ({ query }) => {
      const now = deps.clock.now();
      const { from = now - DAY, to = now, limit } = query;
      return { items: await deps.store.read((tx) => tx.correlation.changes(from, to, limit)) };
    },
  );
  app.post(
    '/ops/v1/changes',
    {
      config: { access: 'change.record' },
      schema: {
        body: contract.changeBody,
        response: { 200: contract.changeView, 201: contract.changeView },
        summary: 'Record a deploy, a setting or a campaign; the same id twice is one change',
      },
    },
    async (request, reply) => {
      const { change, isNew } = await recordChange(incidentDeps, actorIn(request), request.body);
      return reply.code(isNew ? 201 : 200).send(change);
    },
  );
}

async function topologyOf(context: ApiContext): Promise<z.infer<typeof contract.topologyView>> {
  const { topology } = context.config().incidentSettings;
  const { firing, live, edges, rankings } = await context.deps.store.read(async (tx) => {
    const incidents = await tx.incidents.live();
    return {
      firing: (await tx.alerts.listShort({ states: ['firing'], limit: MAX_ALERTS })).items,
      live: incidents,
      edges: await tx.correlation.edges(),
      rankings: await tx.correlation.rankings(incidents.map(({ id }) => id)),
    };
  });
  const told = firing.filter(({ silencedBy, maintenanceBy }) => silencedBy === null && maintenanceBy === null);
  const health = componentHealth(topology, told);
  const failed = new Map(
    [...health].flatMap(([name, { state }]) =>
      state === 'down' || state === 'degraded' ? [[name, state] as const] : [],
    ),
  );
  const conditions = functionConditions(topology, failed);
  return {
    functions: topology.functions.map(({ name, title, inTrip, needs }) => ({
      name,
      title,
      inTrip,
      needs,
      state: conditions.get(name) ?? 'ok',
    })),
    components: topology.components.map(({ name, title, kind, partner, needs }) => ({
      name,
      title,
      kind,
      partner,
      needs: topology.needsOf(name).map((need) => ({ name: need, learnt: !needs.includes(need) })),
      state: health.get(name)?.state ?? 'ok',
      alerts: health.get(name)?.alerts ?? 0,
      incidentIds: live.filter(({ components }) => components.includes(name)).map(({ id }) => id),
    })),
    groups: topology.groups.map(({ name, title, members }) => ({ name, title: title ?? name, members })),
    edges: edges.map((edge) => edgeView(topology, edge)),
    causes: live.flatMap(({ id, number, title, cause }) => {
      if (cause === null) return [];
      const best = rankings.get(id)?.causes.find(({ component }) => component === cause.component);
      const path = best?.path ?? [cause.component];
      return [
        { incidentId: id, number, title, component: cause.component, probability: best?.probability ?? null, path },
      ];
    }),
  };
}

function edgeView(topology: Topology, edge: Edge): z.infer<typeof contract.edgeView> {
  return {
    ...edge,
    callerTitle: topology.titleOf(edge.caller),
    calleeTitle: topology.titleOf(edge.callee),
    known: topology.component(edge.caller) !== null && topology.component(edge.callee) !== null,
  };
}
