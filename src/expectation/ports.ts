import type { Sample } from './deviation.ts';

/** Says what is wrong with a PromQL expression, or null. The engine brings the parser. */
export type CheckExpr = (expr: string) => string | null;

/** The vector of an expression at the instant of the evaluation. It throws when the expression cannot be evaluated. */
export type QueryNow = (expr: string) => readonly Sample[];
