import type { CoreTx, PageOf } from '../core/transaction.ts';
import type { StatusPage } from './status-page/entry.ts';
import type { MappingInput } from './mapping.ts';
import type { OtlpEncoding, OtlpOutcome } from './otlp/index.ts';
import type { Heartbeat, Observation, Quarantined, Signal, PingUrl } from './signal.ts';

export interface SignalTx extends CoreTx {
  readonly signals: {
    /** Inserts unless the idempotency key of this source is known; returns whether it was new. */
    insert(signal: Signal): Promise<boolean>;
    byId(id: string): Promise<Signal | null>;
    /** The signal of a source under its idempotency key. */
    byKey(source: string, idempotencyKey: string): Promise<Signal | null>;
    /** Signals received in [from, to), oldest first, for replay. */
    between(from: number, to: number): Promise<Signal[]>;
    heartbeat(id: string): Promise<Heartbeat | null>;
    heartbeats(): Promise<Heartbeat[]>;
    saveHeartbeat(heartbeat: Heartbeat): Promise<void>;
    insertPingUrl(url: PingUrl): Promise<void>;
    /** One that is not revoked, by the hash of its secret. */
    pingUrl(secretHash: string): Promise<PingUrl | null>;
    /** Those that are not revoked. */
    pingUrls(): Promise<PingUrl[]>;
    /** Returns false if there is none of this id that is not revoked yet. */
    revokePingUrl(id: string, at: number): Promise<boolean>;
    insertObservation(observation: Observation): Promise<void>;
    /** Observations, newest first; of one incident, or recent ones not yet attached. */
    observations(filter: {
      incidentId?: string;
      since?: number;
      unattached?: boolean;
      limit?: number;
    }): Promise<Observation[]>;
    attachObservation(id: string, incidentId: string): Promise<void>;
    statusPage(id: string): Promise<StatusPage | null>;
    statusPages(): Promise<StatusPage[]>;
    saveStatusPage(page: StatusPage): Promise<void>;
    quarantine(row: PutAside): Promise<void>;
    /** What is still open, newest first. */
    quarantined(limit: number): Promise<Quarantined[]>;
    /** What was put aside, newest first, open or settled, of one kind or all. */
    quarantinedPage(filter: QuarantineFilter): Promise<PageOf<Quarantined>>;
    quarantinedById(id: string): Promise<Quarantined | null>;
    settleQuarantined(id: string, change: Pick<Quarantined, 'state' | 'settledAt' | 'settledBy'>): Promise<void>;
    /** How many of a kind were put aside since an instant (all states), and how many are open. */
    quarantineCount(kind: string, since: number): Promise<{ readonly since: number; readonly open: number }>;
    /** Deletes the oldest of a kind beyond so many. */
    trimQuarantine(kind: string, keep: number): Promise<void>;
    /** Deletes what was put aside before an instant; returns how many. */
    forgetQuarantined(before: number): Promise<number>;
    /** When each door last took something, and when one of its bodies was last put aside, ms; in the order asked. */
    doorStates(doors: readonly string[]): Promise<DoorState[]>;
  };
}

/** What is put aside; it is open from then on. */
export type PutAside = Pick<Quarantined, 'id' | 'kind' | 'receivedAt' | 'reason' | 'body'> &
  Partial<Pick<Quarantined, 'headers' | 'cut'>>;

export interface QuarantineFilter {
  readonly kind?: string | undefined;
  readonly state?: Quarantined['state'] | undefined;
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
}

/** How a door is doing. */
export interface DoorState {
  /** As in `Signal.source`. */
  readonly door: string;
  readonly lastReceivedAt: number | null;
  readonly lastRefusedAt: number | null;
  readonly lastReason: string | null;
  /** Bodies put aside that nobody has decided on. */
  readonly open: number;
}

/** Runs mappings where one that works too long, or takes too much memory, stops nothing else. */
export interface MappingRunner {
  /**
   * @returns plain JSON; undefined when the mapping chose nothing
   * @throws Fault `body_invalid` saying where the mapping failed, `expression_invalid`, `overloaded`
   */
  run(mapping: string, input: MappingInput): Promise<unknown>;
}

/** Where samples go. Resolves only when they are durable. */
export interface SampleSink {
  /** A remote-write body, still compressed. `contentType` chooses the protocol version. */
  writeRemote(body: Uint8Array, contentType: string): Promise<SampleOutcome>;
  /** An OTLP metrics body, decompressed. */
  writeOtlp(body: Uint8Array, encoding: OtlpEncoding): Promise<OtlpOutcome>;
}

/** Takes recorded samples away. */
export interface SampleEraser {
  /**
   * Deletes the samples in [from, to] (ms) of the series that any of the selectors finds; durable when it resolves.
   * @throws Fault `bad_request` when another engine keeps the series, `unavailable`
   */
  erase(selectors: readonly string[], from: number, to: number): Promise<ErasedSamples>;
  /** Takes what was deleted out of the files too. @throws Fault as `erase` */
  clean(): Promise<void>;
}

export interface ErasedSamples {
  /** Series that are gone altogether. */
  readonly series: number;
  readonly samples: number;
}

export interface SampleOutcome {
  readonly samples: number;
  readonly histograms: number;
  readonly exemplars: number;
  /** Samples refused, with the first reasons; others of the same request were stored. */
  readonly rejected: number;
  readonly reasons: readonly string[];
}

/** Reads a foreign address: private ones are refused, the answer is bounded in time and size. */
export type AddressReader = (request: {
  readonly method: 'GET';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** ms */
  readonly timeout: number;
  readonly maxBytes?: number;
}) => Promise<{
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}>;
