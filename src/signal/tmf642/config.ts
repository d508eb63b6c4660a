import { z } from 'zod';
import { durationField, labelsField } from '../fields.ts';
import { mappingField } from '../mapping-field.ts';

/** The header Authorization of requests to a partner. */
export const authorizationField = z
  .strictObject({
    type: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9-]*$/, 'Write a scheme such as Bearer.')
      .default('Bearer'),
    credentials: z.string().min(1, 'Write what follows the scheme, best as ${NAME} from the environment.'),
  })
  .nullable()
  .default(null);

const addressField = z
  .url({ protocol: /^https?$/, error: 'Write the base address, such as https://oss.carrier.example/tmf-api/alarm/v4.' })
  .transform((text) => text.replace(/\/+$/, ''));

const alertSeverity = z.enum(['page', 'critical', 'warning', 'info'], {
  error: 'The severity of an alert is page, critical, warning or info.',
});

/** `partners[].alarms`: alarms exchanged by TMF642 v4. */
export const partnerAlarmsSchema = z
  .strictObject({
    /** Base address of the partner's alarm API; without it only the partner calls us. */
    url: addressField.optional(),
    authorization: authorizationField,
    /** Whether to register at the partner's hub. */
    subscribe: z.boolean().default(true),
    /** Partners differ in what they append to a callback: `base` is given without, `full` with /listener. */
    callback: z.enum(['base', 'full'], { error: 'The callback is base or full.' }).default('base'),
    /** What the partner is asked to send, in its own query language. */
    query: z.string().max(500).optional(),
    /** How often the whole list is fetched, so that a lost notification is found. */
    poll: durationField.prefault('5m'),
    /** Whether the partner is told when an incident with its alarm is accepted, and when it is resolved. */
    acknowledge: z.boolean().default(true),
    clear: z.boolean().default(false),
    labels: labelsField.default({}),
    /** JSONata from the alarm to more labels. */
    mapping: mappingField.optional(),
    /** X.733 severities that mean something else here. */
    severities: z
      .partialRecord(z.enum(['critical', 'major', 'minor', 'warning', 'indeterminate']), alertSeverity)
      .default({}),
    /** Our alerts that carry all labels of one of these are shown to the partner as alarms. */
    share: z.array(labelsField).max(50).default([]),
  })
  .optional();

/** `partners[].tickets`: trouble tickets opened at the partner by TMF621. */
export const partnerTicketsSchema = z
  .strictObject({
    url: addressField,
    version: z.enum(['4', '5'], { error: 'Trouble tickets are spoken in version "4" or "5".' }).default('5'),
    authorization: authorizationField,
    subscribe: z.boolean().default(true),
    callback: z.enum(['base', 'full'], { error: 'The callback is base or full.' }).default('base'),
    poll: durationField.prefault('5m'),
    ticket_type: z.string().min(1).max(100).default('incident'),
    /** Whether the partner's ticket is closed when our incident is resolved. */
    close: z.boolean().default(false),
  })
  .optional();

/** `partners[].promise`: what the partner promised, measured against in the ledger. */
export const partnerPromiseSchema = z
  .strictObject({
    /** From our word to their acknowledgement, and from the beginning to the end of an interruption. */
    acknowledge: durationField.optional(),
    resolve: durationField.optional(),
  })
  .default({});

export type PartnerAlarmsConfig = NonNullable<z.output<typeof partnerAlarmsSchema>>;
export type PartnerTicketsConfig = NonNullable<z.output<typeof partnerTicketsSchema>>;
