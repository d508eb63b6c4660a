import { z } from 'zod';
import { parseDuration } from '../core/duration.ts';
import { Fault } from '../core/fault.ts';
import { isZone } from '../core/zone.ts';
import { durationField, nameField } from '../signal/index.ts';
import { careSchema, ownAcceptanceSchema } from './care/config.ts';
import { dutySchema, hoursSchema, zoneField } from './duty/config.ts';
import { templateProblem } from './member/template.ts';
import { PAGE_CHANNELS } from './nouns.ts';
import { playbookSchema } from './playbook/config.ts';
import { slaSchema } from './sla/config.ts';

/** Text that ends up in a header or an address: one line. */
const lineField = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => !/[\r\n]/.test(text), 'This must stand on one line.');

/** An empty text (an environment variable that is not set) means "none". */
function optionalLine(pattern: RegExp, message: string) {
  return z
    .string()
    .max(500)
    .refine((text) => text === '' || pattern.test(text), message)
    .transform((text) => (text === '' ? null : text))
    .nullable()
    .default(null);
}

function webAddress() {
  return optionalLine(/^https?:\/\/[^\s]+$/, 'Write an address that begins with https:// (or http:// if listed).');
}

const channelName = z.enum(PAGE_CHANNELS, {
  error: `Pages go out by ${PAGE_CHANNELS.join(', ')}. Write one or more of them.`,
});
const severityName = z.enum(['critical', 'major', 'minor'], {
  error: 'The severity of an incident is critical, major or minor.',
});

const channelList = z.array(channelName).min(1, 'Name at least one channel, such as by: [email].');

const ruleSchema = z.strictObject({
  severity: z.array(severityName).min(1).nullable().default(null),
  by: channelList,
  /** Further ways for as long as nobody accepts, each so long after the step. */
  then: z
    .array(z.strictObject({ after: durationField, by: channelList }))
    .max(10)
    .default([]),
});

/** What is wrong with the ways of a step. */
function byWords(input: unknown): string {
  const form = 'Write by: own for the rules of the person, or channels such as by: [sms, email].';
  const wrong = Array.isArray(input) ? input.find((one) => !channelName.safeParse(one).success) : undefined;
  return wrong === undefined
    ? form
    : `There is no channel "${String(wrong)}"; there are ${channelName.options.join(', ')}. ${form}`;
}

const wallTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Write a wall time as hours and minutes, such as "22:00".');

const quietSchema = z.strictObject({
  from: wallTime,
  to: wallTime,
  zone: z
    .string()
    .refine(isZone, {
      error: (issue) => `"${String(issue.input)}" is not a time zone. Write one such as Europe/Berlin.`,
    })
    .nullable()
    .default(null),
  except: z.array(severityName).default(['critical']),
});

const personSchema = z.strictObject({
  id: nameField,
  name: lineField,
  email: optionalLine(/^[^\s@<>,;"]+@[^\s@<>,;"]+$/, 'Write an address such as amira@operator.example.'),
  webhook: webAddress(),
  /** For SMS and calls. */
  phone: optionalLine(/^\+[1-9]\d{6,14}$/, 'Write a number with its country, such as +4930123456.'),
  /** A topic of the server under outside.ntfy, or the whole address of a topic. */
  ntfy: optionalLine(
    /^(https?:\/\/\S+|[-\w]{1,64})$/,
    'Write a topic such as ops-amira-7f3c, or https://ntfy.example/topic.',
  ),
  /** A member's id with a bot token, or an incoming webhook's address. */
  slack: optionalLine(/^([UCGD][A-Z0-9]{5,20}|https?:\/\/\S+)$/, 'Write a member id such as U012AB3CD, or an address.'),
  mattermost: webAddress(),
  teams: webAddress(),
  telegram: optionalLine(/^-?\d{1,20}$/, 'Write the id of the chat with the bot, such as 123456789.'),
  account: z.string().min(1).max(64).nullable().default(null),
  rules: z.array(ruleSchema).max(10).default([]),
  quiet: quietSchema.nullable().default(null),
});

const afterField = z
  .string({ error: 'Write how long after the start of the chain, such as 5m.' })
  .transform((text, ctx) => {
    try {
      return parseDuration(text);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      ctx.addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  })
  .default(0);
const stepBase = {
  after: afterField,
  only: z
    .literal('unaccepted', { error: 'The only value is `only: unaccepted`. Leave it out to do the step in any case.' })
    .optional(),
  /** A window under `hours`: the step is taken inside it alone. */
  hours: nameField.optional(),
  outside: z
    .enum(['skip', 'wait'], { error: 'Outside its hours a step is left out or waits. Write outside: skip or wait.' })
    .optional(),
  /** The incident has at least so many alerts, within the time before the step. */
  alerts_at_least: z.number().int().min(1).max(10_000).optional(),
  within: durationField.optional(),
  severity: z.array(severityName).min(1).optional(),
  functions: z.array(nameField).min(1).optional(),
};

const stepSchema = z.discriminatedUnion(
  'do',
  [
    z.strictObject({
      ...stepBase,
      do: z.literal('page'),
      target: nameField,
      by: z.union([z.literal('own'), channelList], { error: ({ input }) => byWords(input) }),
    }),
    z.strictObject({ ...stepBase, do: z.literal('notify-members'), template: nameField }),
    z.strictObject({ ...stepBase, do: z.literal('contact-partner'), partner: nameField }),
    z.strictObject({ ...stepBase, do: z.literal('run-playbook'), playbook: nameField }),
    z.strictObject({ ...stepBase, do: z.literal('open-ticket') }),
    z.strictObject({ ...stepBase, do: z.literal('open-partner-ticket'), partner: nameField }),
  ],
  {
    error:
      'A step does one of: page, notify-members, contact-partner, run-playbook, open-ticket, open-partner-ticket. Write do: and one of them.',
  },
);

/** Hours of the week by a name, or those outside others. */
const hoursWindowSchema = z
  .strictObject({
    name: nameField,
    zone: zoneField.nullable().default(null),
    only: z.array(hoursSchema).max(20).default([]),
    /** One of `calendars`: a holiday counts as the weekday that it says. */
    calendar: nameField.optional(),
    /** The window that this one is the rest of. */
    not: nameField.optional(),
  })
  .superRefine(({ only, not }, ctx) => {
    if ((only.length === 0) === (not === undefined)) {
      const message = 'Write only: with days and times, or not: with the name of the window that this is the rest of.';
      ctx.addIssue({ code: 'custom', path: ['only'], message });
    }
  });

const teamSchema = z
  .strictObject({
    name: nameField,
    title: lineField.optional(),
    people: z.array(nameField).min(1, 'A team without people reaches nobody. Name at least one.').max(50),
  })
  .transform((team) => ({ ...team, title: team.title ?? team.name }));

const contactSchema = z.strictObject({
  role: nameField,
  person: nameField,
  severity: z.array(severityName).min(1).nullable().default(null),
});

const chainSchema = z.strictObject({
  name: nameField,
  match: z
    .strictObject({
      severity: z.array(severityName).min(1).optional(),
      functions: z.array(nameField).min(1).optional(),
      cities: z.array(nameField).min(1).optional(),
    })
    .default({}),
  steps: z.array(stepSchema).min(1, 'A chain without steps does nothing. Write at least one step.').max(50),
  /** When an acceptance without progress is given back, where it is not the general rule. */
  acceptance: ownAcceptanceSchema.optional(),
  /** After the last step, everybody paged is paged again this often, until somebody accepts. */
  repeat: durationField.optional(),
  /** How often the chain is gone through in all before the fallback is paged. */
  rounds: z.number().int().min(1).max(100).default(3),
});

const wordsField = z.record(
  z.string().regex(/^[a-z]{2,3}(-[A-Z]{2})?$/, 'Write a language such as en, de or pt-BR.'),
  z
    .string()
    .min(1)
    .max(4000)
    .superRefine((text, ctx) => {
      const problem = templateProblem(text);
      if (problem !== null) ctx.addIssue({ code: 'custom', message: problem });
    }),
);

const templateSchema = z.strictObject({
  name: nameField,
  severity: severityName,
  title: wordsField,
  body: wordsField,
  agent: wordsField,
});

const commandSchema = z.strictObject({
  name: nameField,
  run: z
    .array(z.string().min(1).max(500))
    .min(1)
    .max(50)
    .refine(
      (words) => words[0]!.startsWith('/'),
      'Write the full path of the program first, such as /usr/bin/systemctl.',
    ),
  /** How many arguments a playbook may add at most. */
  args: z.number().int().min(0).max(20).default(0),
});

/** The part of the configuration that says who acts, how and with which words. */
export const actionSchema = z.strictObject({
  people: z.array(personSchema).min(1, 'Nobody can be paged. Write at least one person with an e-mail address.'),
  duty: dutySchema,
  /** Hours of the week by name, for steps of chains. */
  hours: z.array(hoursWindowSchema).max(50).default([]),
  teams: z.array(teamSchema).max(100).default([]),
  /** Key contacts by role and severity. */
  contacts: z.array(contactSchema).max(100).default([]),
  chains: z.array(chainSchema).default([]),
  care: careSchema,
  sla: slaSchema,
  members: z.strictObject({ templates: z.array(templateSchema).default([]) }).default({ templates: [] }),
  playbooks: z.array(playbookSchema).default([]),
  commands: z.array(commandSchema).default([]),
});

export type ActionConfig = z.output<typeof actionSchema>;
export type ChainConfig = ActionConfig['chains'][number];
export type CommandConfig = ActionConfig['commands'][number];
