import { z } from 'zod';
import { durationField, nameField } from '../../signal/index.ts';

/** A step is one lease's work: it must end well before another instance may take the row over. */
const LONGEST_STEP = 10_000;

const timeoutField = durationField
  .refine((ms) => ms <= LONGEST_STEP, 'A step may take at most 10s. Start long work and let `verify` wait for it.')
  .default(LONGEST_STEP);

const bounds = { above: z.number().optional(), below: z.number().optional() };
function bounded(value: { above?: number | undefined; below?: number | undefined }): boolean {
  return value.above !== undefined || value.below !== undefined;
}
const BOUND_MISSING = 'Say what must hold: write above: or below: with a number.';

const guardSchema = z
  .strictObject({ expr: z.string().min(1), ...bounds, why: z.string().min(1).max(200) })
  .refine(bounded, BOUND_MISSING);

const httpSchema = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('POST'),
  url: z.url({ protocol: /^https?$/, error: 'Write a full address, such as https://router.example/route.' }),
  headers: z
    .record(
      z.string().regex(/^[A-Za-z0-9-]+$/, 'A header name has letters, digits and hyphens.'),
      z.string().regex(/^[^\r\n]*$/, 'A header stands on one line.'),
    )
    .default({}),
  body: z.string().max(100_000).nullable().default(null),
  expect: z.array(z.number().int().min(100).max(599)).min(1).default([200, 201, 202, 204]),
  timeout: timeoutField,
});

const commandStepSchema = z.strictObject({
  name: nameField,
  args: z.array(z.string().max(1000)).max(20).default([]),
  timeout: timeoutField,
});

const stepSchema = z
  .strictObject({
    name: z.string().min(1).max(100),
    http: httpSchema.optional(),
    command: commandStepSchema.optional(),
  })
  .refine(
    (step) => (step.http === undefined) !== (step.command === undefined),
    'A step is either http: or command:. Write exactly one of them.',
  );

const verifySchema = z
  .strictObject({
    within: durationField,
    every: durationField.default(30_000),
    expr: z.string().min(1),
    ...bounds,
    for: durationField.default(60_000),
  })
  .refine(bounded, BOUND_MISSING)
  .refine((verify) => verify.for < verify.within, '`for` must be shorter than `within`, or it can never hold in time.');

/** Declarative: guards that must hold before, steps, a verification by an independent signal, and the way back. */
export const playbookSchema = z.strictObject({
  name: nameField,
  title: z.string().min(1).max(200),
  guard: z.array(guardSchema).default([]),
  steps: z.array(stepSchema).min(1, 'A playbook without steps does nothing. Write at least one.').max(20),
  verify: verifySchema,
  abort: z.array(stepSchema).max(20).default([]),
});

export type PlaybookConfig = z.output<typeof playbookSchema>;
export type PlaybookStep = PlaybookConfig['steps'][number];
