import { z } from 'zod';
import { nameField } from '../fields.ts';
import { mappingField } from '../mapping-field.ts';

const address = z.string().regex(/^(\[[0-9a-fA-F:]+\]|[^:\s]+):\d{1,5}$/, 'Write host:port, such as 127.0.0.1:1514.');

/** `syslog`: lines by RFC 5424. Without the section nothing is listened to. */
export const syslogSchema = z
  .strictObject({
    udp: address.optional(),
    tcp: address.optional(),
    /** The partner that the lines come from. */
    partner: nameField.optional(),
    /** JSONata from a line to alert events; most lines make none. */
    mapping: mappingField,
    per_second: z.number().int().min(1).max(10_000).default(500),
  })
  .refine(
    (config) => config.udp !== undefined || config.tcp !== undefined,
    'Write udp: or tcp: with an address to listen on.',
  )
  .nullable()
  .default(null);

export type SyslogConfig = NonNullable<z.output<typeof syslogSchema>>;
