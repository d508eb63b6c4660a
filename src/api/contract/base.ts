import { z } from 'zod';

/** A list that nobody changes. */
export function list<T extends z.ZodType>(item: T) {
  return z.array(item).readonly();
}

export const instant = z.number().int().describe('milliseconds since the Unix epoch');
export const labels = z.record(z.string(), z.string()).readonly();
export const byLanguage = z.record(z.string(), z.string()).readonly();
export const role = z.enum(['admin', 'duty', 'agent', 'viewer']);

/** A page of a longer list: `next` is passed as `after`. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: list(item), next: z.string().nullable() });
}
