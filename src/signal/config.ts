import { z } from 'zod';
import { Fault } from '../core/fault.ts';
import { durationField, labelsField, nameField, repeatedNames, type ConfigProblem } from './fields.ts';
import { compileMapping, type Mapping } from './mapping.ts';

/** A door for signals with its own mapping: `POST /in/NAME`. */
const sourceSchema = z.strictObject({
  name: nameField,
  title: z.string().min(1).max(200).optional(),
  /** The partner whose alarms come in by this door. */
  partner: nameField.optional(),
  mapping: z.string().superRefine((text, ctx) => {
    try {
      compileMapping(text);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      ctx.addIssue({ code: 'custom', message: error.message });
    }
  }),
});

const heartbeatSchema = z.strictObject({
  name: nameField,
  title: z.string().min(1).max(200),
  every: durationField,
  grace: durationField.default(60_000),
  labels: labelsField.default({}),
});

/** The part of the configuration that says what comes in: `sources` and `heartbeats`. */
export const signalSchema = z.strictObject({
  sources: z.array(sourceSchema).default([]),
  heartbeats: z.array(heartbeatSchema).default([]),
});
export type SignalConfig = z.output<typeof signalSchema>;
export type SourceConfig = SignalConfig['sources'][number];
export type HeartbeatConfig = SignalConfig['heartbeats'][number];

/** What one entry alone cannot show: names used twice. */
export function signalProblems(config: SignalConfig): ConfigProblem[] {
  return [...repeatedNames('sources', config.sources), ...repeatedNames('heartbeats', config.heartbeats)];
}

/** A source with its mapping ready to run. */
export interface Source {
  readonly config: SourceConfig;
  readonly mapping: Mapping;
}

/** Compiles every source's mapping once. @throws Fault `expression_invalid` */
export function compileSources(configs: readonly SourceConfig[]): ReadonlyMap<string, Source> {
  return new Map(configs.map((config) => [config.name, { config, mapping: compileMapping(config.mapping) }]));
}

/** The partner behind an alert's source (`webhook:NAME`, `tmf642:PARTNER`), or null for own systems. */
export function partnerOfSource(sources: ReadonlyMap<string, Source>, alertSource: string): string | null {
  // Sources that speak for one partner by their nature carry its name: `tmf642:PARTNER`.
  const named = /^(?:tmf642|snmp|syslog|gbfs|mds):(.+)$/.exec(alertSource)?.[1];
  if (named !== undefined) return named;
  if (!alertSource.startsWith('webhook:')) return null;
  return sources.get(alertSource.slice('webhook:'.length))?.config.partner ?? null;
}
