import type { Handler } from '../core/work.ts';
import type { RetroTx } from './ports.ts';
import { prefillWork, type RetroDeps } from './prefill.ts';

export { RETRO_WORK } from './facts.ts';
export type { RetroDeps } from './prefill.ts';
export { lossesBehind } from './losses.ts';
export { updateRetro } from './verbs/update.ts';

/** The work that this stage does: the draft of a retro from an incident's facts. */
export function retroHandlers(deps: RetroDeps): readonly Handler<RetroTx>[] {
  return [prefillWork(deps)];
}
