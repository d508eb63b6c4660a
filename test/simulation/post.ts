import { PAGE_CHANNELS, type PageChannelName } from '../../src/action/nouns.ts';
import type { Receipt } from '../../src/action/index.ts';
import type { OutgoingMessage, PageChannel, Taken } from '../../src/action/ports.ts';
import type { WorkItem } from '../../src/core/work.ts';
import { Fault } from '../../src/core/fault.ts';
import type { Outside } from '../../src/outside/index.ts';
import { FakeOutside } from '../support/fake-outside.ts';
import type { Chance } from './chance.ts';
import { SMS_VENDORS } from './config.ts';
import type { Instance } from './instance.ts';
import type { SimulatedTime } from './time.ts';

const LIMIT = 12_000;

/** How a way out behaves for a while. */
export type Weather = 'fine' | 'refuses' | 'hangs' | 'loses-answers' | 'lies' | 'slow';
export const WEATHERS: readonly Weather[] = ['refuses', 'hangs', 'loses-answers', 'lies', 'slow'];

export interface Delivered {
  readonly at: number;
  readonly channel: PageChannelName;
  /** One of the channel's vendors; the channel's own name where it has only one. */
  readonly vendor: string;
  readonly message: OutgoingMessage;
}

/** The world that pages go to, and the witness of who sent what under which lease. */
export class Post {
  readonly delivered: Delivered[] = [];
  /** What was said to be taken and reached nobody. */
  readonly lied: OutgoingMessage[] = [];
  readonly violations: string[] = [];
  readonly weather = new Map<PageChannelName, Weather>();
  /** Told of each receipt that a vendor sends, when it sends it. */
  onReceipt: (receipt: Receipt) => void = () => undefined;
  #taken = 0;
  /** The newest claim of each page. */
  readonly #claims = new Map<string, { readonly by: Instance; readonly item: WorkItem }>();
  readonly #settled = new Set<string>();
  readonly #sentUnder = new Set<string>();
  readonly #time: SimulatedTime;
  readonly #chance: Chance;

  constructor(time: SimulatedTime, chance: Chance) {
    this.#time = time;
    this.#chance = chance;
  }

  claimed(by: Instance, items: readonly WorkItem[]): void {
    for (const item of items) if (item.kind === 'page.send') this.#claims.set(item.key, { by, item });
  }

  /** The row of a page was settled: nobody may begin to send it again under this row. */
  settled(item: WorkItem): void {
    if (item.kind === 'page.send') this.#settled.add(item.id);
  }

  outsideOf(instance: Instance): Outside {
    const fake = new FakeOutside(() => this.#time.now());
    const channel = (name: PageChannelName): PageChannel => ({
      name,
      vendors: name === 'sms' ? SMS_VENDORS.length : 1,
      send: (message) => this.#time.step('send', () => this.#send(instance, name, message)),
    });
    return Object.assign(fake, { channel: (name: PageChannelName) => channel(name) });
  }

  async #send(instance: Instance, channel: PageChannelName, message: OutgoingMessage): Promise<Taken> {
    await instance.gate();
    this.#witness(instance, message);
    const weather = channel === 'log' ? 'fine' : (this.weather.get(channel) ?? 'fine');
    const refusal = (why: string): Fault => new Fault('outside_failed', { what: channel, why });
    const took = this.#time.now() + this.#chance.between(5, weather === 'slow' ? 11_000 : 1500);
    const receipt = channel === 'sms';
    const vendor = receipt ? leastUsed(message.avoid ?? []) : channel;
    const reference = receipt ? `${vendor}-${++this.#taken}` : null;
    const taken = { said: '250 taken', vendor, reference, receipt };
    if (weather === 'refuses') throw refusal('refused');
    if (weather === 'hangs') {
      await this.#time.sleep(this.#time.now() + LIMIT);
      await instance.gate();
      throw refusal('no answer in time');
    }
    // From here on the other side has it, whatever becomes of the sender.
    if (weather === 'lies') this.lied.push(message);
    else this.delivered.push({ at: took, channel, vendor, message });
    if (reference !== null && weather !== 'lies') this.#receipt(vendor, reference, took);
    await this.#time.sleep(took);
    await instance.gate();
    if (weather === 'loses-answers') throw refusal('no answer in time');
    return taken;
  }

  /** The device tells its vendor, who tells us: mostly soon, sometimes late, sometimes never. */
  #receipt(vendor: string, reference: string, took: number): void {
    const fate = this.#chance.next();
    if (fate < 0.1) return;
    const state = fate < 0.15 ? 'undelivered' : 'delivered';
    const at = took + this.#chance.between(50, fate < 0.25 ? 60_000 : 8000);
    void this.#time.until(at).then(() => this.onReceipt({ vendor, reference, state, detail: state }));
  }

  #witness(instance: Instance, { key }: OutgoingMessage): void {
    const claim = this.#claims.get(key);
    if (!claim) return;
    const now = this.#time.now();
    if (claim.by !== instance) this.violations.push(`I5: ${instance.name} sent ${key}, which ${claim.by.name} holds`);
    else if (now >= claim.item.leaseEndsAt) this.violations.push(`I5: ${instance.name} sent ${key} after its lease`);
    const under = `${claim.item.id} ${claim.item.fence}`;
    if (this.#sentUnder.has(under)) this.violations.push(`I3: ${key} was sent twice under one lease`);
    this.#sentUnder.add(under);
    if (this.#settled.has(claim.item.id)) this.violations.push(`I3: ${key} was sent again after it was settled`);
  }
}

/** The vendor that had the message least often before, as the real channel chooses. */
function leastUsed(avoid: readonly string[]): string {
  const had = (vendor: string): number => avoid.filter((one) => one === vendor).length;
  return SMS_VENDORS.toSorted((a, b) => had(a) - had(b))[0]!;
}

/** Channels on which the weather changes. */
export const WAYS = PAGE_CHANNELS.filter((name) => name === 'email' || name === 'webhook' || name === 'sms');
