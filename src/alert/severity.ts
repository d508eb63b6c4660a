import type { Labels } from '../core/labels.ts';
import type { AlertSeverity } from './alert.ts';

const RANK: Readonly<Record<AlertSeverity, number>> = { page: 3, critical: 2, warning: 1, info: 0 };

/** The severity by the label `severity`; an unknown or missing word is a warning, so that nothing is lost and nobody woken. */
export function severityOf(labels: Labels): AlertSeverity {
  const word = (labels['severity'] ?? '').toLowerCase();
  return word === 'page' || word === 'critical' || word === 'info' ? word : 'warning';
}

/** Whether alerts of this severity open an incident. */
export function opensIncident(severity: AlertSeverity): boolean {
  return RANK[severity] >= RANK.critical;
}

/** The loudest of several severities; info of none. */
export function loudestOf(severities: readonly AlertSeverity[]): AlertSeverity {
  return severities.reduce<AlertSeverity>((a, b) => (RANK[b] > RANK[a] ? b : a), 'info');
}
