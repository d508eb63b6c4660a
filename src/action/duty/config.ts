import { z } from 'zod';
import { isZone } from '../../core/zone.ts';
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

const HOUR = 3_600_000;
const DAY_NAMES = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const dateField = z
  .string()
  .refine((text) => /^\d{4}-\d\d-\d\d$/.test(text) && reads(() => Temporal.PlainDate.from(text)), {
    message: 'Write a day, such as "2026-01-05".',
  });
const timeField = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Write a wall time as hours and minutes, such as "09:00".');
export const zoneField = z.string().refine(isZone, {
  error: (issue) => `"${String(issue.input)}" is not a time zone. Write one such as Europe/Berlin.`,
});

const rotationFields = {
  people: z.array(nameField),
  /** The day of the first hand-over. */
  starts: dateField,
  handover: timeField.default('09:00'),
  every: durationField.refine(
    (ms) => (ms % DAY === 0 && ms <= 366 * DAY) || (ms % HOUR === 0 && ms > 0 && DAY % ms === 0),
    { message: 'A shift lasts whole days, at most a year, or hours that divide a day. Write 12h, 1d, 1w or 2w.' },
  ),
};

export const hoursSchema = z.strictObject({
  days: z
    .array(z.enum(DAY_NAMES, { error: `Write days as ${DAY_NAMES.join(', ')}.` }))
    .default([])
    .transform((days) => days.map((day) => DAY_NAMES.indexOf(day) + 1)),
  from: timeField,
  to: timeField,
});

const layerSchema = z.strictObject({
  name: nameField,
  ...rotationFields,
  /** The first day that is not in the layer any more. */
  ends: dateField.nullable().default(null),
  zone: zoneField.nullable().default(null),
  only: z.array(hoursSchema).max(20).default([]),
});

/** `duty`: the rotation, who stands in when, and who is paged when routing is broken. */
export const dutySchema = z
  .strictObject({
    zone: zoneField,
    /** The lowest layer, which counts at every hour. */
    rotation: z.strictObject(rotationFields).optional(),
    /** Further layers; one further down the list wins over those above it. */
    layers: z.array(layerSchema).max(20).default([]),
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
    /** Who is away: a layer passes them over. */
    absences: z.array(z.strictObject({ person: nameField, from: z.string(), to: z.string() })).default([]),
    /** Before each hand-over the next person gets a brief and accepts it; if not, the deputy stands in. */
    hand_over: z
      .strictObject({
        ask: durationField.default(1_800_000),
        within: durationField.default(900_000),
      })
      .optional(),
    /** A test page to each person, to prove that pages arrive. */
    reach: z.strictObject({ every: durationField.default(7 * DAY), within: durationField.default(DAY) }).optional(),
    /** Hours in fourteen days beyond which the proof calls a person overloaded. */
    most_hours: z.number().int().min(1).max(336).default(200),
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
    const absences = duty.absences.map(({ person, from, to }, index) => {
      const startsAt = readInstant(from, duty.zone);
      const endsAt = readInstant(to, duty.zone);
      if (startsAt === null || endsAt === null || endsAt <= startsAt) {
        const message = 'Write from and to as wall times such as "2026-12-24T18:00", the end after the beginning.';
        ctx.addIssue({ code: 'custom', path: ['absences', index], message });
      }
      return { person, startsAt: startsAt ?? 0, endsAt: endsAt ?? 0 };
    });
    if (!duty.rotation && duty.layers.length === 0) {
      const message = 'Nobody would be on duty. Write a rotation: or layers:.';
      ctx.addIssue({ code: 'custom', path: ['rotation'], message });
    }
    return { ...duty, overrides, absences };
  });

export type DutyConfig = z.output<typeof dutySchema>;
