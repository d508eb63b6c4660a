import type { Labels } from '../../core/labels.ts';

/** What one deviation cost, kept after its samples are gone. */
export interface Loss {
  readonly id: string;
  /** Fingerprint and name of the alert that held it open. */
  readonly fingerprint: string;
  readonly alert: string;
  readonly indicator: string;
  readonly labels: Labels;
  readonly side: 'below' | 'above';
  readonly startsAt: number;
  /** The last value counted, ms. */
  readonly endsAt: number;
  readonly amount: number;
  readonly expected: number;
  readonly unit: string;
  readonly open: boolean;
}
