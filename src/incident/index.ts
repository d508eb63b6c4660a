import type { Handler } from '../core/work.ts';
import type { IncidentTx } from './ports.ts';
import type { AskMeasures, IncidentDeps } from './settings.ts';
import { acknowledgeWork } from './work/acknowledge.ts';
import { assessWork } from './work/assess.ts';
import { attachWork } from './work/attach.ts';
import { explainWork } from './work/explain.ts';
import { observeWork } from './work/observe.ts';
import { releaseWork, settleWork } from './work/settle.ts';
import { takeChangeWork } from './work/take-change.ts';

export { explain } from './cause/explain.ts';
export { callGraph } from './cause/graph.ts';
export { readInstant, readMeasures, TableFault } from './cause/measures.ts';
export { causeExpressions } from './cause/setting.ts';
export { rankCauses } from './cause/rank.ts';
export { incidentProblems, incidentSchema, topologyProblems, topologySchema } from './config.ts';
export { Correlator } from './correlate/engine.ts';
export { EventsFault, readEvents } from './correlate/read-events.ts';
export { signOf } from './correlate/sign.ts';
export { Topology } from './topology.ts';
export { PRIOR as CORRELATION_PRIOR } from './correlate/correlate.ts';
export { INCIDENT_FACTS, INCIDENT_WORK } from './facts.ts';
export { labelsAt } from './labels-at.ts';
export { componentHealth } from './component-health.ts';
export { giveBack, handOver } from './give-back.ts';
export { healthOf } from './health.ts';
export { functionConditions } from './impact.ts';
export {
  incidentSettings,
  type IncidentDeps,
  type AskMeasures,
  type IncidentSettings,
  type Measure,
} from './settings.ts';
export { proposeEdges, seenCalls } from './learn.ts';
export { isLive, loadIncident, mustBeLive } from './change.ts';
export { compareIncidentSeverity } from './assess.ts';
export { PastKeeper } from './past-keeper.ts';
export { similarIncidents } from './similar.ts';
export { suppressedBy } from './suppress.ts';
export { timelineOf } from './timeline.ts';
export { accept } from './verbs/accept.ts';
export { correct } from './verbs/correct.ts';
export { decideEdge } from './verbs/decide-edge.ts';
export { merge } from './verbs/merge.ts';
export { note } from './verbs/note.ts';
export { open } from './verbs/open.ts';
export { recordChange } from './verbs/record-change.ts';
export { reopen } from './verbs/reopen.ts';
export { resolve } from './verbs/resolve.ts';
export { split } from './verbs/split.ts';
export { unaccept } from './verbs/unaccept.ts';
export { unmerge } from './verbs/unmerge.ts';
export { update } from './verbs/update.ts';

/**
 * The work that this stage does: alerts and observations that come and go, settling, assessing.
 * @param ask the metrics engine; without one, causes are ranked by the alerts alone
 */
export function incidentHandlers(deps: IncidentDeps, ask: AskMeasures | null = null): readonly Handler<IncidentTx>[] {
  return [
    attachWork(deps),
    releaseWork(deps),
    settleWork(deps),
    observeWork(deps),
    assessWork(deps),
    ...(ask === null ? [] : [explainWork(deps, ask)]),
    acknowledgeWork(deps),
    takeChangeWork(deps),
  ];
}
