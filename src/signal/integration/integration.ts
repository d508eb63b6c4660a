import { parse } from 'yaml';
import { z } from 'zod';
import type { Labels } from '../../core/labels.ts';
import { mappingField } from '../mapping-field.ts';
import { nameField } from '../fields.ts';

const texts = z.record(z.string(), z.string());

/** What a sample body must become; the table test and the page compare it. */
const expectedSchema = z.strictObject({
  status: z.enum(['firing', 'resolved', 'acknowledged', 'change']),
  labels: texts.default({}),
  summary: z.string().optional(),
  startsAt: z.string().optional(),
});

const integrationSchema = z.strictObject({
  name: nameField,
  title: z.string().min(1).max(100),
  /** One or two sentences for the page. */
  about: z.string().min(1).max(600),
  /** Which door answers: the common one, or one that speaks as the sender expects. */
  door: z.enum(['in', 'pagerduty', 'opsgenie', 'sns', 'mail']).default('in'),
  /** Kinds of secrets that the sender can show, the best first. */
  secrets: z
    .array(z.enum(['token', 'bearer', 'basic', 'hmac', 'standard-webhooks', 'routing-key', 'sns', 'mail']))
    .min(1),
  mapping: mappingField,
  /** What to set at the sender; {{ url }} is the address of the source, {{ base }} that of the server. */
  connect: z.array(z.strictObject({ title: z.string(), text: z.string() })).default([]),
  samples: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        headers: texts.default({}),
        body: z.unknown(),
        /** The alerts that come of it. */
        expect: z.array(expectedSchema),
        /** The name of the sample before it whose alerts it is about. */
        follows: z.string().optional(),
      }),
    )
    .min(1),
});

/** How a kind of sender is understood: data only. */
export type Integration = z.output<typeof integrationSchema>;

/** What is wrong with an integration's file. */
export interface IntegrationMistake {
  readonly path: string;
  readonly what: string;
}

/** Reads the text of an integration.yaml. */
export function readIntegration(text: string): Integration | readonly IntegrationMistake[] {
  let document: unknown;
  try {
    document = parse(text, { maxAliasCount: 100 });
  } catch (error) {
    return [{ path: '', what: error instanceof Error ? error.message : String(error) }];
  }
  const read = integrationSchema.safeParse(document);
  if (read.success) return read.data;
  return read.error.issues.map(({ path, message }) => ({ path: path.join('.'), what: message }));
}

/** Puts the addresses into the words of `connect`. */
export function fillConnect(text: string, values: Labels): string {
  return text.replaceAll(/\{\{ (\w+) \}\}/g, (whole, name: string) => values[name] ?? whole);
}
