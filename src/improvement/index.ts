export type { Improvement, Proof, RuleChange } from './improvement.ts';
export type { ImprovementTx, Replay } from './ports.ts';
export { decide } from './verbs/decide.ts';
export { propose, type RuleBook } from './verbs/propose.ts';
export { proofOf, prove } from './verbs/prove.ts';
