import { createHmac, timingSafeEqual } from 'node:crypto';
import { Fault } from '../core/fault.ts';
import { LINK_LINE } from '../action/page/purpose.ts';
import type { OutgoingMessage, Taken } from '../action/ports.ts';
import type { OutRequest, OutResponse } from './http.ts';
import type { Vendor } from './vendors.ts';

type Send = (request: OutRequest) => Promise<OutResponse>;

export interface SlackOptions {
  readonly api: string;
  readonly token: string | null;
}

/**
 * Pages to Slack: a direct message by `chat.postMessage` to a member's id, with a button that accepts; or an incoming
 * webhook, whose button opens the link.
 */
export function slackVendor(options: SlackOptions, request: Send): Vendor {
  return {
    name: 'slack',
    async send(message, timeout) {
      const hook = /^https?:/.test(message.to);
      if (!hook && options.token === null) {
        throw new Error('a member id needs a bot token; write it under outside.slack.token');
      }
      const body = { text: message.subject, blocks: slackBlocks(message, !hook) };
      const answer = await request({
        method: 'POST',
        url: hook ? message.to : `${options.api.replace(/\/+$/, '')}/chat.postMessage`,
        headers: {
          'content-type': 'application/json; charset=utf-8',
          ...(hook ? {} : { authorization: `Bearer ${options.token ?? ''}` }),
        },
        body: JSON.stringify(hook ? body : { ...body, channel: message.to, unfurl_links: false }),
        timeout,
      });
      return slackAnswer(answer, hook);
    },
  };
}

function slackAnswer(answer: OutResponse, hook: boolean): Omit<Taken, 'vendor'> {
  if (answer.status === 429) {
    const after = answer.headers['retry-after'];
    throw new Fault('outside_failed', { what: 'Slack', why: `HTTP 429, try again in ${String(after ?? '?')} s` });
  }
  if (answer.status !== 200) throw new Fault('outside_failed', { what: 'Slack', why: `HTTP ${answer.status}` });
  if (hook) return { said: answer.body.slice(0, 100), reference: null, receipt: false };
  // The method answers 200 to everything: what counts is "ok" in the body.
  const body = objectOf(answer.body);
  if (body['ok'] !== true) {
    const why = typeof body['error'] === 'string' ? body['error'] : 'it did not say ok';
    const code = ['channel_not_found', 'user_not_found', 'account_inactive', 'is_archived'].includes(why);
    throw new Fault(code ? 'recipient_gone' : 'outside_failed', { what: 'Slack', why });
  }
  return { said: 'ok', reference: typeof body['ts'] === 'string' ? body['ts'] : null, receipt: false };
}

function withoutLinks(text: string): string {
  return text
    .split('\n')
    .filter((line) => !LINK_LINE.test(line))
    .join('\n');
}

function slackBlocks({ subject, text, page }: OutgoingMessage, button: boolean): unknown[] {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  // Buttons stand below; the links of the plain form would only repeat them.
  const words = page ? withoutLinks(escaped) : escaped;
  const section = { type: 'section', text: { type: 'mrkdwn', text: words.slice(0, 2900) } };
  const header = { type: 'header', text: { type: 'plain_text', text: subject.slice(0, 150) } };
  if (!page) return [header, section];
  const accept = { type: 'button', style: 'primary', text: { type: 'plain_text', text: page.verb } };
  const open = { type: 'button', text: { type: 'plain_text', text: 'Open the incident' }, url: page.incident };
  const first = button
    ? { ...accept, action_id: 'accept', value: page.secret }
    : { ...accept, action_id: 'open-accept', url: page.accept };
  return [header, section, { type: 'actions', elements: [first, { ...open, action_id: 'open' }] }];
}

/**
 * Whether a request is Slack's and not older than five minutes. Source: Slack, "Verifying requests from Slack".
 * @param now real time, seconds
 */
export function slackSigned(secret: string, body: string, time: string, signature: string, now: number): boolean {
  if (!/^\d{1,12}$/.test(time) || Math.abs(now - Number(time)) > 300) return false;
  const wanted = Buffer.from(`v0=${createHmac('sha256', secret).update(`v0:${time}:${body}`).digest('hex')}`);
  const got = Buffer.from(signature);
  return got.length === wanted.length && timingSafeEqual(got, wanted);
}

/** Pages to a Mattermost incoming webhook, with a button that hands the secret back to this server. */
export function mattermostVendor(request: Send, base: string): Vendor {
  return {
    name: 'mattermost',
    async send(message, timeout) {
      const { page } = message;
      const hook = `${base.replace(/\/+$/, '')}/hooks/mattermost`;
      const actions = page
        ? [
            {
              id: 'accept',
              name: page.verb,
              style: 'primary',
              integration: { url: hook, context: { secret: page.secret } },
            },
          ]
        : [];
      const attachment = { fallback: message.subject, color: '#d9480f', text: message.text, actions };
      const body = JSON.stringify({ text: `**${message.subject}**`, attachments: [attachment] });
      const answer = await jsonPost(request, message.to, body, timeout);
      if (answer.status !== 200)
        throw new Fault('outside_failed', { what: 'Mattermost', why: `HTTP ${answer.status}` });
      return { said: answer.body.slice(0, 100) || 'HTTP 200', reference: null, receipt: false };
    },
  };
}

/** Pages to a Teams workflow webhook as an Adaptive Card. Its buttons open links: a webhook cannot be answered. */
export function teamsVendor(request: Send): Vendor {
  return {
    name: 'teams',
    async send(message, timeout) {
      const answer = await jsonPost(request, message.to, JSON.stringify(teamsCard(message)), timeout);
      if (answer.status < 200 || answer.status >= 300) {
        throw new Fault('outside_failed', { what: 'Teams', why: `HTTP ${answer.status}` });
      }
      return { said: `HTTP ${answer.status}`, reference: null, receipt: false };
    },
  };
}

function teamsCard({ subject, text, page }: OutgoingMessage): unknown {
  const block = (words: string, more: Record<string, unknown>): unknown => ({
    type: 'TextBlock',
    text: words,
    wrap: true,
    ...more,
  });
  const actions = page
    ? [
        { type: 'Action.OpenUrl', title: page.verb, url: page.accept },
        { type: 'Action.OpenUrl', title: 'Open the incident', url: page.incident },
      ]
    : [];
  const lines = text
    .slice(0, 8000)
    .split('\n')
    .filter((line) => line !== '' && !LINK_LINE.test(line));
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      block(subject, { weight: 'Bolder', size: 'Medium' }),
      ...lines.map((line) => block(line, { spacing: 'None' })),
    ],
    actions,
  };
  return { type: 'message', attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }] };
}

export interface TelegramOptions {
  readonly api: string;
  readonly token: string;
}

/** Pages by a Telegram bot, with a button that hands the secret back. */
export function telegramVendor(options: TelegramOptions, request: Send): Vendor {
  return {
    name: 'telegram',
    async send(message, timeout) {
      const { page } = message;
      const keyboard = page
        ? [
            [
              { text: page.verb, callback_data: page.secret },
              { text: 'Open the incident', url: page.incident },
            ],
          ]
        : null;
      const answer = await jsonPost(
        request,
        `${options.api.replace(/\/+$/, '')}/bot${options.token}/sendMessage`,
        JSON.stringify({
          chat_id: message.to,
          text: `${message.subject}\n\n${message.text}`.slice(0, 4000),
          ...(keyboard ? { reply_markup: { inline_keyboard: keyboard } } : {}),
        }),
        timeout,
      );
      const body = objectOf(answer.body);
      if (answer.status === 200 && body['ok'] === true) return { said: 'ok', reference: null, receipt: false };
      const why = typeof body['description'] === 'string' ? body['description'] : `HTTP ${answer.status}`;
      // 403: the person has blocked the bot.
      throw new Fault(answer.status === 403 ? 'recipient_gone' : 'outside_failed', { what: 'Telegram', why });
    },
  };
}

async function jsonPost(request: Send, url: string, body: string, timeout: number): Promise<OutResponse> {
  try {
    return await request({ method: 'POST', url, headers: { 'content-type': 'application/json' }, body, timeout });
  } catch (error) {
    // The address holds a secret (a bot's token, a hook's path): only the origin may stand in a log.
    if (!(error instanceof Fault)) throw error;
    const origin = new URL(url).origin;
    throw new Fault('outside_failed', { what: origin, why: withoutAddress(error.message, url) }, { cause: error });
  }
}

function withoutAddress(text: string, url: string): string {
  const { origin, pathname } = new URL(url);
  return text.replaceAll(`${origin}${pathname}`, origin).replaceAll(pathname, '/...');
}

function objectOf(text: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
