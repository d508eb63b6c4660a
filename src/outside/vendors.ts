import { Fault } from '../core/fault.ts';
import type { OutgoingMessage, PageChannel, Taken } from '../action/ports.ts';
import type { PageChannelName } from '../action/nouns.ts';
import { Breaker, inOrder } from './breaker.ts';

/** All vendors together must be done well within a lease of 15 s, or a second instance would send the same again. */
const BUDGET = 12_000;
const PER_VENDOR = 5000;
const FAILURES = 3;
const COOL_DOWN = 30_000;

/** An account at a vendor. */
export interface Vendor {
  readonly name: string;
  /** Resolves once the vendor has taken the message. @param timeout ms */
  send(message: OutgoingMessage, timeout: number): Promise<Omit<Taken, 'vendor'>>;
}

/**
 * A channel over several vendor accounts. One that refuses or hangs is followed by the next and goes to the end of the
 * line after three failures; those that had this very message before and stayed silent come last too.
 * @param now the real time, ms, for the breakers
 */
export function vendorChannel(
  name: PageChannelName,
  vendors: readonly Vendor[],
  now: () => number,
): PageChannel | null {
  if (vendors.length === 0) return null;
  const guarded = vendors.map((way) => ({ way, breaker: new Breaker(FAILURES, COOL_DOWN, now) }));
  return {
    name,
    vendors: vendors.length,
    async send(message) {
      const until = now() + BUDGET;
      const reasons: string[] = [];
      const had = (vendor: Vendor): number => message.avoid?.filter((one) => one === vendor.name).length ?? 0;
      for (const { way, breaker } of inOrder(guarded).toSorted((a, b) => had(a.way) - had(b.way))) {
        const left = Math.min(PER_VENDOR, until - now());
        if (left <= 0) {
          reasons.push(`${way.name}: no time left to try it`);
          continue;
        }
        breaker.begin();
        try {
          const taken = await way.send(message, left);
          breaker.succeeded();
          return { ...taken, said: `${way.name}: ${taken.said}`, vendor: way.name };
        } catch (error) {
          // An address that does not exist any more says nothing about the vendor.
          if (error instanceof Fault && error.code === 'recipient_gone') {
            breaker.succeeded();
            throw error;
          }
          breaker.failed();
          reasons.push(`${way.name}: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
      throw new Fault('outside_failed', { what: `The message by ${name}`, why: reasons.join('; ') });
    },
  };
}
