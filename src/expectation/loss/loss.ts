import type { Labels } from '../../core/labels.ts';

/** What a deviation cost so far: units below (or above) the expected level, summed over time while an alarm is open. */
export interface LossUpdate {
  /** Fingerprint and name of the alert that holds it open. */
  readonly fingerprint: string;
  readonly alert: string;
  readonly indicator: string;
  readonly labels: Labels;
  readonly side: 'below' | 'above';
  /** Beginning of the deviation, the last value counted, ms. */
  readonly from: number;
  readonly to: number;
  /** Units lost (below) or in excess (above): expected minus actual, times time. */
  readonly amount: number;
  /** What was expected in the same time, in the same unit: the share that is missing follows. */
  readonly expected: number;
  /** `bookings`, or `minutes of active vehicles`. */
  readonly unit: string;
  readonly open: boolean;
}

/** How values become units: a rate counts per `per` ms, a level counts the time it is missing in minutes. */
export interface LossUnit {
  readonly unit: string;
  readonly per: number;
}

const PER: Readonly<Record<string, number>> = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/**
 * What is lost while an indicator is below its level. A unit such as `per minute` makes it a rate, and what is lost is
 * counted: bookings. Anything else is a level, and is counted in minutes: minutes of active vehicles.
 */
export function lossUnit(indicator: {
  readonly title: string;
  readonly unit: string;
  readonly loss?: { readonly of: string; readonly per?: number | undefined } | undefined;
}): LossUnit {
  const named = /^(?:.*\s)?(?:per |\/ ?)(second|minute|hour|day)$/i.exec(indicator.unit.trim())?.[1]?.toLowerCase();
  const rate = named === undefined ? undefined : PER[named];
  const per = indicator.loss?.per ?? rate;
  const what = indicator.loss?.of ?? indicator.title.toLowerCase();
  return per === undefined
    ? { unit: indicator.loss ? what : `minutes of ${what}`, per: PER['minute']! }
    : { unit: what, per };
}

/** Sums one deviation while it is open. */
export class LossMeter {
  readonly #unit: LossUnit;
  readonly #step: number;
  #amount: number;
  #expected: number;
  #to: number;
  readonly from: number;

  /**
   * @param step distance between values, ms
   * @param before what was counted before a restart
   */
  constructor(unit: LossUnit, step: number, from: number, before?: Pick<LossUpdate, 'amount' | 'expected' | 'to'>) {
    this.#unit = unit;
    this.#step = step;
    this.from = from;
    this.#amount = before?.amount ?? 0;
    this.#expected = before?.expected ?? 0;
    this.#to = before?.to ?? -Infinity;
  }

  /** Takes one value. Silence is not lost: it is not known. What was counted already is not counted again. */
  add(time: number, value: number, expected: number, side: 'below' | 'above'): void {
    if (time <= this.#to) return;
    this.#to = time;
    if (!Number.isFinite(value) || !Number.isFinite(expected)) return;
    const share = this.#step / this.#unit.per;
    this.#amount += Math.max(0, side === 'below' ? expected - value : value - expected) * share;
    this.#expected += Math.abs(expected) * share;
  }

  /** What it is so far. */
  total(): Pick<LossUpdate, 'amount' | 'expected' | 'to' | 'unit'> {
    return { amount: this.#amount, expected: this.#expected, to: Math.max(this.#to, this.from), unit: this.#unit.unit };
  }
}
