import { Fault } from '../core/fault.ts';
import { checkExpr, parseExpr } from '../promql/index.ts';

/** What is wrong with a PromQL expression, or null. */
export function wrongExpression(expr: string): string | null {
  try {
    checkExpr(parseExpr(expr));
    return null;
  } catch (error) {
    if (error instanceof Fault) return error.message;
    throw error;
  }
}
