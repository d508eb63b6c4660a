import type { CoreTx } from '../core/transaction.ts';
import type { OtlpEncoding, OtlpOutcome } from './otlp/index.ts';
import type { Heartbeat, Observation, Quarantined, Signal } from './signal.ts';

export interface SignalTx extends CoreTx {
  readonly signals: {
    /** Inserts unless the idempotency key of this source is known; returns whether it was new. */
    insert(signal: Signal): Promise<boolean>;
    byId(id: string): Promise<Signal | null>;
    /** Signals received in [from, to), oldest first, for replay. */
    between(from: number, to: number): Promise<Signal[]>;
    heartbeat(id: string): Promise<Heartbeat | null>;
    heartbeats(): Promise<Heartbeat[]>;
    saveHeartbeat(heartbeat: Heartbeat): Promise<void>;
    insertObservation(observation: Observation): Promise<void>;
    /** Observations, newest first; of one incident, or recent ones not yet attached. */
    observations(filter: {
      incidentId?: string;
      since?: number;
      unattached?: boolean;
      limit?: number;
    }): Promise<Observation[]>;
    attachObservation(id: string, incidentId: string): Promise<void>;
    quarantine(row: Quarantined): Promise<void>;
    quarantined(limit: number): Promise<Quarantined[]>;
  };
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
