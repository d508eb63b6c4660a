import type { Warnings } from './label.ts';

const MAX_TEXTS = 20;

/** Counts refused points by reason, and keeps warnings, for the answer. */
export class Tally implements Warnings {
  points = 0;
  rejected = 0;
  readonly #reasons = new Map<string, { count: number; example: string }>();
  readonly #warnings = new Map<string, string>();
  #more = 0;

  /** Counts refused points. @param example where the first one was */
  reject(why: string, example: string, count = 1): void {
    if (count === 0) return;
    this.rejected += count;
    const known = this.#reasons.get(why);
    if (known) known.count += count;
    else this.#reasons.set(why, { count, example });
  }

  warn(key: string, text: string): void {
    if (this.#warnings.has(key)) return;
    if (this.#warnings.size >= MAX_TEXTS) this.#more++;
    else this.#warnings.set(key, text);
  }

  /** Reasons and warnings as sentences. */
  messages(): string[] {
    const reasons = [...this.#reasons].map(
      ([why, { count, example }]) => `${count} point(s) refused: ${why} (first: ${example})`,
    );
    const more = this.#more > 0 ? [`and ${this.#more} more warnings`] : [];
    return [...reasons, ...this.#warnings.values(), ...more];
  }
}
