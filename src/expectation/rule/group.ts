import type { Labels } from '../../core/labels.ts';

/** A rule that writes the result of its expression back as a series. Durations are ms everywhere. */
export interface RecordingRule {
  readonly kind: 'recording';
  readonly name: string;
  readonly expr: string;
  readonly labels: Labels;
  /** Line of the rule in its file, from 1. */
  readonly line: number;
}

/** A rule whose result is what is not as expected. */
export interface AlertingRule {
  readonly kind: 'alerting';
  readonly name: string;
  readonly expr: string;
  readonly for: number;
  readonly keepFiringFor: number;
  /** Labels and annotations are templates. Group labels are already among the labels. */
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly line: number;
}

export type Rule = RecordingRule | AlertingRule;

/** Rules evaluated one after the other at one interval. */
export interface RuleGroup {
  readonly name: string;
  readonly file: string;
  /** ms; null takes the default of the configuration. */
  readonly interval: number | null;
  /** Greatest number of results of one rule; 0 is no limit. */
  readonly limit: number;
  /** How far in the past the rules are evaluated, ms; null takes the default. */
  readonly queryOffset: number | null;
  readonly labels: Labels;
  readonly rules: readonly Rule[];
  readonly line: number;
}

/** One mistake in a rule file, in words that say what to write instead. */
export interface RuleFault {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly message: string;
}
