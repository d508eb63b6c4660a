import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AddressObject, ParsedMail } from 'mailparser';
import type { SMTPServerDataStream, SMTPServerSession } from 'smtp-server';
import { Fault } from '../core/fault.ts';

/** Where mails are taken, and how large one may be. */
export interface MailInConfig {
  readonly listen: string;
  readonly max_bytes: number;
  readonly tls?: { readonly key: string; readonly cert: string } | undefined;
}

/** A mail as a mapping sees it; without the secret of the address it was sent to. */
export interface ReadMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  /** ms; null when the mail says none. */
  readonly date: number | null;
  readonly messageId: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly attachments: readonly { readonly name: string; readonly type: string; readonly size: number }[];
}

export type MailRecipient =
  | { readonly source: string; readonly token?: never; readonly fine: boolean }
  | { readonly token: string; readonly source?: never; readonly fine: boolean };

/** What the server asks of the application. */
export interface MailHooks {
  /**
   * Whose address this is, by the secret in it, and whether the envelope's sender may write there; null when there is none.
   * A `source` is a door for signals; a `token` answers the mail of a page.
   */
  recipient(secret: string, from: string): Promise<MailRecipient | null>;
  /** Takes a mail for a source; it is durable when this resolves. @throws Fault */
  take(source: string, mail: ReadMail): Promise<void>;
  /** Takes an answer to a page's mail; it is durable when this resolves. @param sender of the envelope @throws Fault */
  reply(token: string, mail: ReadMail, sender: string): Promise<void>;
  /** Something failed that is nobody's mail. */
  failed(error: unknown): void;
}

const MOST_TEXT = 200_000;
const MOST_RECIPIENTS = 10;
/** Headers that name the address with its secret, or who was it on its way through. */
const LEFT_OUT =
  /^(to|cc|bcc|received|delivered-to|x-original-to|envelope-to|return-path|authentication-results|dkim-signature|arc-.*)$/;

/**
 * Takes mails by SMTP for the sources that have a secret address: `anything+SECRET@any.domain`. A mail is answered 250 only
 * after it is durable, 451 when it cannot be taken for the moment, and 554 with the reason when its mapping cannot read it.
 * @returns where it listens, and how to end it
 */
export async function openMailIn(
  config: MailInConfig,
  hooks: MailHooks,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const tls = config.tls ? { key: readFileSync(config.tls.key), cert: readFileSync(config.tls.cert) } : null;
  // Loaded here: most servers take no mail, and what reads it is 8 MB.
  const { SMTPServer } = await import('smtp-server');
  const server = new SMTPServer({
    name: 'lamplighter',
    banner: 'Lamplighter',
    size: config.max_bytes,
    authOptional: true,
    disabledCommands: tls ? ['AUTH'] : ['AUTH', 'STARTTLS'],
    ...tls,
    maxClients: 50,
    socketTimeout: 60_000,
    closeTimeout: 1000,
    disableReverseLookup: true,
    onRcptTo: (address, session, done) => {
      if (session.envelope.rcptTo.length >= MOST_RECIPIENTS) return done(answer(452, 'Too many recipients'));
      hooks.recipient(secretOf(address.address), senderOf(session)).then(
        (found) => {
          if (found === null) return done(answer(550, 'No such mailbox'));
          if (!found.fine) return done(answer(550, 'This sender is not taken here'));
          done();
        },
        (error: unknown) => done(answerTo(error, hooks)),
      );
    },
    onData: (stream, session, done) => {
      takeAll(stream, session, config, hooks).then(
        () => done(null, 'Taken'),
        (error: unknown) => done(answerTo(error, hooks)),
      );
    },
  });
  server.on('error', (error) => hooks.failed(error));
  const cut = config.listen.lastIndexOf(':');
  const host = config.listen.slice(0, cut).replace(/^\[|\]$/g, '');
  const port = await new Promise<number>((resolve, reject) => {
    const listening = server.listen(Number(config.listen.slice(cut + 1)), host, () => {
      const address = listening.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
    listening.once('error', reject);
  });
  return { port, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

async function takeAll(
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
  config: MailInConfig,
  hooks: MailHooks,
): Promise<void> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    // What is too long is read to its end and thrown away: the answer comes after it.
    if (size <= config.max_bytes) chunks.push(chunk);
  }
  if (size > config.max_bytes) throw answer(552, `The mail is larger than ${config.max_bytes} bytes`);
  const raw = Buffer.concat(chunks);
  const secrets = session.envelope.rcptTo.map(({ address }) => secretOf(address));
  const mail = readable(await parse(raw), raw, secrets);
  const from = senderOf(session);
  const found = await Promise.all(secrets.map((secret) => hooks.recipient(secret, from)));
  for (const source of new Set(found.map((one) => one?.source))) {
    if (source !== undefined) await hooks.take(source, mail);
  }
  for (const token of new Set(found.map((one) => one?.token))) {
    if (token !== undefined) await hooks.reply(token, mail, from);
  }
}

async function parse(raw: Buffer): Promise<ParsedMail> {
  const { simpleParser } = await import('mailparser');
  try {
    return await simpleParser(raw, { skipImageLinks: true, skipTextToHtml: true, maxHtmlLengthToParse: MOST_TEXT });
  } catch (error) {
    throw new Fault(
      'body_invalid',
      { what: `it is no mail: ${error instanceof Error ? error.message : ''}` },
      { cause: error },
    );
  }
}

function readable(mail: ParsedMail, raw: Buffer, secrets: readonly string[]): ReadMail {
  const clean = (text: string): string =>
    secrets.reduce(
      (rest, secret) => (secret === '' ? rest : rest.replaceAll(`+${secret}`, '').replaceAll(secret, '...')),
      text,
    );
  const headers: Record<string, string> = {};
  for (const { key, line } of mail.headerLines.slice(0, 200)) {
    if (!LEFT_OUT.test(key)) headers[key] = clean(line.slice(line.indexOf(':') + 1).trim()).slice(0, 1000);
  }
  return {
    from: addresses(mail.from)[0] ?? '',
    to: addresses(mail.to).map(clean),
    subject: clean(mail.subject ?? ''),
    text: clean((mail.text ?? '').slice(0, MOST_TEXT)),
    date: mail.date?.getTime() ?? null,
    messageId: mail.messageId ?? `sha256:${createHash('sha256').update(raw).digest('hex')}`,
    headers,
    attachments: mail.attachments
      .slice(0, 50)
      .map(({ filename, contentType, size }) => ({ name: filename ?? '', type: contentType, size })),
  };
}

function addresses(field: AddressObject | AddressObject[] | undefined): string[] {
  const list = field === undefined ? [] : Array.isArray(field) ? field : [field];
  return list
    .flatMap(({ value }) => value.map(({ address }) => (address ?? '').toLowerCase()))
    .filter((address) => address !== '');
}

/** The part after the + of an address; empty when there is none. */
function secretOf(address: string): string {
  return /^[^@]*?\+([^@]+)@/.exec(address)?.[1] ?? '';
}

function senderOf(session: SMTPServerSession): string {
  return session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address.toLowerCase();
}

function answer(responseCode: number, words: string): Error {
  return Object.assign(new Error(words.replaceAll(/[\r\n]+/g, ' ').slice(0, 400)), { responseCode });
}

function answerTo(error: unknown, hooks: MailHooks): Error {
  if (error instanceof Fault) {
    return error.retryable
      ? answer(451, error.message)
      : answer(554, `${error.message} The mail is kept, and a person is told if that repeats.`);
  }
  if (error instanceof Error && 'responseCode' in error) return error;
  hooks.failed(error);
  return answer(451, 'It could not be taken for the moment');
}
