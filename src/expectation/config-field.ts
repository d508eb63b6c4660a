import { z } from 'zod';
import { parseDuration } from '../core/duration.ts';

/** A Prometheus duration as text, read into ms. */
export function duration(least: number, what: string) {
  return z
    .string({ error: `${what} is a duration in quotes or bare, such as 30s, 5m or 1h30m` })
    .transform((text, context) => {
      try {
        const ms = parseDuration(text);
        if (ms >= least) return ms;
        context.addIssue({ code: 'custom', message: `${what} must be at least ${least} ms, not "${text}"` });
      } catch {
        context.addIssue({
          code: 'custom',
          message: `"${text}" is not a duration. Write a number and a unit, such as 30s, 5m or 1h30m`,
        });
      }
      return z.NEVER;
    });
}

/** A name of small letters, as watermarks have. */
export const markName = z
  .string()
  .regex(
    /^[a-z][a-z0-9_-]{0,62}$/,
    'A name begins with a small letter and has small letters, digits, "-" and "_", such as bookings',
  );
/** Name of a label. */
export const labelName = z
  .string()
  .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'A label name has letters, digits and "_", such as city');
/** Label or annotation names to texts. */
export const texts = z.record(labelName, z.coerce.string()).default({});
/** How loud an alert is. */
export const severity = z.enum(['page', 'critical', 'warning', 'info'], {
  error: 'severity is one of page, critical, warning, info',
});
/** Any number. */
export const finite = z.number({ error: 'write a number' });

/** An object whose unknown keys are told, with those that it may have. */
export function strict<Shape extends z.ZodRawShape>(what: string, shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `${what} has no key "${issue.keys.join('", "')}". It may have: ${Object.keys(shape).join(', ')}`
        : undefined,
  });
}
