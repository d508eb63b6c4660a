import { z } from 'zod';
import type { ConfigProblem } from '../signal/index.ts';

const relayField = z.string().superRefine((text, ctx) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '') {
    const message = 'Write a relay such as smtp://user:password@relay.example:587 or smtps://relay.example.';
    ctx.addIssue({ code: 'custom', message });
  }
});

const emailSchema = z.strictObject({
  from: z
    .string()
    .max(300)
    .regex(
      /^([^\r\n<>]*<)?[^\s@<>,;"]+@[^\s@<>,;"]+>?$/,
      'Write a sender such as "Operations <ops@operator.example>".',
    ),
  relays: z.array(relayField).min(1, 'Name at least one relay; two at different companies are better.').max(10),
});

/** `outside`: the ways out into the world, and which private addresses may be called. */
export const outsideSchema = z
  .strictObject({
    email: emailSchema.optional(),
    webhook: z
      .strictObject({
        /** Standard Webhooks secret: `whsec_` and base64. Without it nothing is signed. */
        secret: z
          .string()
          .regex(/^(whsec_[A-Za-z0-9+/=]{24,128})?$/, 'Write whsec_ and the base64 of 24 to 64 random bytes.')
          .transform((text) => (text === '' ? null : text))
          .nullable()
          .default(null),
      })
      .prefault({}),
    /** Host names, addresses or networks such as 10.1.0.0/16 that may be called although they are private. */
    allow: z
      .array(z.string().regex(/^[^\s/]+(\/\d{1,3})?$/, 'Write a host name, an address, or 10.1.0.0/16.'))
      .default([]),
  })
  .prefault({});

export type OutsideConfig = z.output<typeof outsideSchema>;

/** What only the whole configuration shows: people with an address that no channel serves. */
export function outsideProblems(
  config: OutsideConfig,
  people: readonly { readonly name: string; readonly email: string | null }[],
): ConfigProblem[] {
  const mailed = people.find(({ email }) => email !== null);
  if (!mailed || config.email) return [];
  const message = `${mailed.name} has an e-mail address, but no relay is configured. Write from: and relays: here.`;
  return [{ path: 'outside.email', message }];
}
