import type { Deps } from '../core/transaction.ts';
import type { Handler } from '../core/work.ts';
import { expireAlert } from './expire.ts';
import type { AlertTx } from './ports.ts';
import { requiet } from './requiet.ts';
import { takeAlert } from './take.ts';

export { ALERT_FACTS } from './facts.ts';
export { endMaintenance } from './verbs/end-maintenance.ts';
export { expireSilence } from './verbs/expire-silence.ts';
export { maintain } from './verbs/maintain.ts';
export { silence } from './verbs/silence.ts';

/** The work that this stage does: a signal's events, expiry, silences that begin and end. */
export function alertHandlers(deps: Deps<AlertTx>): readonly Handler<AlertTx>[] {
  return [takeAlert(deps), expireAlert(deps), requiet(deps)];
}
