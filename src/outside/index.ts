import { createHash, timingSafeEqual } from 'node:crypto';
import type { CommandConfig } from '../action/index.ts';
import type { PageChannelName } from '../action/nouns.ts';
import type { PageChannel, StepRunner } from '../action/ports.ts';
import type { OutsideConfig } from '../config/index.ts';
import { mattermostVendor, slackSigned, slackVendor, teamsVendor, telegramVendor } from './chat.ts';
import { commandRunner } from './command.ts';
import { emailChannel } from './email.ts';
import { safeHttp, type OutRequest, type OutResponse } from './http.ts';
import type { PartnerServices } from '../partner/index.ts';
import { logChannel, type PageLog } from './log.ts';
import { ntfyVendor } from './ntfy.ts';
import { smppVendor, type SmppEvents, type SmppVendor } from './smpp.ts';
import { twilioSigned, twilioSms, twilioVoice } from './twilio.ts';
import { vendorChannel, type Vendor } from './vendors.ts';
import { pushVendor, type VapidKeys } from './web-push.ts';
import { webhookChannel } from './webhook.ts';

export { readCalendar } from './calendar.ts';
export { holidaysOf } from './holidays.ts';
export { safeHttp } from './http.ts';
export { openMailIn, type MailInConfig, type MailRecipient } from './mail-in.ts';
export { createSecrets } from './secrets.ts';
export type { SmppEvents } from './smpp.ts';
export { makeVapidKeys, type VapidKeys } from './web-push.ts';

/** Whether a request that came in is the vendor's. Unknown vendors and missing secrets are never believed. */
export interface Proofs {
  twilio(vendor: string, url: string, form: Readonly<Record<string, string>>, signature: string): boolean;
  slack(body: string, time: string, signature: string): boolean;
  telegram(secret: string): boolean;
}

/** The ways out as the configuration has them. A reload makes new ones and closes the old. */
export interface Outside {
  channel(name: PageChannelName): PageChannel | null;
  readonly steps: StepRunner;
  readonly proofs: Proofs;
  /** Calls a configured or registered address of a partner. */
  readonly request: PartnerServices['request'];
  close(): void;
}

export interface OutsideParts {
  readonly config: OutsideConfig;
  readonly commands: readonly CommandConfig[];
  /** The public address of this server, for callbacks. */
  readonly url: string;
  readonly vapid: VapidKeys;
  readonly events: SmppEvents;
  readonly log: PageLog;
  /** The real time, ms (not an accelerated clock: relays and receivers live in real time). */
  readonly now: () => number;
}

/** Opens the ways out. */
export function openOutside(parts: OutsideParts): Outside {
  const { config, commands, log, now } = parts;
  const request = safeHttp(config.allow);
  const email = config.email ? emailChannel(config.email, now) : null;
  const smpp: SmppVendor[] = [];
  const sms = smsVendors(parts, request, smpp);
  const one = (name: PageChannelName, vendor: Vendor | null): PageChannel | null =>
    vendor && vendorChannel(name, [vendor], now);
  const { push, ntfy, slack, telegram } = config;
  const channels: Readonly<Record<PageChannelName, PageChannel | null>> = {
    voice: vendorChannel(
      'voice',
      config.voice?.vendors.map((options) => twilioVoice(options, request, parts.url)) ?? [],
      now,
    ),
    sms: vendorChannel('sms', sms, now),
    push: one('push', push ? pushVendor(parts.vapid, push.subject, request) : null),
    ntfy: one('ntfy', ntfyVendor(ntfy ?? { server: 'https://ntfy.sh', token: null }, request)),
    telegram: one('telegram', telegram ? telegramVendor(telegram, request) : null),
    slack: one('slack', slackVendor(slack ?? { api: 'https://slack.com/api', token: null }, request)),
    mattermost: one('mattermost', mattermostVendor(request, parts.url)),
    teams: one('teams', teamsVendor(request)),
    email,
    webhook: webhookChannel(request, config.webhook.secret, now),
    log: logChannel(log),
  };
  return {
    channel: (name) => channels[name],
    request,
    steps: {
      async http({ key, method, url, headers, body, timeout }) {
        const type = body !== null && !hasContentType(headers) ? { 'content-type': 'application/json' } : {};
        const sent = { ...type, ...headers, 'idempotency-key': key };
        return request({ method, url, headers: sent, body, timeout });
      },
      command: commandRunner(() => commands),
    },
    proofs: proofsOf(config, now),
    close() {
      email?.close();
      for (const vendor of smpp) vendor.close();
    },
  };
}

function smsVendors(
  { config, url, events }: OutsideParts,
  request: (request: OutRequest) => Promise<OutResponse>,
  opened: SmppVendor[],
): readonly Vendor[] {
  return (config.sms?.vendors ?? []).map((options) => {
    if (options.kind === 'twilio') return twilioSms(options, request, url);
    const vendor = smppVendor({ ...options, systemId: options.system_id }, events);
    opened.push(vendor);
    return vendor;
  });
}

function proofsOf(config: OutsideConfig, now: () => number): Proofs {
  const accounts = [...(config.sms?.vendors ?? []), ...(config.voice?.vendors ?? [])];
  return {
    twilio(vendor, url, form, signature) {
      const account = accounts.find((one) => one.name === vendor);
      return account?.kind === 'twilio' && twilioSigned(account.token, url, form, signature);
    },
    slack(body, time, signature) {
      const secret = config.slack?.signing_secret ?? null;
      return secret !== null && slackSigned(secret, body, time, signature, Math.floor(now() / 1000));
    },
    telegram(secret) {
      const wanted = config.telegram?.secret ?? null;
      return wanted !== null && sameText(secret, wanted);
    },
  };
}

function hasContentType(headers: Readonly<Record<string, string>>): boolean {
  return Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
}

/** Compares digests in constant time, so that neither length nor content leaks. */
function sameText(got: string, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(got), digest(wanted));
}
