import type { ActionTx } from '../ports.ts';
import { oneLine } from '../page/text.ts';
import type { ActionSetting } from '../services.ts';

const DAY = 86_400_000;
const NAMED = 12;

/** What the next person should know: what is open, who has it, what is silenced, what happened in the last day. */
export async function writeBrief(tx: ActionTx, setting: Pick<ActionSetting, 'duty'>, now: number): Promise<string> {
  const open = await tx.incidents.live();
  const lines = open
    .slice(0, NAMED)
    .map(
      ({ number, severity, title, acceptedBy }) =>
        `- #${number} ${severity}: ${oneLine(title, 120)} (${acceptedBy === null ? 'nobody has accepted it' : `with ${acceptedBy}`})`,
    );
  const more = open.length > NAMED ? [`- and ${open.length - NAMED} more`] : [];
  const quiet = (await tx.alerts.silences()).filter(({ startsAt, endsAt }) => startsAt <= now && now < endsAt);
  const planned = (await tx.alerts.maintenances()).filter(
    ({ endsAt, startsAt }) => endsAt > now && startsAt < now + DAY,
  );
  const contacts = (await Promise.all(open.map(({ id }) => tx.actions.partnerContactsOf(id)))).flat();
  return [
    open.length === 0 ? 'No incident is open.' : `${open.length} open:`,
    ...lines,
    ...more,
    quiet.length === 0 ? 'Nothing is silenced.' : `${quiet.length} silences are in force.`,
    planned.length === 0
      ? 'No work is announced for the next day.'
      : `${planned.length} pieces of work are announced for the next day.`,
    ...(contacts.length === 0 ? [] : [`${contacts.length} messages went to partners about what is open.`]),
    `All times: ${setting.duty.zone}.`,
  ].join('\n');
}
