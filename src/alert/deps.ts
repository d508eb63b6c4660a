import type { Deps } from '../core/transaction.ts';
import { NO_ALERT_SETTINGS, type AlertSettings } from './config.ts';
import type { AlertTx } from './ports.ts';

export interface AlertDeps extends Deps<AlertTx> {
  /** The settings as they are now: a reload exchanges them. Nothing is configured if left out. */
  readonly alerts?: () => AlertSettings;
}

/** The settings as they are now. */
export function settingsOf(deps: AlertDeps): AlertSettings {
  return deps.alerts?.() ?? NO_ALERT_SETTINGS;
}
