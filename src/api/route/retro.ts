import { z } from 'zod';
import { Fault } from '../../core/fault.ts';
import type { Retro } from '../../retro/retro.ts';
import { updateRetro } from '../../retro/index.ts';
import { actorIn } from '../auth.ts';
import type { ApiContext, Tx } from '../context.ts';
import * as contract from '../contract.ts';
import type { Api } from '../server.ts';
import { timelineView } from '../view/timeline.ts';

const params = z.object({ id: z.string() });

/** What was learned. */
export function addRetroRoutes(app: Api, context: ApiContext): void {
  const { deps } = context;

  app.get(
    '/ops/v1/retros',
    {
      config: { access: 'view.operations' },
      schema: { response: { 200: contract.retroList }, summary: 'Retros, newest first' },
    },
    async () =>
      deps.store.read(async (tx) => {
        const items = [];
        for (const retro of await tx.retros.list()) items.push(await viewOf(tx, retro));
        return { items };
      }),
  );
  app.get(
    '/ops/v1/retros/:id',
    {
      config: { access: 'view.operations' },
      schema: {
        params,
        response: { 200: contract.retroDetail },
        summary: 'One retro with the timeline and its improvements',
      },
    },
    async (request) =>
      deps.store.read(async (tx) => {
        const retro = await tx.retros.byId(request.params.id);
        if (!retro) throw new Fault('not_found', { what: 'retro', id: request.params.id });
        const improvements = (await tx.improvements.list()).filter(
          ({ retroId, incidentId }) => retroId === retro.id || incidentId === retro.incidentId,
        );
        return {
          retro: await viewOf(tx, retro),
          timeline: timelineView(await tx.journal.ofIncident(retro.incidentId)),
          improvements,
        };
      }),
  );
  app.patch(
    '/ops/v1/retros/:id',
    {
      config: { access: 'retro.update' },
      schema: {
        params,
        body: contract.retroChange,
        response: { 200: contract.retroView },
        summary: 'Write what was learned',
      },
    },
    async (request) => {
      const retro = await updateRetro(deps, actorIn(request), { id: request.params.id, ...request.body });
      return deps.store.read((tx) => viewOf(tx, retro));
    },
  );
}

async function viewOf(tx: Tx, retro: Retro): Promise<Retro & { incidentNumber: number }> {
  const incident = await tx.incidents.byId(retro.incidentId);
  return { ...retro, incidentNumber: incident?.number ?? 0 };
}
