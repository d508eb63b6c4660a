import type { OutgoingMessage, PageChannel, StepRunner } from '../../src/action/ports.ts';
import { PAGE_CHANNELS, type PageChannelName } from '../../src/action/nouns.ts';
import { Fault } from '../../src/core/fault.ts';
import type { PartnerServices } from '../../src/partner/index.ts';
import type { Outside } from '../../src/outside/index.ts';

/** A message that reached the other side. */
export interface Received {
  readonly at: number;
  readonly channel: PageChannelName;
  readonly message: OutgoingMessage;
}

/** A call of a playbook's step. */
export interface StepCall {
  readonly at: number;
  readonly what: string;
  readonly body: string | null;
  readonly key: string;
}

/**
 * How the other side behaves: it takes messages, refuses them, or takes them while its answer is lost on the way, so
 * that the sender cannot know.
 */
export type Mood = 'take' | 'refuse' | 'lose-answer';

/** The world outside: keeps what reaches it, and does what it is told. */
export class FakeOutside implements Outside {
  readonly received: Received[] = [];
  readonly calls: StepCall[] = [];
  readonly mood = Object.fromEntries(PAGE_CHANNELS.map((name) => [name, 'take'])) as Record<PageChannelName, Mood>;
  /** Vendors by channel; those of SMS send receipts when told to. */
  readonly vendors: Partial<Record<PageChannelName, readonly string[]>> = {};
  /** What a playbook's HTTP step is answered. */
  answer: (body: string | null) => number = () => 204;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  channel(name: PageChannelName): PageChannel {
    const vendors = this.vendors[name] ?? [name];
    return {
      name,
      vendors: vendors.length,
      send: (message) => {
        const mood = this.mood[name];
        if (mood === 'refuse') return Promise.reject(new Fault('outside_failed', { what: name, why: 'refused' }));
        this.received.push({ at: this.#now(), channel: name, message });
        if (mood === 'lose-answer') {
          return Promise.reject(new Fault('outside_failed', { what: name, why: 'no answer in time' }));
        }
        // The one that had it least often before, as the real channels do it.
        const had = (vendor: string): number => message.avoid?.filter((one) => one === vendor).length ?? 0;
        const vendor = vendors.toSorted((a, b) => had(a) - had(b))[0]!;
        const reference = `${vendor}-${this.received.length}`;
        return Promise.resolve({ said: '250 taken', vendor, reference, receipt: this.vendors[name] !== undefined });
      },
    };
  }

  readonly steps: StepRunner = {
    http: ({ key, method, url, body }) => {
      this.calls.push({ at: this.#now(), what: `${method} ${new URL(url).pathname}`, body, key });
      return Promise.resolve({ status: this.answer(body), body: '' });
    },
    command: ({ key, name }) => {
      this.calls.push({ at: this.#now(), what: name, body: null, key });
      return Promise.resolve({ code: 0, output: '' });
    },
  };

  /** The word "proved" proves everything here: real signatures are the adapters' own tests. */
  readonly proofs = {
    twilio: (_vendor: string, _url: string, _form: object, signature: string) => signature === 'proved',
    slack: (_body: string, _time: string, signature: string) => signature === 'proved',
    telegram: (secret: string) => secret === 'proved',
  };
  /** What partners answer; nothing is there unless a test says so. */
  partner: PartnerServices['request'] = () =>
    Promise.reject(new Fault('outside_failed', { what: 'The partner', why: 'nobody plays it' }));

  readonly request: PartnerServices['request'] = (request) => this.partner(request);

  /** A reload closes the ways out and opens new ones: the same world is behind both. */
  close(): void {}
}
