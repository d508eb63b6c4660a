import { z } from 'zod';
import { durationField, nameField } from '../fields.ts';
import { authorizationField } from '../tmf642/config.ts';

/** `mds`: events and telemetry of vehicles by the Mobility Data Specification 2.0. */
export const mdsSchema = z
  .strictObject({
    /** Whether providers may post to /mds/vehicles, /mds/events and /mds/telemetry. */
    agency: z.boolean().default(false),
    providers: z
      .array(
        z.strictObject({
          name: nameField,
          /** Base address of the provider API; `/events/recent` is asked. */
          url: z
            .url({
              protocol: /^https?$/,
              error: 'Write the base address of the provider, such as https://mds.example/provider.',
            })
            .transform((text) => text.replace(/\/+$/, '')),
          authorization: authorizationField,
          every: durationField.prefault('1m'),
          carrier: z.string().min(1).max(64).optional(),
        }),
      )
      .max(50)
      .default([]),
  })
  .prefault({});

export type MdsConfig = z.output<typeof mdsSchema>;
export type MdsProvider = MdsConfig['providers'][number];
