import { createHmac, timingSafeEqual } from 'node:crypto';
import { Fault } from '../core/fault.ts';
import type { OutRequest, OutResponse } from './http.ts';
import { smsText } from './short-text.ts';
import type { Vendor } from './vendors.ts';

/** An account that speaks Twilio's form of HTTP. */
export interface TwilioOptions {
  readonly name: string;
  /** Without a path: `https://api.twilio.com`. */
  readonly url: string;
  readonly account: string;
  readonly token: string;
  readonly from: string;
}

type Send = (request: OutRequest) => Promise<OutResponse>;

/**
 * SMS by Twilio's Messages resource. Its receipts come as callbacks to this server.
 * @param base the public address of this server; callbacks go there
 */
export function twilioSms(options: TwilioOptions, request: Send, base: string): Vendor {
  return {
    name: options.name,
    async send(message, timeout) {
      const form = {
        To: message.to,
        From: options.from,
        Body: smsText(message),
        StatusCallback: `${hookBase(base, options.name)}/status`,
      };
      const answer = await post(options, request, 'Messages.json', form, timeout);
      return { said: `${answer.status}, ${answer.sid}`, reference: answer.sid, receipt: true };
    },
  };
}

/**
 * Calls by Twilio's Calls resource: the call reads the page and takes a digit, because voicemail answers too. What
 * became of the call comes as a callback.
 */
export function twilioVoice(options: TwilioOptions, request: Send, base: string): Vendor {
  return {
    name: options.name,
    async send(message, timeout) {
      const id = message.page?.id;
      if (id === undefined) throw new Error('a call needs a page to read; other messages are not called out');
      const form = {
        To: message.to,
        From: options.from,
        Url: `${hookBase(base, options.name)}/voice/${id}`,
        Method: 'POST',
        Timeout: '30',
        StatusCallback: `${hookBase(base, options.name)}/status`,
        StatusCallbackEvent: 'completed',
      };
      const answer = await post(options, request, 'Calls.json', form, timeout);
      return { said: `${answer.status}, ${answer.sid}`, reference: answer.sid, receipt: false };
    },
  };
}

function hookBase(base: string, vendor: string): string {
  return `${base.replace(/\/+$/, '')}/hooks/twilio/${encodeURIComponent(vendor)}`;
}

async function post(
  options: TwilioOptions,
  request: Send,
  resource: string,
  form: Readonly<Record<string, string>>,
  timeout: number,
): Promise<{ sid: string; status: string }> {
  const { url, account, token } = options;
  const answer = await request({
    method: 'POST',
    url: `${url.replace(/\/+$/, '')}/2010-04-01/Accounts/${encodeURIComponent(account)}/${resource}`,
    headers: {
      authorization: `Basic ${Buffer.from(`${account}:${token}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
    },
    body: new URLSearchParams(form).toString(),
    timeout,
  });
  const body = fieldsOf(answer.body);
  if (answer.status >= 200 && answer.status < 300 && typeof body['sid'] === 'string') {
    return { sid: body['sid'], status: typeof body['status'] === 'string' ? body['status'] : 'queued' };
  }
  const code = typeof body['code'] === 'number' ? ` ${body['code']}` : '';
  const words = typeof body['message'] === 'string' ? `: ${body['message']}` : '';
  const why = `HTTP ${answer.status}${code}${words}`;
  // 21610: the person has unsubscribed; 21211, 21614: no such number. No retry mends these.
  if ([21610, 21211, 21614].includes(Number(body['code']))) {
    throw new Fault('recipient_gone', { what: 'The number', why });
  }
  throw new Fault('outside_failed', { what: options.name, why });
}

function fieldsOf(text: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/**
 * Whether a callback is the vendor's: base64 of HMAC-SHA1 over the address and the parameters in the order of their
 * names. Source: Twilio, "Validating Signatures from Twilio".
 */
export function twilioSigned(
  token: string,
  url: string,
  form: Readonly<Record<string, string>>,
  signature: string,
): boolean {
  const text = Object.keys(form)
    .sort()
    .reduce((sum, name) => sum + name + form[name]!, url);
  const wanted = createHmac('sha1', token).update(text).digest();
  const got = Buffer.from(signature, 'base64');
  return got.length === wanted.length && timingSafeEqual(got, wanted);
}
