import type { ActionTx } from '../ports.ts';
import type { ActionSetting } from '../services.ts';
import { dutyPlan, type DutyPlan } from './plan.ts';

/** The plan as it stands: the configuration with everything that was stored. @param endingAfter ms; older things are left out */
export async function loadPlan(
  tx: ActionTx,
  setting: Pick<ActionSetting, 'duty'>,
  endingAfter: number,
): Promise<DutyPlan> {
  const overrides = await tx.actions.overrides(endingAfter);
  const temporary = await tx.actions.temporaryDuties();
  const absences = await tx.actions.absences(endingAfter);
  return dutyPlan(setting.duty, { overrides, temporary, absences });
}
