import type { Incident, IncidentSeverity } from '../../incident/incident.ts';
import type { ChainRun } from '../nouns.ts';
import type { ActionSetting } from '../services.ts';
import type { CareConfig, UpdateRule } from './config.ts';
import type { AcceptanceRules, AcceptanceTimes } from './nouns.ts';

/** What is asked of the one who has an incident of this severity; null for nothing. */
export interface CareRules {
  readonly acceptance: AcceptanceTimes | null;
  readonly update: UpdateRule | null;
  /** How long it may be snoozed at most, ms; null for not at all. */
  readonly snooze: number | null;
  /** How long others have to answer a hand-over, ms. */
  readonly answerWithin: number;
}

/** The rules about acceptance of a chain: its own over the general ones. */
export function acceptanceOf(
  care: CareConfig,
  own: { readonly [S in IncidentSeverity]?: AcceptanceTimes | null | undefined } | undefined,
): AcceptanceRules {
  const of = (severity: IncidentSeverity): AcceptanceTimes | null => {
    const said = own?.[severity];
    return said === undefined ? care.acceptance[severity] : said;
  };
  return { critical: of('critical'), major: of('major'), minor: of('minor') };
}

/** The rules for an incident: about acceptance those that its chain was started with. */
export function careRules(
  { care }: Pick<ActionSetting, 'care'>,
  { severity }: Pick<Incident, 'severity'>,
  runs: readonly Pick<ChainRun, 'state' | 'snapshot'>[],
): CareRules {
  const live = runs.findLast((run) => run.state !== 'ended');
  return {
    acceptance: (live?.snapshot.acceptance ?? care.acceptance)[severity],
    update: care.update[severity],
    snooze: care.snooze[severity],
    answerWithin: care.hand_over.within,
  };
}
