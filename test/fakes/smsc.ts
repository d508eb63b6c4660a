import type { AddressInfo } from 'node:net';
import smpp, { type Pdu, type Server, type Session } from 'smpp';

/** An SMSC that speaks SMPP 3.4: takes binds and messages, and sends receipts and answers when told to. */
export class FakeSmsc {
  readonly submitted: Pdu[] = [];
  binds = 0;
  /** The command_status of the answer to a submit. */
  status = 0;
  /** Takes messages and never answers. */
  hang = false;
  /** Answers nothing at all any more, like a half-open connection. */
  deaf = false;
  readonly #server: Server;
  readonly #sessions = new Set<Session>();

  static async start(): Promise<FakeSmsc> {
    const smsc = new FakeSmsc();
    const { promise, resolve } = Promise.withResolvers<void>();
    smsc.#server.listen(0, '127.0.0.1', () => resolve());
    await promise;
    return smsc;
  }

  private constructor() {
    this.#server = smpp.createServer((session) => this.#serve(session));
  }

  get address(): AddressInfo | string | null {
    return this.#server.address();
  }

  /** The text of a part, without its header. */
  textOf(pdu: Pdu): string {
    const message = pdu.short_message?.message ?? '';
    return typeof message === 'string' ? message : message.toString('utf8');
  }

  /** The user data header of a part, or null. */
  headOf(pdu: Pdu): Buffer | null {
    const udh: unknown = pdu.short_message?.udh;
    if (Buffer.isBuffer(udh)) return udh;
    if (!Array.isArray(udh)) return null;
    return Buffer.concat(udh.map((part: unknown) => (Buffer.isBuffer(part) ? part : Buffer.from(part as number[]))));
  }

  /** Sends a delivery receipt; resolves with the status it is answered with. */
  receipt(id: string, stat: string, error = '000'): Promise<number> {
    const text = `id:${id} sub:001 dlvrd:001 submit date:2601010000 done date:2601010001 stat:${stat} err:${error} text:`;
    return this.#deliver({ esm_class: 0x04, source_addr: '491701234567', short_message: text });
  }

  /** Sends a message from a phone; resolves with the status it is answered with. */
  reply(from: string, text: string): Promise<number> {
    return this.#deliver({ source_addr: from, destination_addr: 'ops', short_message: text });
  }

  /** Cuts every connection. */
  drop(): void {
    for (const session of this.#sessions) session.destroy();
  }

  /** Waits until the condition holds. */
  async until(holds: () => boolean): Promise<void> {
    for (let turn = 0; turn < 500 && !holds(); turn++) {
      const { promise, resolve } = Promise.withResolvers<void>();
      setTimeout(resolve, 20);
      await promise;
    }
    if (!holds()) throw new Error('it did not come about within ten seconds');
  }

  async stop(): Promise<void> {
    this.drop();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    await promise;
  }

  #serve(session: Session): void {
    this.#sessions.add(session);
    session.on('close', () => this.#sessions.delete(session));
    session.on('error', () => undefined);
    session.on('bind_transceiver', (pdu: Pdu) => {
      this.binds++;
      this.deaf = false;
      session.send(pdu.response({ command_status: pdu.password === 'secret' ? 0 : 0x0e }));
    });
    session.on('enquire_link', (pdu: Pdu) => {
      if (!this.deaf) session.send(pdu.response());
    });
    session.on('submit_sm', (pdu: Pdu) => {
      if (this.hang || this.deaf) return;
      this.submitted.push(pdu);
      const fields = this.status === 0 ? { message_id: `a${this.submitted.length}` } : { command_status: this.status };
      session.send(pdu.response(fields));
    });
  }

  #deliver(fields: Record<string, unknown>): Promise<number> {
    const [session] = this.#sessions;
    const { promise, resolve } = Promise.withResolvers<number>();
    if (!session) throw new Error('nobody is bound');
    session.deliver_sm(fields, (pdu) => resolve(pdu.command_status));
    return promise;
  }
}
