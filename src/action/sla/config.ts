import { z } from 'zod';
import { durationField, nameField } from '../../signal/index.ts';

const severityName = z.enum(['critical', 'major', 'minor'], {
  error: 'The severity of an incident is critical, major or minor.',
});
const targetField = durationField.refine((ms) => ms > 0, 'Write a time that is longer than nothing, such as 15m.');

/** One agreed level of service: the first entry that fits an incident gives its clocks. */
const slaEntry = z
  .strictObject({
    name: nameField,
    severity: z.array(severityName).min(1).optional(),
    functions: z.array(nameField).min(1).optional(),
    /** From the detection to the first acceptance. */
    response: targetField.optional(),
    /** From the detection to the end. */
    restoration: targetField.optional(),
    /** A window under `hours`: only time inside it counts. */
    hours: nameField.optional(),
    /** The share of the time after which it is warned of. */
    warn_at: z.number().gt(0).lt(1).default(0.75),
    /** Who is paged then, and when it is broken; nobody: it stands in the timeline. */
    warn: z.array(nameField).max(10).default([]),
    broken: z.array(nameField).max(10).default([]),
  })
  .refine(({ response, restoration }) => response !== undefined || restoration !== undefined, {
    message: 'Write response:, restoration: or both.',
  });

export const slaSchema = z.array(slaEntry).max(50).default([]);

export type SlaConfig = z.output<typeof slaEntry>;
