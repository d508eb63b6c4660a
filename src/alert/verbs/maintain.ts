import { permit, type Actor } from '../../core/actor.ts';
import type { Maintenance } from '../alert.ts';
import type { AlertDeps } from '../deps.ts';
import { insertWindow } from '../recur.ts';
import { readTerms, type TermsInput } from '../terms.ts';
import { readSpan } from '../window.ts';

export interface MaintenanceInput extends TermsInput {
  /** ms; now if left out. */
  readonly startsAt?: number | undefined;
  readonly endsAt: number;
}

/**
 * Announces work during which matching alerts are expected.
 * @throws Fault `forbidden`; `body_invalid`; `not_found` for a place that the topology lacks
 */
export async function maintain(deps: AlertDeps, actor: Actor, input: MaintenanceInput): Promise<Maintenance> {
  permit(actor, 'alert.maintain');
  const now = deps.clock.now();
  const terms = readTerms(deps, actor, input);
  const window: Maintenance = { id: deps.ids.next('mnt'), ...terms, ...readSpan(input, now), planId: null };
  await deps.store.transact((tx) => insertWindow(tx, actor, window, now));
  return window;
}
