import type { Labels } from '../../core/labels.ts';

/** Keeps one copy of each label value, because most series share most of their values. */
export class SharedTexts {
  readonly #texts = new Map<string, string>();

  /** The same labels with shared texts. */
  share(labels: Labels): Labels {
    const shared: Record<string, string> = {};
    for (const name of Object.keys(labels)) {
      const value = labels[name]!;
      const known = this.#texts.get(value);
      if (known === undefined) this.#texts.set(value, value);
      shared[name] = known ?? value;
    }
    return shared;
  }

  /** Forgets the copies; labels that use them keep them. */
  clear(): void {
    this.#texts.clear();
  }
}
