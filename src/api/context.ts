import type { Counter, Registry } from 'prom-client';
import type { AlertSettings } from '../alert/index.ts';
import type { AccessTx } from '../access/index.ts';
import type { Config } from '../config/index.ts';
import type { Actor } from '../core/actor.ts';
import type { Clock } from '../core/clock.ts';
import type { Deps } from '../core/transaction.ts';
import type { PartnerServices, PartnerTx } from '../partner/index.ts';
import type { IncidentDeps } from '../incident/index.ts';
import type { ExpectationTx } from '../expectation/index.ts';
import type { ImprovementTx, Replay, RuleBook, Trials } from '../improvement/index.ts';
import type { AddressReader, MappingRunner, SampleEraser, SampleSink } from '../signal/ports.ts';
import type { MdsAnswer } from '../signal/mds/index.ts';
import type { LiveHub } from './live.ts';
import type { ActionServices } from '../action/index.ts';
import type { MetricsReader } from './metrics-reader.ts';

/** Everything that a transaction offers. */
export type Tx = ImprovementTx & ExpectationTx & PartnerTx & AccessTx;

/** Whether a request that came in is the vendor's. Unknown vendors and missing secrets are never believed. */
interface Proofs {
  twilio(vendor: string, url: string, form: Readonly<Record<string, string>>, signature: string): boolean;
  slack(body: string, time: string, signature: string): boolean;
  telegram(secret: string): boolean;
}

/** What the routes are given; built by app/. */
export interface ApiContext {
  readonly deps: Deps<Tx> &
    Pick<IncidentDeps, 'incidents'> & { readonly clock: Clock; readonly alerts?: () => AlertSettings };
  readonly config: () => Config;
  readonly samples: SampleSink;
  readonly eraser: SampleEraser;
  readonly mappings: MappingRunner;
  /** Reads foreign addresses, private ones refused. */
  readonly read: AddressReader;
  readonly metrics: MetricsReader;
  readonly actions: ActionServices;
  readonly partners: PartnerServices;
  /** What the process hears by itself; here what reaches it by HTTP. */
  readonly field: { takeMds(kind: 'vehicles' | 'events' | 'telemetry', body: unknown): MdsAnswer | null };
  readonly rules: RuleBook;
  readonly replay: Replay;
  readonly trials: Trials;
  readonly live: LiveHub;
  readonly registry: Registry;
  readonly requests: Counter<'route' | 'status'>;
  /** How hard pressed the process is, 0 is calm; and the count of what was refused because of it. */
  readonly load: () => number;
  readonly shed: Counter<'class'>;
  readonly version: string;
  /** Folder of the built web part, or null when there is none. */
  readonly webRoot: string | null;
  /** Whether the process can do its work: what /-/ready answers. */
  readonly ready: () => { readonly ok: boolean; readonly why: string };
  /** A token handed in by the environment. */
  readonly bootstrapToken: (secret: string) => Actor | null;
  /** Whether what vendors call is theirs. */
  readonly proofs: () => Proofs;
  /** The times that the events of an iCalendar file take. */
  readonly readCalendar: (
    text: string,
    from: number,
    to: number,
    zone: string,
  ) => Promise<readonly { readonly summary: string; readonly startsAt: number; readonly endsAt: number }[]>;
  /** The public key that browsers subscribe with for Web Push. */
  readonly vapidKey: string;
  /** Whether the public address is https: decides the cookie's form. */
  readonly secure: boolean;
}
