import { DONE, type Handler } from '../core/work.ts';
import { SIGNAL_WORK } from '../signal/facts.ts';
import { applySignal } from './apply.ts';
import type { AlertDeps } from './deps.ts';
import type { AlertTx } from './ports.ts';

/** Applies a stored signal's events to the alerts, one after the other, in one transaction. */
export function takeAlert(deps: AlertDeps): Handler<AlertTx> {
  return {
    kind: SIGNAL_WORK.takeAlert,
    async inside(tx, item) {
      const id = item.payload['signalId'];
      const signal = typeof id === 'string' ? await tx.signals.byId(id) : null;
      if (!signal) return { kind: 'quarantine', reason: `there is no signal ${String(id)}` };
      await applySignal(tx, deps, signal);
      return DONE;
    },
  };
}
