import { systemActor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import type { Deps } from '../../core/transaction.ts';
import { DONE, mustHold, type Handler, type NewWork } from '../../core/work.ts';
import { channelsOf } from '../chain/target.ts';
import { ACTION_FACTS, ACTION_WORK, PRIORITY } from '../facts.ts';
import { PAGE_CHANNELS } from '../nouns.ts';
import { textOf } from '../payload.ts';
import type { ActionTx } from '../ports.ts';
import type { ActionServices } from '../services.ts';
import { oneLine } from './text.ts';

/** The raw text that is paged when correlation or routing is broken. */
export interface RawPage {
  /** The same key is the same page. */
  readonly key: string;
  readonly subject: string;
  readonly text: string;
}

/** The row of work that pages the fallback with the raw text: for what was quarantined on its way to a page. */
export function fallbackPage(raw: RawPage, causeId?: string): NewWork {
  const payload = { subject: raw.subject, text: raw.text };
  return { kind: ACTION_WORK.sendFallback, key: raw.key, priority: PRIORITY.page, payload, causeId };
}

/**
 * Pages the fallback at once, without any database: for the process that has lost its own. By every channel that
 * reaches the person, and the log.
 * @returns what each channel said
 * @throws Fault `outside_failed` when no channel to the person took it
 */
export async function pageFallback(
  services: Pick<ActionServices, 'setting' | 'channel'>,
  raw: RawPage,
): Promise<string[]> {
  const { duty, people, name } = services.setting();
  const person = people.find(({ id }) => id === duty.fallback) ?? people[0]!;
  const ways = channelsOf(
    person,
    // The browsers that show pages are known to the database only.
    PAGE_CHANNELS.filter((channel) => channel !== 'push'),
  );
  const subject = oneLine(`[${name}] ${raw.subject}`, 200);
  const sent = await Promise.allSettled(
    ways.map(async ({ channel, address }) => {
      const out = services.channel(channel);
      if (!out) throw new Error(`the channel ${channel} is not configured`);
      const { said } = await out.send({ key: `${raw.key}-${channel}`, to: address, subject, text: raw.text });
      return `${channel}: ${said}`;
    }),
  );
  const reaches = ways.some(({ channel }) => channel !== 'log');
  const reached = sent.some((one, index) => one.status === 'fulfilled' && (!reaches || ways[index]!.channel !== 'log'));
  if (!reached) {
    const why = sent.map((one) => (one.status === 'rejected' ? String(one.reason) : '')).filter((text) => text !== '');
    throw new Fault('outside_failed', { what: `Paging the fallback ${person.name}`, why: why.join('; ') });
  }
  return sent.map((one) => (one.status === 'fulfilled' ? one.value : `not taken: ${String(one.reason)}`));
}

/** Sends the raw text to the fallback; tried again by the engine until a channel takes it. */
export function sendFallback(
  deps: Pick<Deps<ActionTx>, 'clock'>,
  services: Pick<ActionServices, 'setting' | 'channel'>,
): Handler<ActionTx> {
  return {
    kind: ACTION_WORK.sendFallback,
    async outside(item) {
      const raw = { key: `fallback-${item.key}`, subject: textOf(item, 'subject'), text: textOf(item, 'text') };
      mustHold(item, deps.clock.now());
      const receipts = await pageFallback(services, raw);
      return async (tx) => {
        await tx.journal.append({
          actor: systemActor('action'),
          fact: ACTION_FACTS.fallbackPaged,
          subject: { kind: 'work', id: item.id },
          causeId: item.causeId ?? undefined,
          summary: `The fallback was paged with the raw text: ${oneLine(raw.subject)}`,
          reason: 'routing-failed',
          data: { receipts },
        });
        return DONE;
      };
    },
  };
}
