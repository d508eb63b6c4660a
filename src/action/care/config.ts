import { z } from 'zod';
import { durationField, nameField } from '../../signal/index.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const OFF = { error: 'Write off, or the settings.' };
const off = z.literal('off', OFF).transform(() => null);

/** A duration above zero. */
const spanField = durationField.refine((ms) => ms > 0, 'Write a time that is longer than nothing, such as 30m.');

const acceptanceRule = z.strictObject({
  /** After so long without progress the one who has it is reminded. */
  remind: spanField,
  /** So long after the reminder it is given back. */
  give_back: spanField,
});
const acceptanceField = z.union([off, acceptanceRule]);

/** The same, where only the severities that differ are named. */
export const ownAcceptanceSchema = z.strictObject({
  critical: acceptanceField.optional(),
  major: acceptanceField.optional(),
  minor: acceptanceField.optional(),
});

const updateRule = z.strictObject({
  every: spanField,
  /** So long before it is due. */
  remind: spanField.default(5 * MINUTE),
  /** Who is paged besides the one who has it when the promise is broken. */
  escalate: z.array(nameField).max(10).default(['deputy']),
});
const updateField = z.union([off, updateRule]);
const mostField = z.union([off, spanField]);

const CRITICAL_ACCEPTANCE = { remind: 40 * MINUTE, give_back: 10 * MINUTE };
const MAJOR_ACCEPTANCE = { remind: 90 * MINUTE, give_back: 30 * MINUTE };
const CRITICAL_UPDATE = { every: 30 * MINUTE, remind: 5 * MINUTE, escalate: ['deputy'] };
const MAJOR_UPDATE = { every: HOUR, remind: 10 * MINUTE, escalate: ['deputy'] };

/** `care`: what is asked of the one who has an incident. What is left out keeps its default. */
export const careSchema = z
  .strictObject({
    acceptance: z
      .strictObject({
        critical: acceptanceField.default(CRITICAL_ACCEPTANCE),
        major: acceptanceField.default(MAJOR_ACCEPTANCE),
        minor: acceptanceField.default(null),
      })
      .prefault({}),
    update: z
      .strictObject({
        critical: updateField.default(CRITICAL_UPDATE),
        major: updateField.default(MAJOR_UPDATE),
        minor: updateField.default(null),
      })
      .prefault({}),
    /** How long it may be snoozed at most. */
    snooze: z
      .strictObject({
        critical: mostField.default(30 * MINUTE),
        major: mostField.default(4 * HOUR),
        minor: mostField.default(72 * HOUR),
      })
      .prefault({}),
    hand_over: z.strictObject({ within: spanField.default(10 * MINUTE) }).prefault({}),
  })
  .prefault({});

export type CareConfig = z.output<typeof careSchema>;
export type UpdateRule = z.output<typeof updateRule>;
