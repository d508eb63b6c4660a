import type { RetroTx } from '../retro/ports.ts';
import type { Improvement, RuleChange } from './improvement.ts';

export interface ImprovementTx extends RetroTx {
  readonly improvements: {
    nextNumber(): Promise<number>;
    insert(improvement: Improvement): Promise<void>;
    byId(id: string): Promise<Improvement | null>;
    list(): Promise<Improvement[]>;
    update(
      id: string,
      version: number,
      change: Partial<Omit<Improvement, 'id' | 'number' | 'version'>>,
    ): Promise<boolean>;
  };
}

/** Runs a rule over the recorded series as it would have run. */
export interface Replay {
  /** When the rule would have fired: one row per label set and firing, ms. */
  firings(
    change: Pick<RuleChange, 'kind' | 'rule'> & { readonly definition: string },
    from: number,
    to: number,
  ): Promise<readonly { labels: Readonly<Record<string, string>>; firedAt: number; resolvedAt: number | null }[]>;
  /** The oldest recorded sample that the rule could see, ms, or null if there is none. */
  historyStart(): Promise<number | null>;
}
