import type { Alert } from './alert.ts';

/** What an alert says, for journal, titles and pages: its summary, else its name with the labels that place it. */
export function alertWords(alert: Pick<Alert, 'name' | 'labels' | 'annotations'>): string {
  const summary = alert.annotations['summary'];
  if (summary !== undefined && summary.trim() !== '') return summary.trim();
  const place = ['service', 'carrier', 'city', 'instance']
    .map((name) => alert.labels[name])
    .filter((value) => value !== undefined && value !== '');
  return place.length > 0 ? `${alert.name} (${place.join(', ')})` : alert.name;
}
