/** How one rule did at one evaluation. */
export interface RuleRun {
  /** Instant of the evaluation, ms. */
  readonly at: number;
  /** How long it took, ms. */
  readonly ms: number;
  /** Samples of its expression's result. */
  readonly samples: number;
  readonly error: string | null;
}

/** Runs that are kept of each rule. */
const KEPT = 10;

/** The last runs of rules, newest first. */
export class RunLog<Rule> {
  readonly #runs = new Map<Rule, RuleRun[]>();

  /** Notes one evaluation. */
  note(rule: Rule, run: RuleRun): void {
    const runs = this.#runs.get(rule);
    if (!runs) this.#runs.set(rule, [run]);
    else if (runs.unshift(run) > KEPT) runs.pop();
  }

  /** The last runs of one rule, newest first: at most ten. */
  of(rule: Rule): readonly RuleRun[] {
    return this.#runs.get(rule) ?? [];
  }

  /** The last run of each rule by a name; of two rules with one name, the run that failed. */
  last(nameOf: (rule: Rule) => string): Map<string, RuleRun> {
    const found = new Map<string, RuleRun>();
    for (const [rule, [run]] of this.#runs) {
      const name = nameOf(rule);
      if (run && !found.get(name)?.error) found.set(name, run);
    }
    return found;
  }
}
