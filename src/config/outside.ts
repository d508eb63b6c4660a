import { z } from 'zod';
import { vendorSections } from './vendor.ts';
import { durationField, type ConfigProblem } from '../signal/index.ts';

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
    ...vendorSections,
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
    /** Told while all is well; when it hears nothing, it pages somebody by its own means. */
    alive: z
      .strictObject({
        url: z.url({ protocol: /^https?$/, error: 'Write an address such as https://watch.example/ping/123' }),
        every: durationField.prefault('1m'),
      })
      .optional(),
    /** Host names, addresses or networks such as 10.1.0.0/16 that may be called although they are private. */
    allow: z
      .array(z.string().regex(/^[^\s/]+(\/\d{1,3})?$/, 'Write a host name, an address, or 10.1.0.0/16.'))
      .default([]),
  })
  .prefault({});

export type OutsideConfig = z.output<typeof outsideSchema>;

interface Reachable {
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly ntfy: string | null;
  readonly slack: string | null;
  readonly telegram: string | null;
}

/** What only the whole configuration shows: people with an address that no channel serves, vendors of one name. */
export function outsideProblems(config: OutsideConfig, people: readonly Reachable[]): ConfigProblem[] {
  const found: ConfigProblem[] = [];
  const check = (section: 'email' | 'sms' | 'slack' | 'telegram', field: keyof Reachable, what: string): void => {
    const person = people.find((one) => one[field] !== null && needsSection(field, one[field]));
    const served = field === 'phone' ? (config.sms ?? config.voice) : config[section];
    if (person && !served) found.push({ path: `outside.${section}`, message: `${person.name} has ${what}` });
  };
  check('email', 'email', 'an e-mail address, but no relay is configured. Write from: and relays: here.');
  check('sms', 'phone', 'a phone, but no vendor for SMS or calls is configured. Write vendors: here, two if you can.');
  check(
    'slack',
    'slack',
    'a Slack member id, but no bot is configured. Write token: here, or a webhook at the person.',
  );
  check('telegram', 'telegram', 'a Telegram chat, but no bot is configured. Write token: here.');
  const names = [...(config.sms?.vendors ?? []), ...(config.voice?.vendors ?? [])].map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    const message = `Two vendor accounts are named "${twice}". Receipts are told apart by the name: give each its own.`;
    found.push({ path: 'outside.sms', message });
  }
  return found;
}

/** An incoming webhook needs no account. */
function needsSection(field: keyof Reachable, address: string | null): boolean {
  return field !== 'slack' || !/^https?:/.test(address ?? '');
}
