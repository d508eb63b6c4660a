import type { Incident } from '../../incident/incident.ts';
import type { Page } from '../nouns.ts';

/** How many incidents one person is woken for one by one, within how long, and how long further ones are gathered. */
export interface PageBudget {
  readonly incidents: number;
  readonly within: number;
  readonly bundle: number;
}

/**
 * Whether a page is gathered with others into one message: the person was paged for as many incidents as the budget has,
 * and this is another one. A critical incident is always sent by itself, and so is a further page for an incident that
 * the person was paged for. Pure.
 * @param recent the person's pages within the budget's time
 */
export function isBundled(budget: PageBudget, incident: Incident, recent: readonly Page[]): boolean {
  if (incident.severity === 'critical') return false;
  const incidents = new Set(recent.filter(({ state }) => state !== 'cancelled').map(({ incidentId }) => incidentId));
  return !incidents.has(incident.id) && incidents.size >= budget.incidents;
}
