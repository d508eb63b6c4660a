import { z } from 'zod';
import { durationField } from '../fields.ts';
import { mappingField } from '../mapping-field.ts';

const labelName = z
  .string()
  .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'Write a label name: letters, digits and _, not beginning with a digit.');

const mqttSchema = z
  .strictObject({
    url: z
      .string()
      .regex(
        /^(mqtts?|wss?):\/\/[^\s]+$/,
        'Write an address such as mqtts://broker.example:8883 or mqtt://127.0.0.1:1883.',
      ),
    username: z.string().min(1).optional(),
    password: z.string().min(1).optional(),
    /** The first level of the topics: TENANT/vehicles/VIN/telemetry, events and status. */
    tenant: z
      .string()
      .regex(/^[^\s#+]{1,200}$/, 'Write the beginning of the topics, without + and #, such as kiez-mobil.'),
    /** Names our session at the broker: messages wait there while we are away. */
    client_id: z
      .string()
      .regex(/^[a-zA-Z0-9_-]{1,64}$/, 'Write letters, digits, - and _.')
      .default('lamplighter'),
    /** JSONata from an event {tenant, event} to alert events; without it events only count as a sign of life. */
    events: mappingField.optional(),
  })
  .nullable()
  .default(null);

/** `fleet`: what vehicles tell, and what is made of it: how many are there and how many are silent. */
export const fleetSchema = z
  .strictObject({
    mqtt: mqttSchema,
    /** A vehicle that told nothing for this long is silent. */
    silent_after: durationField.prefault('10m'),
    /** One that was not heard for this long is taken out of the count. */
    forget_after: durationField.prefault('7d'),
    every: durationField.prefault('30s'),
    max_vehicles: z.number().int().min(1).max(1_000_000).default(200_000),
    /** Values of a label beyond this many are counted as `other`. */
    max_values: z.number().int().min(2).max(500).default(50),
    attribution: z
      .strictObject({
        silent: z.string().min(1).default('fleet_vehicles_silent'),
        total: z.string().min(1).default('fleet_vehicles'),
        by: z.array(labelName).min(1).max(6).default(['carrier', 'city', 'firmware']),
      })
      .prefault({}),
  })
  .prefault({});

export type FleetConfig = z.output<typeof fleetSchema>;
