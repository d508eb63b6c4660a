import type { BinaryOp } from '../parse/ast.ts';
import { isComparison } from '../parse/ast.ts';
import { combineHistograms, equalHistograms, scaleHistogram, type NativeHistogram } from '../value/histogram.ts';

type FloatFunction = (a: number, b: number) => number;

/** The power as in C: 1 to anything is 1 even for NaN, and -1 to an infinity is 1. JavaScript says NaN there. */
function power(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && Math.abs(exponent) === Infinity)) return 1;
  return base ** exponent;
}

const ARITHMETIC: Readonly<Record<string, FloatFunction>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '^': power,
  atan2: Math.atan2,
};

const COMPARISON: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
};

/** The arithmetic of two floats, or a comparison as 0 or 1. */
export function floatOperation(op: BinaryOp): FloatFunction {
  const arithmetic = ARITHMETIC[op];
  if (arithmetic !== undefined) return arithmetic;
  const compare = comparison(op);
  return (a, b) => (compare(a, b) ? 1 : 0);
}

/** The test a comparison operator makes. */
export function comparison(op: BinaryOp): (a: number, b: number) => boolean {
  return COMPARISON[op]!;
}

export type Operand = number | NativeHistogram;

/**
 * What two samples give when at least one is a histogram: a value, false for a comparison that does not hold, or
 * undefined when the kinds do not go together.
 */
export function operateHistograms(op: BinaryOp, left: Operand, right: Operand): Operand | boolean | undefined {
  if (isComparison(op)) {
    if (typeof left === 'number' || typeof right === 'number') return undefined;
    if (op === '==') return equalHistograms(left, right);
    return op === '!=' ? !equalHistograms(left, right) : undefined;
  }
  if (typeof left !== 'number' && typeof right !== 'number') {
    return op === '+' || op === '-' ? combineHistograms(left, right, op === '+' ? 1 : -1) : undefined;
  }
  if (typeof left !== 'number' && typeof right === 'number') {
    if (op === '*') return scaleHistogram(left, right);
    return op === '/' ? scaleHistogram(left, 1 / right) : undefined;
  }
  return op === '*' && typeof right !== 'number' && typeof left === 'number' ? scaleHistogram(right, left) : undefined;
}
