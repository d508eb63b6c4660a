import { z } from 'zod';
import { durationField, labelsField } from '../fields.ts';

/** `statsd`: a UDP socket for statsd and DogStatsD packets. Without the section there is none. */
export const statsdSchema = z
  .strictObject({
    listen: z
      .string()
      .regex(/^(\[[0-9a-fA-F:]+\]|[^:\s]+):\d{1,5}$/, 'Write host:port, such as 127.0.0.1:8125.')
      .default('127.0.0.1:8125'),
    flush: durationField.prefault('10s'),
    /** A series that nobody sent for this long ends. */
    expire: durationField.prefault('1h'),
    labels: labelsField.default({}),
  })
  .nullable()
  .default(null);

export type StatsdConfig = NonNullable<z.output<typeof statsdSchema>>;
