import type { Actor } from '../../../core/actor.ts';
import { formatDuration } from '../../../core/duration.ts';
import { Fault } from '../../../core/fault.ts';
import type { Deps } from '../../../core/transaction.ts';
import { ACTION_FACTS } from '../../facts.ts';
import type { ActionTx } from '../../ports.ts';
import type { ActionServices } from '../../services.ts';
import { localWords } from '../../duty/verbs/who.ts';
import { promised } from '../follow.ts';
import type { IncidentCare } from '../nouns.ts';
import { changeCare, wake } from '../tend.ts';
import { ownVerb, type CareInput } from './hold.ts';

export interface SnoozeInput extends CareInput {
  /** When it wakes by itself, ms. */
  readonly until: number;
  readonly reason?: string | undefined;
}

/**
 * The one who has an incident sleeps over it: nothing is asked of them until then. It wakes by itself, when it becomes
 * worse, or when it hurts something new. Clocks of agreed levels of service go on.
 * @throws Fault `forbidden`, `not_found`, `conflict`; `state_conflict` unless it is accepted; `body_invalid` for a time
 *   that is past, or longer than the settings allow
 */
export function snooze(
  deps: Deps<ActionTx>,
  services: ActionServices,
  actor: Actor,
  input: SnoozeInput,
): Promise<IncidentCare> {
  return ownVerb(deps, services, actor, input, 'snoozed', async (tending, rules) => {
    const { tx, incident, now } = tending;
    const { until } = input;
    if (rules.snooze === null) {
      throw new Fault('body_invalid', { what: `until: a ${incident.severity} incident cannot be snoozed` });
    }
    const most = formatDuration(rules.snooze);
    if (!(until > now) || until > now + rules.snooze) {
      const what = `until: a ${incident.severity} incident is snoozed for at most ${most}; write a time from now up to that`;
      throw new Fault('body_invalid', { what });
    }
    changeCare(tending, {
      snoozedAt: now,
      snoozedUntil: until,
      snoozedBy: actor.name,
      snoozeReason: input.reason?.trim() || null,
      snoozeSeverity: incident.severity,
      snoozeComponents: incident.components,
      progressAt: now,
      remindedAt: null,
      // Whoever waits for word is told when it wakes, and not before.
      ...(rules.update === null ? {} : promised(until + rules.update.every, now, actor.name)),
    });
    await tx.journal.append({
      actor,
      fact: ACTION_FACTS.snoozed,
      subject: { kind: 'incident', id: incident.id },
      incidentId: incident.id,
      summary: `${actor.name} snoozed incident ${incident.number} until ${localWords(until, services.setting().duty.zone)}.`,
      reason: input.reason?.trim() || undefined,
      data: { until },
    });
    return tending.care;
  });
}

/**
 * Ends a snooze by hand.
 * @throws Fault `forbidden`, `not_found`, `conflict`; `state_conflict` unless it is accepted and snoozed
 */
export function wakeUp(
  deps: Deps<ActionTx>,
  services: ActionServices,
  actor: Actor,
  input: CareInput,
): Promise<IncidentCare> {
  return ownVerb(deps, services, actor, input, 'woken', async (tending, rules) => {
    const { care, incident, handover } = tending;
    if (care.snoozedUntil === null) {
      const id = incident.number;
      throw new Fault('state_conflict', { what: 'incident', id, state: 'not snoozed', verb: 'woken' });
    }
    await wake(tending, { care, incident, handover, clocks: [], rules }, 'by-person', actor);
    return tending.care;
  });
}
