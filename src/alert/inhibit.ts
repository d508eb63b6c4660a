import { labelsKey, type Labels } from '../core/labels.ts';
import type { Alert, LabelMatcher } from './alert.ts';
import { matchesAll } from './matching.ts';
import type { InhibitSide } from './ports.ts';
import { matcherWords } from './window.ts';

/** While a source fires, targets with the same values of `equal` are kept quiet. */
export interface InhibitRule {
  /** The rule by its content: what was written under another rule is never taken for this one. */
  readonly key: string;
  readonly source: readonly LabelMatcher[];
  readonly target: readonly LabelMatcher[];
  readonly equal: readonly string[];
}

/** Makes a rule ready. */
export function compileInhibit(config: {
  readonly source_matchers: readonly (readonly LabelMatcher[])[];
  readonly target_matchers: readonly (readonly LabelMatcher[])[];
  readonly equal: readonly string[];
}): InhibitRule {
  const source = config.source_matchers.flat();
  const target = config.target_matchers.flat();
  const equal = config.equal.toSorted();
  const key = `{${matcherWords(source)}} hides {${matcherWords(target)}} equal ${equal.join(',')}`;
  return { key, source, target, equal };
}

/** The sides of rules that a firing alert stands on. */
export function sidesOf(
  rules: readonly InhibitRule[],
  alert: Pick<Alert, 'id' | 'fingerprint' | 'labels'>,
): InhibitSide[] {
  const sides: InhibitSide[] = [];
  for (const { key, source, target, equal } of rules) {
    const isSource = matchesAll(source, alert.labels);
    const isTarget = matchesAll(target, alert.labels);
    if (!isSource && !isTarget) continue;
    const equalKey = equalOf(alert.labels, equal);
    sides.push({ rule: key, equalKey, alertId: alert.id, fingerprint: alert.fingerprint, isSource, isTarget });
  }
  return sides;
}

/** An absent label and an empty one are the same, as in Alertmanager. */
function equalOf(labels: Labels, equal: readonly string[]): string {
  const values: Record<string, string> = {};
  for (const name of equal) values[name] = labels[name] ?? '';
  return labelsKey(values);
}

/**
 * Which of those on a rule's sides inhibits the target, if one does. An alert that stands on both sides is not inhibited
 * by others that do: the last one of them would be hidden by those it hides.
 */
export function inhibitorOf(target: InhibitSide, others: readonly InhibitSide[]): InhibitSide | null {
  if (!target.isTarget) return null;
  const found = others.find(
    (other) => other.isSource && other.alertId !== target.alertId && !(target.isSource && other.isTarget),
  );
  return found ?? null;
}
