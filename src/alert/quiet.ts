import type { Labels } from '../core/labels.ts';
import type { Alert, Maintenance, Silence } from './alert.ts';
import { matchesAll } from './matching.ts';
import type { AlertTx } from './ports.ts';

/** What may keep alerts quiet, as stored. */
export interface QuietRules {
  readonly silences: readonly Silence[];
  readonly maintenances: readonly Maintenance[];
}

/** Why an alert is quiet: the ids of the first silence and of the first window that cover it. */
export type Quiet = Pick<Alert, 'silencedBy' | 'maintenanceBy'>;

/** Every reason to be quiet: another alert may inhibit it as well. */
type EveryQuiet = Quiet & Pick<Alert, 'inhibitedBy'>;

/** Silences and windows that are not over at the instant. */
export async function quietRules(tx: AlertTx, now: number): Promise<QuietRules> {
  return { silences: await tx.alerts.silences(now), maintenances: await tx.alerts.maintenances(now) };
}

/** Decides whether an alert with these labels is quiet at the instant. Begins inclusive, ends exclusive. */
export function quietBy(labels: Labels, rules: QuietRules, now: number): Quiet {
  const covers = (rule: Silence | Maintenance): boolean =>
    rule.startsAt <= now && now < rule.endsAt && matchesAll(rule.matchers, labels);
  return {
    silencedBy: rules.silences.find(covers)?.id ?? null,
    maintenanceBy: rules.maintenances.find((one) => covers(one) && liesAt(one, labels))?.id ?? null,
  };
}

/** Whether labels lie at the places of announced work; where it names none, everything does. */
export function liesAt({ anyOf }: Pick<Maintenance, 'anyOf'>, labels: Labels): boolean {
  return anyOf.length === 0 || anyOf.some((matchers) => matchesAll(matchers, labels));
}

export function isQuiet(quiet: EveryQuiet): boolean {
  return quiet.silencedBy !== null || quiet.maintenanceBy !== null || quiet.inhibitedBy !== null;
}

/** The reason in words, for the journal. */
export function quietReason(quiet: EveryQuiet, rules: QuietRules): string {
  const silence = rules.silences.find(({ id }) => id === quiet.silencedBy);
  if (silence) return `silenced by ${silence.createdBy}: ${silence.comment}`;
  const window = rules.maintenances.find(({ id }) => id === quiet.maintenanceBy);
  if (window) return `announced work: ${window.title}`;
  return quiet.inhibitedBy === null ? 'quiet' : `inhibited by the alert ${quiet.inhibitedBy}`;
}
