import { isQuiet } from '../../alert/quiet.ts';
import { loadPlan } from '../../action/index.ts';
import { compareText } from '../../core/labels.ts';
import { healthOf } from '../../incident/index.ts';
import type { ApiContext } from '../context.ts';
import * as contract from '../contract.ts';
import type { Api } from '../server.ts';
import { careMarks } from '../view/care.ts';
import { dutyNowView } from '../view/duty.ts';

const DAY = 86_400_000;
const MAX_OPEN_ALERTS = 10_000;
const LOOSE_SHOWN = 50;

/** The duty officer's one screen. */
export function addNowRoutes(app: Api, context: ApiContext): void {
  const { deps } = context;
  app.get(
    '/ops/v1/now',
    {
      config: { access: 'view.operations' },
      schema: { response: { 200: contract.now }, summary: 'What is hurt, who is on duty, what to say' },
    },
    async () => {
      const at = deps.clock.now();
      const { topology } = context.config().incidentSettings;
      return deps.store.read(async (tx) => {
        const incidents = await tx.incidents.live();
        const resolved = await tx.incidents.list({ states: ['resolved'], since: at - 7 * DAY, limit: 5 });
        const alerts = (await tx.alerts.listShort({ states: ['firing', 'pending'], limit: MAX_OPEN_ALERTS })).items;
        const firing = alerts.filter(({ state }) => state === 'firing');
        const told = firing.filter(({ silencedBy, maintenanceBy }) => silencedBy === null && maintenanceBy === null);
        const loose = told.filter((one) => one.incidentId === null && one.inhibitedBy === null).slice(0, LOOSE_SHOWN);
        const live = new Set(incidents.map(({ id }) => id));
        const words = (await tx.actions.notices(at - DAY, 50)).filter(
          ({ incidentId, phase }, index, all) =>
            (live.has(incidentId) || phase === 'resolved') &&
            all.findIndex((one) => one.incidentId === incidentId) === index,
        );
        const improvements = await tx.improvements.list();
        return {
          at,
          incidents: [...incidents].reverse(),
          recentlyResolved: resolved.items,
          care: await careMarks(tx, incidents),
          duty: dutyNowView(context, await loadPlan(tx, context.config(), at), at),
          functions: topology.functions.map(({ name, title, inTrip }) => ({ name, title, inTrip })),
          cities: topology.cities.map(({ name, title, zone }) => ({ name, title, zone })),
          health: healthOf(topology, told, incidents),
          alerts: {
            firing: firing.length,
            pending: alerts.length - firing.length,
            silenced: firing.filter(isQuiet).length,
          },
          looseAlerts: (await tx.alerts.byIds(loose.map(({ id }) => id))).toSorted((a, b) => compareText(b.id, a.id)),
          openTickets: (await tx.tickets.list({ states: ['open', 'in-progress', 'waiting'], limit: 1000 })).items
            .length,
          unprovedImprovements: improvements.filter(({ state }) => state === 'proposed').length,
          words,
          quarantined: (await tx.signals.quarantined(100)).length,
        };
      });
    },
  );
}
