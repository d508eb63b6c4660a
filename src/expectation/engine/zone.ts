import type { Labels } from '../../core/labels.ts';

/** A zone by name, or that of the city which a label names. */
type ZoneChoice = string | { readonly label: string };

/** The IANA zone of one series. @param zones by city; a city without one is in UTC */
export function zoneOf(choice: ZoneChoice, labels: Labels, zones: Readonly<Record<string, string>>): string {
  return typeof choice === 'string' ? choice : (zones[labels[choice.label] ?? ''] ?? 'UTC');
}
