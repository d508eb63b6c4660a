import type { Transporter } from 'nodemailer';
import { Fault } from '../core/fault.ts';
import type { OutgoingMessage, PageChannel } from '../action/ports.ts';
import { Breaker, inOrder, type Guarded } from './breaker.ts';

/** All relays together must be done well within a lease of 15 s, or a second instance would send the same again. */
const BUDGET = 12_000;
const PER_RELAY = 5000;
const FAILURES = 3;
const COOL_DOWN = 30_000;

export interface EmailOptions {
  readonly from: string;
  /** smtp:// or smtps:// addresses, the first one preferred. */
  readonly relays: readonly string[];
  /** Limits in ms, for tests. */
  readonly perRelay?: number;
  readonly budget?: number;
}

interface Relay {
  readonly host: string;
  /** Made for the first letter: a server that sends none needs no program for it in memory. */
  transport(): Promise<Transporter>;
  close(): void;
}

/** A page channel with something to close. */
export interface EmailChannel extends PageChannel {
  close(): void;
}

/**
 * E-mail by several relays: one that refuses or hangs is followed by the next, and goes to the end of the line after
 * three failures. The Message-ID is the message's key, the same at every try; messages of one incident are one thread.
 * @param now the real time, ms, for the breakers
 */
export function emailChannel(options: EmailOptions, now: () => number): EmailChannel {
  const perRelay = options.perRelay ?? PER_RELAY;
  const relays = options.relays.map((address): Guarded<Relay> => ({
    way: openRelay(address, perRelay),
    breaker: new Breaker(FAILURES, COOL_DOWN, now),
  }));
  return {
    name: 'email',
    vendors: relays.length,
    async send(message) {
      const letter = letterOf(message, options.from);
      const until = now() + (options.budget ?? BUDGET);
      const reasons: string[] = [];
      for (const { way, breaker } of inOrder(relays)) {
        const left = Math.min(perRelay, until - now());
        if (left <= 0) {
          reasons.push(`${way.host}: no time left to try it`);
          continue;
        }
        breaker.begin();
        try {
          const sending = way.transport().then((transport) => transport.sendMail(letter) as Promise<unknown>);
          const answer = await within(sending, left);
          breaker.succeeded();
          return { said: `${way.host}: ${answer}`, vendor: way.host, reference: null, receipt: false };
        } catch (error) {
          breaker.failed();
          reasons.push(`${way.host}: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
      throw new Fault('outside_failed', { what: `The e-mail to ${message.to}`, why: reasons.join('; ') });
    },
    close() {
      for (const { way } of relays) way.close();
    },
  };
}

function openRelay(address: string, timeout: number): Relay {
  const open = async (): Promise<Transporter> => {
    const { default: nodemailer } = await import('nodemailer');
    return nodemailer.createTransport({
      url: address,
      pool: true,
      maxConnections: 4,
      connectionTimeout: timeout,
      greetingTimeout: timeout,
      socketTimeout: timeout,
      dnsTimeout: timeout,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  };
  let opened: Promise<Transporter> | undefined;
  return {
    host: new URL(address).host,
    transport: () => (opened ??= open()),
    close: () => void opened?.then((transport) => transport.close()),
  };
}

async function within(sending: Promise<unknown>, ms: number): Promise<string> {
  const { promise, reject } = Promise.withResolvers<never>();
  // The sending may still succeed later: the fate is unknown then, and the same Message-ID marks the repeated one.
  const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  try {
    const info: unknown = await Promise.race([sending, promise]);
    const response = typeof info === 'object' && info !== null && 'response' in info ? info.response : null;
    return typeof response === 'string' ? response : 'taken';
  } finally {
    clearTimeout(timer);
    sending.catch(() => undefined);
  }
}

/** The letter for nodemailer. @throws Fault `bad_request` for a line break where it would begin a new header */
function letterOf(message: OutgoingMessage, from: string): Parameters<Transporter['sendMail']>[0] {
  const { key, to, subject, thread = '', replyTo = '' } = message;
  for (const [field, text] of Object.entries({ from, key, to, subject, thread, replyTo })) {
    if (/[\r\n\0]/.test(text)) {
      throw new Fault('bad_request', { what: `The ${field} of an e-mail has a line break. Write it on one line.` });
    }
  }
  const domain = /@([^\s>]+)>?$/.exec(from)?.[1] ?? 'localhost';
  const first = thread === '' ? null : `<thread-${thread}@${domain}>`;
  return {
    from,
    to: { name: '', address: message.to },
    ...(replyTo === '' ? {} : { replyTo: { name: '', address: replyTo } }),
    subject: message.subject,
    text: message.text,
    ...(message.html === undefined ? {} : { html: message.html }),
    messageId: `<${message.key}@${domain}>`,
    ...(first === null ? {} : { inReplyTo: first, references: [first] }),
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
  };
}
