import type { Handler } from '../core/work.ts';
import type { IncidentTx } from './ports.ts';
import type { IncidentDeps } from './settings.ts';
import { assessWork } from './work/assess.ts';
import { attachWork } from './work/attach.ts';
import { observeWork } from './work/observe.ts';
import { releaseWork, settleWork } from './work/settle.ts';

export { incidentProblems, incidentSchema } from './config.ts';
export { INCIDENT_FACTS, INCIDENT_WORK } from './facts.ts';
export { healthOf } from './health.ts';
export { incidentSettings, type IncidentDeps, type IncidentSettings } from './settings.ts';
export { timelineOf } from './timeline.ts';
export { accept } from './verbs/accept.ts';
export { correct } from './verbs/correct.ts';
export { merge } from './verbs/merge.ts';
export { note } from './verbs/note.ts';
export { open } from './verbs/open.ts';
export { reopen } from './verbs/reopen.ts';
export { resolve } from './verbs/resolve.ts';
export { split } from './verbs/split.ts';
export { unaccept } from './verbs/unaccept.ts';
export { update } from './verbs/update.ts';

/** The work that this stage does: alerts and observations that come and go, settling, assessing. */
export function incidentHandlers(deps: IncidentDeps): readonly Handler<IncidentTx>[] {
  return [attachWork(deps), releaseWork(deps), settleWork(deps), observeWork(deps), assessWork(deps)];
}
