import { z } from 'zod';
import { nameField } from '../signal/index.ts';

const secretField = z.string().min(1, 'This is empty. Set the environment variable it comes from.').max(500);
const webField = z.string().regex(/^https?:\/\/[^\s/]+(\/\S*)?$/, 'Write an address such as https://api.example.');
const senderField = z
  .string()
  .regex(/^(\+[1-9]\d{2,14}|[A-Za-z0-9 ]{1,11})$/, 'Write a number such as +4930123456, or up to 11 letters.');

const twilioFields = {
  name: nameField,
  kind: z.literal('twilio'),
  url: webField.default('https://api.twilio.com'),
  account: z.string().regex(/^[A-Za-z0-9]{3,64}$/, 'Write the account SID.'),
  token: secretField,
  from: senderField,
};

const smppFields = {
  name: nameField,
  kind: z.literal('smpp'),
  url: z.string().regex(/^s?smpp:\/\/[^\s/:]+(:\d{1,5})?$/, 'Write smpp://smsc.example:2775, or ssmpp:// over TLS.'),
  system_id: z.string().min(1).max(15),
  /** SMPP has eight characters at most. */
  password: secretField.max(8, 'An SMPP password has eight characters at most.'),
  from: senderField,
};

/** The ways out that need an account at somebody. Several vendors of one kind follow each other. */
export const vendorSections = {
  sms: z
    .strictObject({
      vendors: z
        .array(
          z.discriminatedUnion('kind', [z.strictObject(twilioFields), z.strictObject(smppFields)], {
            error: 'Write kind: twilio or kind: smpp.',
          }),
        )
        .min(1)
        .max(6),
    })
    .optional(),
  voice: z.strictObject({ vendors: z.array(z.strictObject(twilioFields)).min(1).max(6) }).optional(),
  push: z
    .strictObject({
      /** By which push services reach the operator. */
      subject: z.string().regex(/^(mailto:\S+@\S+|https:\/\/\S+)$/, 'Write mailto:ops@operator.example or https://...'),
    })
    .optional(),
  ntfy: z.strictObject({ server: webField.default('https://ntfy.sh'), token: optionalSecret() }).optional(),
  slack: z
    .strictObject({
      api: webField.default('https://slack.com/api'),
      token: optionalSecret(),
      signing_secret: optionalSecret(),
    })
    .optional(),
  telegram: z
    .strictObject({
      api: webField.default('https://api.telegram.org'),
      token: secretField.regex(/^\d+:[-\w]+$/, 'Write the token of the bot as BotFather gave it.'),
      /** The secret_token that was handed to setWebhook; without it buttons are not taken. */
      secret: optionalSecret(),
    })
    .optional(),
};

function optionalSecret() {
  return z
    .string()
    .max(500)
    .transform((text) => (text === '' ? null : text))
    .nullable()
    .default(null);
}
