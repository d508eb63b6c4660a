import { z } from 'zod';
import { durationField, nameField } from '../../signal/index.ts';

const DAY = 86_400_000;

function reads(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}

/** An instant with an offset, or a wall time of the duty's zone, in ms; null if it is neither. */
function readInstant(text: string, zone: string): number | null {
  try {
    if (/(Z|[+-]\d\d:?\d\d)$/i.test(text)) return Temporal.Instant.from(text).epochMilliseconds;
    return Temporal.PlainDateTime.from(text).toZonedDateTime(zone).epochMilliseconds;
  } catch {
    return null;
  }
}

const rotationSchema = z.strictObject({
  people: z.array(nameField),
  /** The day of the first hand-over. */
  starts: z.string().refine((text) => /^\d{4}-\d\d-\d\d$/.test(text) && reads(() => Temporal.PlainDate.from(text)), {
    message: 'Write the day of the first hand-over, such as "2026-01-05".',
  }),
  handover: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Write the wall time of the hand-over as hours and minutes, such as "09:00".')
    .default('09:00'),
  every: durationField.refine((ms) => ms % DAY === 0 && ms <= 366 * DAY, {
    message: 'A shift lasts whole days, at most a year. Write 1d, 1w or 2w.',
  }),
});

/** `duty`: the rotation, who stands in when, and who is paged when routing is broken. */
export const dutySchema = z
  .strictObject({
    zone: z.string().refine((zone) => reads(() => new Intl.DateTimeFormat('en', { timeZone: zone })), {
      error: (issue) => `"${String(issue.input)}" is not a time zone. Write one such as Europe/Berlin.`,
    }),
    rotation: rotationSchema,
    /** `next` in the rotation, or a person's id. */
    deputy: nameField.default('next'),
    overrides: z
      .array(
        z.strictObject({
          person: nameField,
          from: z.string(),
          to: z.string(),
          reason: z.string().max(500).default(''),
        }),
      )
      .default([]),
    fallback: nameField,
    /** For how many incidents a person is paged one by one, within which time; further ones come in one message. */
    budget: z
      .strictObject({
        incidents: z.number().int().min(1).max(1000).default(6),
        within: durationField.default(900_000),
        bundle: durationField.default(120_000),
      })
      .prefault({}),
  })
  .transform((duty, ctx) => {
    const overrides = duty.overrides.map(({ person, from, to, reason }, index) => {
      const startsAt = readInstant(from, duty.zone);
      const endsAt = readInstant(to, duty.zone);
      const tell = (field: string, message: string): void =>
        ctx.addIssue({ code: 'custom', path: ['overrides', index, field], message });
      const form = 'Write a wall time such as "2026-12-24T18:00", or an instant such as "2026-12-24T17:00:00Z".';
      if (startsAt === null) tell('from', `"${from}" is not an instant. ${form}`);
      if (endsAt === null) tell('to', `"${to}" is not an instant. ${form}`);
      if (startsAt !== null && endsAt !== null && endsAt <= startsAt) tell('to', 'The override ends before it starts.');
      return { person, startsAt: startsAt ?? 0, endsAt: endsAt ?? 0, reason };
    });
    return { ...duty, overrides };
  });

export type DutyConfig = z.output<typeof dutySchema>;
