import type { Pdu, Session } from 'smpp';
import type { OutgoingMessage } from '../action/ports.ts';
import { smsParts, smsText } from './short-text.ts';
import type { Vendor } from './vendors.ts';

/** An account at an SMSC, SMPP 3.4. */
export interface SmppOptions {
  readonly name: string;
  /** smpp://host:port, or ssmpp:// over TLS. */
  readonly url: string;
  readonly systemId: string;
  readonly password: string;
  readonly from: string;
  /** ms between enquire_link, for tests. */
  readonly enquireEvery?: number;
}

/** What comes from an SMSC by itself. Each is answered to the SMSC once its promise is kept. */
export interface SmppEvents {
  receipt(receipt: {
    vendor: string;
    reference: string;
    state: 'delivered' | 'undelivered';
    detail: string;
  }): Promise<void>;
  /** A message from a phone. @returns what to answer the sender, or null */
  reply(message: { vendor: string; from: string; text: string }): Promise<string | null>;
}

export interface SmppVendor extends Vendor {
  close(): void;
}

const ENQUIRE_EVERY = 30_000;
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 30_000;
/** esm_class: user data header indicator (SMPP 3.4, 5.2.12). */
const UDH = 0x40;
/** esm_class of deliver_sm: an SMSC delivery receipt. */
const RECEIPT = 0x04;
const ESME_RSYSERR = 0x08;
/** ESME_RTHROTTLED: the SMSC asks to be left alone for a moment. */
const THROTTLED = 0x58;
const DELIVERED_STATE = 2;

/**
 * SMS over an SMPP session that stays bound: it is opened with the channel, kept alive by enquire_link, and bound again
 * after a loss with growing pauses. Receipts and answers come over the same session.
 */
export function smppVendor(options: SmppOptions, events: SmppEvents): SmppVendor {
  const link = new SmppLink(options, events);
  void link.open();
  return {
    name: options.name,
    send: (message, timeout) => link.submit(message.to, smsText(message), referenceOf(message), timeout),
    close: () => link.close(),
  };
}

/** The reference number of a concatenated message, from its key: a repeated try shows the same one. */
function referenceOf({ key }: OutgoingMessage): number {
  let sum = 0;
  for (const letter of key) sum = (sum * 31 + letter.codePointAt(0)!) % 255;
  return sum + 1;
}

class SmppLink {
  readonly #options: SmppOptions;
  readonly #events: SmppEvents;
  #session: Session | null = null;
  #bound = false;
  #closed = false;
  #pause = FIRST_PAUSE;
  #why = 'it is not bound yet';
  #again: NodeJS.Timeout | undefined;
  #alive: NodeJS.Timeout | undefined;
  #waiting: (() => void)[] = [];

  constructor(options: SmppOptions, events: SmppEvents) {
    this.#options = options;
    this.#events = events;
  }

  async open(): Promise<void> {
    // Loaded with the first account that needs it.
    const { default: smpp } = await import('smpp');
    if (this.#closed) return;
    const { url, systemId, password } = this.#options;
    const session = smpp.connect({ url, connectTimeout: 5000 }, () => {
      session.bind_transceiver({ system_id: systemId, password, interface_version: 0x34 }, (pdu) => {
        if (pdu.command_status !== 0) {
          this.#why = `the SMSC refuses the bind: command_status 0x${pdu.command_status.toString(16)}`;
          session.destroy();
          return;
        }
        this.#bound = true;
        this.#pause = FIRST_PAUSE;
        this.#keepAlive(session);
        for (const go of this.#waiting.splice(0)) go();
      });
    });
    this.#session = session;
    session.on('error', (error: Error) => {
      this.#why = error.message;
    });
    session.on('close', () => this.#lost(session));
    session.on('deliver_sm', (pdu: Pdu) => void this.#delivered(session, pdu));
    session.on('enquire_link', (pdu: Pdu) => session.send(pdu.response()));
    session.on('unbind', (pdu: Pdu) => {
      session.send(pdu.response());
      session.close();
    });
  }

  async submit(to: string, text: string, reference: number, timeout: number) {
    await this.#ready(timeout);
    const { coding, parts } = smsParts(text);
    const ids: string[] = [];
    for (const [index, part] of parts.entries()) {
      const fields = this.#fields(to, part, coding, parts.length > 1 ? [reference, parts.length, index + 1] : null);
      const pdu = await this.#send(fields, timeout);
      if (pdu.command_status !== 0) {
        const status = `command_status 0x${pdu.command_status.toString(16)}`;
        throw new Error(pdu.command_status === THROTTLED ? `it is throttled (${status})` : status);
      }
      ids.push(pdu.message_id ?? '');
    }
    // The last part completes the message on the phone: its receipt is the one that counts.
    const id = ids.at(-1)!;
    return { said: `message ${ids.join(', ')}`, reference: id === '' ? null : id, receipt: id !== '' };
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#again);
    clearInterval(this.#alive);
    this.#session?.destroy();
  }

  #fields(to: string, text: string, coding: 'gsm' | 'ucs2', part: [number, number, number] | null) {
    const { from } = this.#options;
    const digits = /^\+?\d+$/.test(from);
    return {
      source_addr: from.replace(/^\+/, ''),
      // Alphanumeric senders are type 5, international numbers type 1.
      source_addr_ton: digits ? 1 : 5,
      source_addr_npi: digits ? 1 : 0,
      destination_addr: to.replace(/^\+/, ''),
      dest_addr_ton: 1,
      dest_addr_npi: 1,
      registered_delivery: 1,
      data_coding: coding === 'gsm' ? 0 : 8,
      ...(part ? { esm_class: UDH } : {}),
      short_message: part ? { udh: Buffer.from([5, 0, 3, ...part]), message: text } : text,
    };
  }

  #ready(timeout: number): Promise<void> {
    if (this.#bound) return Promise.resolve();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(new Error(this.#why)), Math.min(timeout, 3000));
    this.#waiting.push(() => {
      clearTimeout(timer);
      resolve();
    });
    return promise;
  }

  #send(fields: Record<string, unknown>, timeout: number): Promise<Pdu> {
    const { promise, resolve, reject } = Promise.withResolvers<Pdu>();
    const timer = setTimeout(() => reject(new Error(`no answer within ${timeout} ms`)), timeout);
    const session = this.#session;
    const lost = (): void => reject(new Error('the session was lost before the answer'));
    session?.once('close', lost);
    const written = session?.submit_sm(fields, (pdu) => resolve(pdu)) ?? false;
    if (!written) reject(new Error('the session is not writable'));
    return promise.finally(() => {
      clearTimeout(timer);
      session?.removeListener('close', lost);
    });
  }

  #keepAlive(session: Session): void {
    clearInterval(this.#alive);
    let unanswered = 0;
    this.#alive = setInterval(() => {
      // A half-open connection answers nothing: after two silent rounds it is dropped and bound anew.
      if (unanswered >= 2) {
        this.#why = 'it no longer answers enquire_link';
        session.destroy();
        return;
      }
      unanswered++;
      session.enquire_link({}, () => (unanswered = 0));
    }, this.#options.enquireEvery ?? ENQUIRE_EVERY);
    this.#alive.unref();
  }

  #lost(session: Session): void {
    if (this.#session !== session) return;
    this.#bound = false;
    this.#session = null;
    clearInterval(this.#alive);
    if (this.#closed) return;
    this.#again = setTimeout(() => void this.open(), this.#pause);
    this.#again.unref();
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
  }

  async #delivered(session: Session, pdu: Pdu): Promise<void> {
    try {
      if (((pdu.esm_class ?? 0) & RECEIPT) !== 0) await this.#receipt(pdu);
      else await this.#reply(pdu);
      session.send(pdu.response());
    } catch {
      // Not stored: the SMSC is told so and sends it again.
      session.send(pdu.response({ command_status: ESME_RSYSERR }));
    }
  }

  async #receipt(pdu: Pdu): Promise<void> {
    const text = textOf(pdu);
    const reference = pdu.receipted_message_id ?? /\bid:\s*(\S+)/i.exec(text)?.[1];
    const stat = /\bstat:\s*(\w+)/i.exec(text)?.[1]?.toUpperCase() ?? '';
    if (reference === undefined) return;
    const delivered = pdu.message_state === DELIVERED_STATE || stat === 'DELIVRD';
    const final = delivered || ['UNDELIV', 'EXPIRED', 'REJECTD', 'DELETED', 'UNKNOWN'].includes(stat);
    const lost = pdu.message_state !== undefined && [3, 4, 5, 7, 8].includes(pdu.message_state);
    // ENROUTE and ACCEPTD say that it is on its way: the deadline of the receipt goes on.
    if (!final && !lost) return;
    const code = /\berr:\s*(\S+)/i.exec(text)?.[1];
    const detail = `${stat || `state ${pdu.message_state}`}${code === undefined ? '' : `, error ${code}`}`;
    const state = delivered ? 'delivered' : 'undelivered';
    await this.#events.receipt({ vendor: this.#options.name, reference, state, detail });
  }

  async #reply(pdu: Pdu): Promise<void> {
    const sender = pdu.source_addr ?? '';
    const from = sender.startsWith('+') ? sender : `+${sender}`;
    const answer = await this.#events.reply({ vendor: this.#options.name, from, text: textOf(pdu) });
    if (answer !== null) void this.submit(from, answer, 1, 5000).catch(() => undefined);
  }
}

function textOf(pdu: Pdu): string {
  const message = pdu.short_message?.message ?? '';
  return typeof message === 'string' ? message : message.toString('utf8');
}
