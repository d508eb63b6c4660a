import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A message as a relay took it. */
export interface SinkMessage {
  readonly from: string;
  readonly to: readonly string[];
  /** Header names in lower case; folded lines are joined. */
  readonly headers: Readonly<Record<string, string>>;
  readonly subject: string;
  readonly body: string;
  readonly raw: string;
}

/** A relay that takes every message and keeps it, or refuses or hangs when it is told to. */
export class SmtpSink {
  readonly messages: SinkMessage[] = [];
  /** `refuse` answers 451 to each message, `hang` never answers it. */
  mood: 'take' | 'refuse' | 'hang' = 'take';
  /** Where it listens; 0 before that. */
  port = 0;
  readonly #server: SMTPServer;

  constructor() {
    this.#server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      hideENHANCEDSTATUSCODES: true,
      closeTimeout: 50,
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          if (this.mood === 'hang') return;
          if (this.mood === 'refuse') return done(Object.assign(new Error('not now'), { responseCode: 451 }));
          const { mailFrom, rcptTo } = session.envelope;
          const from = mailFrom === false ? '' : mailFrom.address;
          const to = rcptTo.map(({ address }) => address);
          this.messages.push({ from, to, ...readLetter(Buffer.concat(chunks).toString('utf8')) });
          done();
        });
      },
    });
    // A client that hangs up early is its own business.
    this.#server.on('error', () => undefined);
  }

  /** Makes one that listens on a free port. */
  static async start(): Promise<SmtpSink> {
    const sink = new SmtpSink();
    await sink.listen();
    return sink;
  }

  /** Listens on this machine; resolves with the address of the relay. @param port 0 for any free one */
  listen(port = 0): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.#server.listen(port, '127.0.0.1', () => {
      this.port = (this.#server.server.address() as AddressInfo).port;
      resolve(`smtp://127.0.0.1:${this.port}`);
    });
    return promise;
  }

  stop(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    return promise;
  }
}

function readLetter(raw: string): Pick<SinkMessage, 'headers' | 'subject' | 'body' | 'raw'> {
  const gap = raw.indexOf('\r\n\r\n');
  const headers: Record<string, string> = {};
  for (const line of raw
    .slice(0, gap)
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .split('\r\n')) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return { headers, subject: headers['subject'] ?? '', body: raw.slice(gap + 4), raw };
}
