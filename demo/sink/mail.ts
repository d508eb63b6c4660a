import { SmtpSink } from '../../test/fakes/smtp-sink.ts';
import { readLetter, type Letter } from './mime.ts';

/** A mail server that takes every message and keeps it: the mailboxes of the story's people and partners. */
export interface MailSink {
  readonly url: string;
  /** All letters so far, in the order in which they came. */
  readonly letters: readonly Letter[];
  close(): Promise<void>;
}

/** Starts a mail sink on a free port of this machine. */
export async function openMailSink(): Promise<MailSink> {
  const sink = await SmtpSink.start();
  return {
    url: `smtp://127.0.0.1:${sink.port}`,
    get letters() {
      return sink.messages.map(({ raw }) => readLetter(Buffer.from(raw, 'utf8').toString('latin1')));
    },
    close: () => sink.stop(),
  };
}
