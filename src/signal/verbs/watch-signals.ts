import type { Deps } from '../../core/transaction.ts';
import type { SignalConfig } from '../config.ts';
import type { SignalTx } from '../ports.ts';
import { watchStatusPages } from '../status-page/poll.ts';
import { watchQuarantine } from '../tidy.ts';
import { watchHeartbeats } from './watch-heartbeats.ts';

/** Brings in line with the configuration what is watched by rows of work: at start and after each reload. */
export async function watchSignals(
  deps: Deps<SignalTx>,
  config: Pick<SignalConfig, 'heartbeats' | 'status_pages'>,
): Promise<void> {
  await watchHeartbeats(deps, config.heartbeats);
  await watchQuarantine(deps);
  await watchStatusPages(deps, config.status_pages);
}
