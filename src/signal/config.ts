import { z } from 'zod';
import { Fault } from '../core/fault.ts';
import type { Labels } from '../core/labels.ts';
import { isZone } from '../core/zone.ts';
import { parseCron } from './cron.ts';
import { secretSchema } from './door/secret.ts';
import { durationField, labelsField, nameField, repeatedNames, type ConfigProblem } from './fields.ts';
import type { Integration } from './integration/integration.ts';
import { mappingField } from './mapping-field.ts';
import { statusPagesSchema } from './status-page/config.ts';

/** A door for signals: `POST /in/NAME`, in the form of an integration or with a mapping of its own. */
const sourceSchema = z.strictObject({
  name: nameField,
  title: z.string().min(1).max(200).optional(),
  /** The partner whose alarms come in by this door. */
  partner: nameField.optional(),
  /** The integration whose mapping is used. */
  integration: nameField.optional(),
  mapping: mappingField.optional(),
  /** Without any, a token with the permission signal.send is the only proof. */
  secrets: z.array(secretSchema).max(10).default([]),
  /** Added to each alert that does not have them. */
  labels: labelsField.default({}),
  /** Whether an acknowledgement at the source accepts the incident, or is only written in its timeline. */
  acknowledge: z.enum(['note', 'accept']).default('note'),
  /** Addresses or domains (@carrier.example) whose mails are taken; all, if empty. */
  mail_from: z.array(z.string().min(3).max(200)).max(100).default([]),
});

const cronField = z.string().transform((text, ctx) => {
  try {
    parseCron(text);
    return text.trim();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    ctx.addIssue({ code: 'custom', message: error.message });
    return z.NEVER;
  }
});
const zoneField = z.string().refine(isZone, {
  error: (issue) => `"${String(issue.input)}" is not a time zone. Write one such as Europe/Berlin.`,
});

const heartbeatSchema = z.strictObject({
  name: nameField,
  title: z.string().min(1).max(200),
  every: durationField.optional(),
  /** When it is expected, as cron has it; in place of `every`. */
  cron: cronField.optional(),
  zone: zoneField.default('UTC'),
  grace: durationField.default(60_000),
  /** Longest time from its begin to its end, where begins are told. */
  runtime: durationField.optional(),
  labels: labelsField.default({}),
});

/** Mails that are taken by SMTP; off without it. */
const mailSchema = z.strictObject({
  listen: z.string().regex(/^(\[[0-9a-fA-F:]+\]|[^:\s]+):\d{1,5}$/, 'Write host:port, such as 127.0.0.1:8625'),
  max_bytes: z.number().int().min(1000).max(20_000_000).default(1_000_000),
  /** Files of a key and its certificate, for STARTTLS. */
  tls: z.strictObject({ key: z.string().min(1), cert: z.string().min(1) }).optional(),
  /** Mails of pages are answered to this address, with a token after a `+`; they are not read without it. */
  reply_to: z
    .string()
    // The token takes 42 of the 64 octets that a mailbox may have (RFC 5321, section 4.5.3.1.1).
    .regex(
      /^[A-Za-z0-9._-]{1,22}@[A-Za-z0-9.-]{1,200}$/,
      'Write an address without a +, such as lamplighter@ops.example.',
    )
    .optional(),
});

/** The part of the configuration that says what comes in: `sources` and `heartbeats`. */
export const signalSchema = z.strictObject({
  /** Integrations of one's own: files, relative to the configuration. */
  integrations: z.array(z.string().min(1)).default([]),
  sources: z.array(sourceSchema).default([]),
  heartbeats: z.array(heartbeatSchema).default([]),
  status_pages: statusPagesSchema,
  mail: mailSchema.optional(),
});
export type SignalConfig = z.output<typeof signalSchema>;
export type SourceConfig = SignalConfig['sources'][number];
export type HeartbeatConfig = SignalConfig['heartbeats'][number];

/** What one entry alone cannot show: names used twice, integrations that are not there, secrets of two sources alike. */
export function signalProblems(config: SignalConfig, integrations: readonly Integration[] = []): ConfigProblem[] {
  const problems = [
    ...repeatedNames('sources', config.sources),
    ...repeatedNames('heartbeats', config.heartbeats),
    ...repeatedNames('status_pages', config.status_pages),
  ];
  config.heartbeats.forEach(({ every, cron }, index) => {
    if ((every === undefined) === (cron === undefined)) {
      problems.push({
        path: `heartbeats[${index}]`,
        message: 'Write either every: with how often it is expected, or cron: with when, such as "30 2 * * *".',
      });
    }
  });
  const known = integrations.map(({ name }) => name);
  const keys = new Map<string, string>();
  config.sources.forEach((source, index) => {
    const path = `sources[${index}]`;
    if (source.integration === undefined && source.mapping === undefined) {
      problems.push({ path, message: 'Write integration: with its name, or a mapping: of your own.' });
    }
    if (source.integration !== undefined && !known.includes(source.integration)) {
      const message = `There is no integration "${source.integration}"; there are ${known.join(', ') || 'none'}.`;
      problems.push({ path: `${path}.integration`, message });
    }
    source.secrets.forEach((secret, at) => {
      if (secret.kind !== 'routing-key' && secret.kind !== 'bearer' && secret.kind !== 'mail') return;
      const other = keys.get(secret.secret);
      if (other !== undefined && other !== source.name) {
        const message = `The source "${other}" has the same secret; what comes in could be either's. Make another one.`;
        problems.push({ path: `${path}.secrets[${at}].secret`, message });
      }
      keys.set(secret.secret, source.name);
    });
  });
  return problems;
}

/** A source with the mapping that it uses. */
export interface Source {
  readonly config: SourceConfig;
  /** JSONata. */
  readonly mapping: string;
  readonly integration: Integration | null;
}

/** The sources by name; one's own mapping goes before the integration's. */
export function compileSources(
  configs: readonly SourceConfig[],
  integrations: readonly Integration[] = [],
): ReadonlyMap<string, Source> {
  return new Map(
    configs.map((config) => {
      const integration = integrations.find(({ name }) => name === config.integration) ?? null;
      return [config.name, { config, mapping: config.mapping ?? integration?.mapping ?? '[]', integration }];
    }),
  );
}

/** What a mapping may know of its source: `$source`. */
export function sourceFacts({ name, title, partner }: SourceConfig): Labels {
  return { name, title: title ?? name, partner: partner ?? '' };
}

/** The partner behind an alert's source (`webhook:NAME`, `mail:NAME`, `tmf642:PARTNER`), or null for own systems. */
export function partnerOfSource(sources: ReadonlyMap<string, Source>, alertSource: string): string | null {
  // Sources that speak for one partner by their nature carry its name: `tmf642:PARTNER`.
  const named = /^(?:tmf642|snmp|syslog|gbfs|mds|status-page):(.+)$/.exec(alertSource)?.[1];
  if (named !== undefined) return named;
  const [, name] = /^(?:webhook|mail):(.+)$/.exec(alertSource) ?? [];
  return name === undefined ? null : (sources.get(name)?.config.partner ?? null);
}
