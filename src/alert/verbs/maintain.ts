import { permit, type Actor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Deps } from '../../core/transaction.ts';
import type { LabelMatcher, Maintenance } from '../alert.ts';
import { ALERT_FACTS } from '../facts.ts';
import { checkMatchers } from '../matching.ts';
import type { AlertTx } from '../ports.ts';
import { watchWindow } from '../requiet.ts';
import { matcherWords, readSpan } from '../window.ts';

export interface MaintenanceInput {
  readonly title: string;
  readonly matchers: readonly LabelMatcher[];
  /** ms; now if left out. */
  readonly startsAt?: number | undefined;
  readonly endsAt: number;
  /** Whether members see it on the status page. */
  readonly announced?: boolean | undefined;
}

/**
 * Announces work during which matching alerts are expected.
 * @throws Fault `forbidden`; `body_invalid`
 */
export async function maintain(deps: Deps<AlertTx>, actor: Actor, input: MaintenanceInput): Promise<Maintenance> {
  permit(actor, 'alert.maintain');
  checkMatchers(input.matchers);
  const title = input.title.trim();
  if (title === '') throw new Fault('body_invalid', { what: 'title is empty; say what is being worked on' });
  const now = deps.clock.now();
  const window: Maintenance = {
    id: deps.ids.next('mnt'),
    title,
    matchers: input.matchers,
    ...readSpan(input, now),
    createdBy: actor.name,
    announced: input.announced ?? false,
  };
  await deps.store.transact(async (tx) => {
    await tx.alerts.insertMaintenance(window);
    const causeId = await tx.journal.append({
      actor,
      fact: ALERT_FACTS.maintenancePlanned,
      subject: { kind: 'maintenance', id: window.id },
      summary: `${actor.name} announced work: ${title} (${matcherWords(window.matchers)}).`,
      data: { startsAt: window.startsAt, endsAt: window.endsAt, announced: window.announced },
    });
    await watchWindow(tx, { kind: 'maintenance', ...window }, now, causeId);
  });
  return window;
}
