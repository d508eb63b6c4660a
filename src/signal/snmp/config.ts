import { z } from 'zod';
import { durationField, labelsField, nameField } from '../fields.ts';

const oid = z
  .string()
  .regex(/^\d+(\.\d+){1,127}$/, 'Write an object identifier in digits, such as 1.3.6.1.6.3.1.1.5.3.');
const key = z.string().min(8, 'A key has at least 8 characters.').max(200);
const severity = z.enum(['page', 'critical', 'warning', 'info'], {
  error: 'The severity of an alert is page, critical, warning or info.',
});

/** What a trap means: data, so that a vendor's traps need no code. */
export const trapSchema = z.strictObject({
  oid,
  /** The kind of trouble; the trap that ends it carries the same. */
  alertname: z.string().min(1).max(100),
  status: z.enum(['firing', 'resolved']).default('firing'),
  severity: severity.default('warning'),
  /** A variable with an ITU severity (1 cleared to 6 warning); it goes before `severity` and `status`. */
  severity_from: oid.optional(),
  /** Variables that tell one such trouble from another at the same sender. */
  key: z.array(oid).max(10).default([]),
  /** Labels taken from variables. */
  labels: z.record(z.string().regex(/^[a-zA-Z_]\w*$/), oid).default({}),
  summary: z.string().min(1).max(300).optional(),
  /** When nothing ends it, it ends by itself after this long. */
  expires: durationField.optional(),
});

/** `snmp`: traps and informs. Without the section nothing is listened to. */
export const snmpSchema = z
  .strictObject({
    listen: z
      .string()
      .regex(/^(\[[0-9a-fA-F:]+\]|[^:\s]+):\d{1,5}$/, 'Write host:port, such as 127.0.0.1:1162.')
      .default('127.0.0.1:1162'),
    /** Of versions 1 and 2c. Without any they are refused. */
    communities: z.array(z.string().min(1).max(100)).default([]),
    users: z
      .array(
        z.strictObject({
          name: z.string().min(1).max(32),
          auth: z.enum(['sha', 'sha224', 'sha256', 'sha384', 'sha512']).default('sha256'),
          auth_key: key,
          priv: z.enum(['aes', 'aes256b', 'aes256r']).default('aes'),
          priv_key: key,
        }),
      )
      .default([]),
    senders: z
      .array(
        z.strictObject({
          address: z
            .string()
            .regex(/^[0-9a-fA-F.:]+(\/\d{1,3})?$/, 'Write an address or a network such as 10.1.0.0/16.'),
          partner: nameField.optional(),
          labels: labelsField.default({}),
        }),
      )
      .default([]),
    traps: z.array(trapSchema).max(2000).default([]),
    /** What becomes of a trap that is not listed. */
    unknown: z.enum(['warning', 'info', 'ignore']).default('warning'),
    /** Most that are taken in a second; informs beyond it are not answered, and come again. */
    per_second: z.number().int().min(1).max(10_000).default(200),
  })
  .nullable()
  .default(null);

export type SnmpConfig = NonNullable<z.output<typeof snmpSchema>>;
export type TrapMapping = z.output<typeof trapSchema>;
