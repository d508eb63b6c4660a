import type { Labels } from '../core/labels.ts';

/** A raw signal as it was received, kept for replay and as the first cause of everything that follows. */
export interface Signal {
  readonly id: string;
  /** Which door: `alertmanager`, `webhook:NAME`, `mail:NAME`, `status-page:NAME`, `heartbeat`, `observation`, `rule`. */
  readonly source: string;
  readonly receivedAt: number;
  /** The sender's own key, where it gave one: a repeated key is the same signal. */
  readonly idempotencyKey: string | null;
  /** The alert events read from it. */
  readonly events: readonly AlertEvent[];
  /** The body as received (parsed JSON), bounded by the intake limit. */
  readonly body: unknown;
}

/** What every source is translated to: one thing is wrong, or no longer wrong. */
export interface AlertEvent {
  /** Fingerprint of the labels (core/labels). Events with the same one are about the same alert. */
  readonly fingerprint: string;
  readonly source: string;
  /** Always with `alertname`; `severity` is one of page, critical, warning, info where the source says so. */
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly status: 'pending' | 'firing' | 'resolved';
  readonly startsAt: number;
  /** When resolved: the end. When firing: the instant after which the alert resolves by itself, or null for never. */
  readonly endsAt: number | null;
  readonly generatorUrl: string | null;
  readonly value: number | null;
}

/** Something that must report at least every so often; silence is the alarm (a dead-man's switch). */
export interface Heartbeat {
  readonly id: string;
  readonly title: string;
  /** Longest allowed silence, ms; 0 where it is expected by a cron expression. */
  readonly every: number;
  /** When it is expected, as cron has it, and the zone of these times; null where it is by `every`. */
  readonly cron: string | null;
  readonly zone: string;
  /** How much later it may come, ms. */
  readonly grace: number;
  /** Longest time from its begin to its end, where begins are told, ms; null for any. */
  readonly runtime: number | null;
  readonly labels: Labels;
  /** `failed`: it was heard, and said that its work went wrong. `paused`: a person does not expect it for now. */
  readonly state: 'waiting' | 'alive' | 'missed' | 'failed' | 'paused';
  /** Silence before this instant does not count: since when it is watched, ms. */
  readonly watchedSince: number | null;
  readonly lastSeenAt: number | null;
  /** When it last said that its work begins, unless it has ended since. */
  readonly startedAt: number | null;
  /** How long its work took the last time both ends were told, ms; and the exit code that it last named. */
  readonly lastRuntime: number | null;
  readonly lastExit: number | null;
}

/** An address with a secret of its own by which a heartbeat is told without a token. */
export interface PingUrl {
  readonly id: string;
  readonly heartbeatId: string;
  readonly secretHash: string;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly revokedAt: number | null;
}

/** What a member told the call centre, as its agent recorded it. */
export interface Observation {
  readonly id: string;
  readonly at: number;
  readonly agent: string;
  readonly text: string;
  /** The function of the service that is hurt, by its name in the topology (such as unlock), and the city. */
  readonly functionName: string | null;
  readonly city: string | null;
  /** The member is in a trip or stands at a car right now: the safety case. */
  readonly inTrip: boolean;
  readonly incidentId: string | null;
}

/** A signal or work that could not be taken: kept whole, with the reason, until a person decides or it is old. */
export interface Quarantined {
  readonly id: string;
  /** The door (`webhook:NAME`, `mail:NAME`) or the kind of work. */
  readonly kind: string;
  readonly receivedAt: number;
  readonly reason: string;
  /** As it came; cut at the limit. */
  readonly body: string;
  /** Headers that the mapping may look at, without any that carry a secret. */
  readonly headers: Labels;
  /** Whether the body was longer than what is kept: then it cannot be tried again. */
  readonly cut: boolean;
  readonly state: 'open' | 'retried' | 'discarded';
  readonly settledAt: number | null;
  readonly settledBy: string | null;
}
