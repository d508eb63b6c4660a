import { z } from 'zod';
import { abortPlaybook, notify, runPlaybook } from '../../action/index.ts';
import {
  accept,
  correct,
  merge,
  note,
  open,
  reopen,
  resolve,
  split,
  unaccept,
  unmerge,
  update,
  type IncidentDeps,
} from '../../incident/index.ts';
import type { Incident } from '../../incident/incident.ts';
import { actorIn } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import * as contract from '../contract.ts';
import type { Api } from '../server.ts';
import { incidentEvidence } from '../view/incident-evidence.ts';
import { findIncident, incidentDetail } from '../view/incident-detail.ts';

const params = z.object({ id: z.string() });
const states = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(z.enum(['open', 'accepted', 'resolved', 'merged'])));
const listQuery = z.object({
  state: states.optional(),
  after: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** Incidents: the list, one whole, and every verb. */
export function addIncidentRoutes(app: Api, context: ApiContext): void {
  const { deps, actions } = context;
  const incidentDeps: IncidentDeps = { ...deps, incidents: () => context.config().incidentSettings };
  const one = { 200: contract.incidentView };

  app.get(
    '/ops/v1/incidents',
    {
      config: { access: 'view.operations' },
      schema: { querystring: listQuery, response: { 200: contract.incidentPage }, summary: 'Incidents, newest first' },
    },
    async ({ query: { state, after, limit } }) =>
      deps.store.read((tx) =>
        tx.incidents.list({ limit, ...(state ? { states: state } : {}), ...(after === undefined ? {} : { after }) }),
      ),
  );

  app.post(
    '/ops/v1/incidents',
    {
      config: { access: 'incident.open' },
      schema: {
        body: contract.openBody,
        response: { 201: contract.incidentView },
        summary: 'Open an incident by hand',
      },
    },
    async (request, reply) => reply.code(201).send(await open(incidentDeps, actorIn(request), request.body)),
  );

  app.get(
    '/ops/v1/incidents/:id',
    {
      config: { access: 'view.operations' },
      schema: {
        params,
        response: { 200: contract.incidentDetail },
        summary: 'Everything about one incident; the id may be its number',
      },
    },
    async (request) => deps.store.read((tx) => incidentDetail(tx, context, request.params.id, actorIn(request))),
  );

  app.get(
    '/ops/v1/incidents/:id/evidence',
    {
      config: { access: 'view.operations' },
      schema: {
        params,
        response: { 200: contract.incidentEvidence },
        summary: 'Why its alerts belong to it, what may have caused it, and past incidents like it',
      },
    },
    async (request) => deps.store.read((tx) => incidentEvidence(tx, context, request.params.id)),
  );

  const idOf = async (id: string): Promise<string> =>
    /^\d+$/.test(id) ? (await deps.store.read((tx) => findIncident(tx, id))).id : id;
  const path = (verb: string): string => `/ops/v1/incidents/:id/${verb}`;

  app.post(
    path('accept'),
    {
      config: { access: 'incident.accept' },
      schema: { params, body: contract.acceptBody, response: one, summary: 'Accept: escalation stops' },
    },
    async (request): Promise<Incident> =>
      accept(incidentDeps, actorIn(request), { id: await idOf(request.params.id), ...request.body }),
  );
  app.post(
    path('unaccept'),
    {
      config: { access: 'incident.accept' },
      schema: { params, body: contract.unacceptBody, response: one, summary: 'Give it back: escalation goes on' },
    },
    async (request): Promise<Incident> =>
      unaccept(incidentDeps, actorIn(request), { id: await idOf(request.params.id), ...request.body }),
  );
  app.post(
    path('update'),
    {
      config: { access: 'incident.update' },
      schema: { params, body: contract.updateBody, response: one, summary: 'Change title, summary, severity or phase' },
    },
    async (request): Promise<Incident> =>
      update(incidentDeps, actorIn(request), { id: await idOf(request.params.id), ...request.body }),
  );
  app.post(
    path('note'),
    {
      config: { access: 'incident.note' },
      schema: { params, body: contract.noteBody, summary: 'Write a note into the timeline' },
    },
    async (request, reply) => {
      await note(incidentDeps, actorIn(request), { id: await idOf(request.params.id), ...request.body });
      return reply.code(204).send();
    },
  );
  app.post(
    path('merge'),
    {
      config: { access: 'incident.merge' },
      schema: { params, body: contract.mergeBody, response: one, summary: 'Merge it into another incident' },
    },
    async (request): Promise<Incident> => {
      const { into, ...rest } = request.body;
      return merge(incidentDeps, actorIn(request), {
        id: await idOf(request.params.id),
        into: await idOf(into),
        ...rest,
      });
    },
  );
  app.post(
    path('split'),
    {
      config: { access: 'incident.split' },
      schema: {
        params,
        body: contract.splitBody,
        response: one,
        summary: 'Take alerts out into an incident of their own',
      },
    },
    async (request): Promise<Incident> =>
      split(incidentDeps, actorIn(request), { id: await idOf(request.params.id), ...request.body }),
  );
  app.post(
    path('unmerge'),
    {
      config: { access: 'incident.merge' },
      schema: { params, body: contract.unmergeBody, response: one, summary: 'Take its merge into another one back' },
    },
    async (request): Promise<Incident> =>
      unmerge(incidentDeps, actorIn(request), { id: await idOf(request.params.id), ...request.body }),
  );
  app.post(
    path('resolve'),
    {
      config: { access: 'incident.resolve' },
      schema: { params, body: contract.resolveBody, response: one, summary: 'Resolve' },
    },
    async (request): Promise<Incident> =>
      resolve(incidentDeps, actorIn(request), { id: await idOf(request.params.id), ...request.body }),
  );
  app.post(
    path('reopen'),
    {
      config: { access: 'incident.reopen' },
      schema: { params, body: contract.reopenBody, response: one, summary: 'It was not over' },
    },
    async (request): Promise<Incident> =>
      reopen(incidentDeps, actorIn(request), { id: await idOf(request.params.id), ...request.body }),
  );
  app.post(
    path('correct'),
    {
      config: { access: 'incident.correct' },
      schema: {
        params,
        body: contract.correctBody,
        summary: 'Correct a row of the timeline; what it said before is kept',
      },
    },
    async (request, reply) => {
      await correct(incidentDeps, actorIn(request), { id: await idOf(request.params.id), ...request.body });
      return reply.code(204).send();
    },
  );
  app.post(
    path('notify'),
    {
      config: { access: 'member.notify' },
      schema: {
        params,
        body: contract.notifyBody,
        response: { 201: contract.noticeView },
        summary: 'Publish the word to members',
      },
    },
    async (request, reply) => {
      const incidentId = await idOf(request.params.id);
      return reply.code(201).send(await notify(deps, actions, actorIn(request), { incidentId, ...request.body }));
    },
  );
  app.post(
    path('playbook'),
    {
      config: { access: 'playbook.run' },
      schema: { params, body: contract.runPlaybookBody, summary: 'Run a playbook' },
    },
    async (request, reply) => {
      const incidentId = await idOf(request.params.id);
      const run = await runPlaybook(deps, actions, actorIn(request), { incidentId, playbook: request.body.playbook });
      return reply.code(202).send({ id: run.id });
    },
  );
  app.post(
    '/ops/v1/playbook-runs/:id/abort',
    {
      config: { access: 'playbook.abort' },
      schema: { params, body: contract.abortPlaybookBody, summary: 'Abort a playbook: its abort steps run' },
    },
    async (request, reply) => {
      await abortPlaybook(deps, actorIn(request), { runId: request.params.id, reason: request.body.reason });
      return reply.code(204).send();
    },
  );
}
