import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { readLetter, type Letter } from './mime.ts';

/** A mail server that takes every message and keeps it: the mailboxes of the story's people and partners. */
export interface MailSink {
  readonly url: string;
  readonly letters: readonly Letter[];
  close(): Promise<void>;
}

/** Starts a mail sink on a free port of this machine. */
export function openMailSink(): Promise<MailSink> {
  const letters: Letter[] = [];
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        letters.push(readLetter(Buffer.concat(chunks).toString('latin1')));
        done();
      });
    },
  });
  // A client that hangs up early is its own business.
  server.on('error', () => undefined);
  return new Promise((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.server.address() as AddressInfo;
      const close = () => new Promise<void>((closed) => server.close(() => closed()));
      resolve({ url: `smtp://127.0.0.1:${port}`, letters, close });
    });
  });
}
