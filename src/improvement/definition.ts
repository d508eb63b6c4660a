/** What a definition defines. */
export type DefinitionKind = 'watermark' | 'rule' | 'watch' | 'indicator';

/**
 * A definition that was activated while the server runs: it stands in for the one of the configuration with the same
 * kind and name, or beside those that are there. Configuration stays code: this is what is in force until the file says
 * the same.
 */
export interface Definition {
  readonly id: string;
  readonly kind: DefinitionKind;
  /** Name of the watermark, watch or indicator, or `GROUP/ALERT`. */
  readonly rule: string;
  /** YAML text. */
  readonly definition: string;
  /** What was in force before, or null when there was none of this name. */
  readonly before: string | null;
  readonly reason: string;
  readonly improvementId: string | null;
  readonly backtestId: string | null;
  readonly activatedBy: string;
  readonly activatedAt: number;
  readonly withdrawnBy: string | null;
  readonly withdrawnAt: number | null;
  readonly version: number;
}
