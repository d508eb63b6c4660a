import { z } from 'zod';
import { actionSchema } from '../action/index.ts';
import { alertSchema } from '../alert/index.ts';
import { parseDuration } from '../core/duration.ts';
import { expectationConfig } from '../expectation/index.ts';
import { incidentSchema } from '../incident/index.ts';
import { signalSchema } from '../signal/index.ts';
import { fleetSchema } from '../signal/fleet/config.ts';
import { gbfsSchema } from '../signal/gbfs/index.ts';
import { mdsSchema } from '../signal/mds/index.ts';
import { scrapeSchema } from '../signal/scrape/index.ts';
import { snmpSchema } from '../signal/snmp/index.ts';
import { statsdSchema } from '../signal/statsd/index.ts';
import { syslogSchema } from '../signal/syslog/index.ts';
import { outsideSchema } from './outside.ts';

const duration = z.string().transform((text, context) => {
  try {
    return parseDuration(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

const address = z.string().regex(/^(\[[0-9a-fA-F:]+\]|[^:\s]+):\d{1,5}$/, 'Write host:port, such as 127.0.0.1:8642');

const serverSchema = z.strictObject({
  listen: address.default('127.0.0.1:8642'),
  /** Addresses or networks of proxies whose X-Forwarded-For is believed. */
  trust_proxy: z.array(z.string()).default([]),
});

const storageSchema = z.strictObject({
  directory: z.string().min(1).default('lamplighter-data'),
  retention: duration.prefault('60d'),
});

const webAddress = z.url({ protocol: /^https?$/, error: 'Write an address such as http://127.0.0.1:9090' });

const metricsSchema = z.strictObject({
  engine: z
    .strictObject({
      url: webAddress,
      write_url: webAddress.optional(),
      token: z.string().min(1).optional(),
    })
    .optional(),
  exponential_histograms: z.enum(['classic', 'native']).default('classic'),
});

const statusPageSchema = z.strictObject({
  title: z.string().optional(),
  support_url: z.url({ protocol: /^https?$/ }).optional(),
});

/** The whole of lamplighter.yaml: the sections of each stage, and what belongs to the process. */
export const configSchema = z.strictObject({
  name: z.string({ error: 'Write the name of your service' }).min(1).max(100),
  url: z.url({
    protocol: /^https?$/,
    error: 'Write the address under which people reach this server, such as https://ops.example.org',
  }),
  languages: z
    .array(z.string().regex(/^[a-z]{2}$/, 'Write a two-letter code, such as en'))
    .min(1)
    .default(['en']),
  server: serverSchema.prefault({}),
  storage: storageSchema.prefault({}),
  metrics: metricsSchema.prefault({}),
  outside: outsideSchema,
  status_page: statusPageSchema.prefault({}),
  ...signalSchema.shape,
  scrape: scrapeSchema,
  statsd: statsdSchema,
  fleet: fleetSchema,
  gbfs: gbfsSchema,
  mds: mdsSchema,
  snmp: snmpSchema,
  syslog: syslogSchema,
  ...expectationConfig,
  ...alertSchema.shape,
  ...incidentSchema.shape,
  ...actionSchema.shape,
});

export type ConfigValues = z.output<typeof configSchema>;
