import type { Server } from '../send/server.ts';
import type { MetricsSender } from '../send/metrics.ts';
import type { MailSink } from '../sink/mail.ts';
import type { PhonePage } from '../sink/web.ts';
import type { StoryClock } from '../clock.ts';
import type { World } from '../world/world.ts';

/** What the acts work with. */
export interface Stage {
  readonly server: Server;
  readonly clock: StoryClock;
  readonly world: World;
  readonly metrics: MetricsSender;
  /** An API token of the role agent. */
  readonly token: string;
  readonly mail: MailSink;
  readonly phone: { readonly pages: readonly PhonePage[] };
  readonly router: { readonly calls: readonly string[] };
  readonly memory: Memory;
  readonly signal: AbortSignal;
}

/** What later acts need to know of earlier ones. Instants are ms since the epoch. */
interface Memory {
  quietSince: number | null;
  bookingsAtStart: number | null;
  onsetAt: number | null;
  incidentId: string | null;
  retroId: string | null;
  improvementId: string | null;
  /** The deputy pressed the button behind the link of the e-mail. */
  linkPosted: boolean;
  recoveredAt: number | null;
}

export function emptyMemory(): Memory {
  return {
    quietSince: null,
    bookingsAtStart: null,
    onsetAt: null,
    incidentId: null,
    retroId: null,
    improvementId: null,
    linkPosted: false,
    recoveredAt: null,
  };
}

/** What one look at the server showed. */
export type Sight =
  | { readonly is: 'seen'; readonly lines: readonly string[] }
  /** Not there yet; `found` says what is there instead. */
  | { readonly is: 'not-yet'; readonly found: string }
  /** It can no longer come. */
  | { readonly is: 'never'; readonly found: string };

export interface Act {
  readonly number: number;
  readonly title: string;
  /** How long it may take, in simulated minutes. */
  readonly within: number;
  /** What should be seen, in words. */
  readonly expects: string;
  /** Makes happen what only the outside world can make happen. Runs once, before the first look. */
  readonly play?: (stage: Stage) => void | Promise<void>;
  /** Asks the server (or looks into a mailbox). Called again and again until it has seen it or time is up. */
  readonly look: (stage: Stage) => Promise<Sight>;
}

export function seen(...lines: string[]): Sight {
  return { is: 'seen', lines };
}

export function notYet(found: string): Sight {
  return { is: 'not-yet', found };
}

export function never(found: string): Sight {
  return { is: 'never', found };
}
