import { compileMatcher } from '../match/matcher.ts';
import type { Aggregate, Binary, Call, Expr, Subquery, ValueType, VectorSelector } from './ast.ts';
import { isComparison, isSetOp } from './ast.ts';
import { printExpr } from './print.ts';
import { signatureOf } from './signature.ts';
import { syntaxError } from './syntax-error.ts';

/**
 * Checks that every part of an expression has the type its place needs, and returns the type of the whole.
 * @throws Fault `expression_invalid`
 */
export function checkExpr(expr: Expr): ValueType {
  return checkTree(expr, printExpr(expr));
}

/** As `checkExpr`, with the text that positions refer to. */
export function checkTree(expr: Expr, text: string): ValueType {
  return new Checker(text).check(expr);
}

/** The type of an expression that was checked before. */
export function typeOf(expr: Expr): ValueType {
  switch (expr.kind) {
    case 'number':
      return 'scalar';
    case 'string':
      return 'string';
    case 'vector':
    case 'aggregate':
      return 'instant vector';
    case 'matrix':
    case 'subquery':
      return 'range vector';
    case 'call':
      return signatureOf(expr.name)!.returns;
    case 'binary':
      return typeOf(expr.left) === 'scalar' && typeOf(expr.right) === 'scalar' ? 'scalar' : 'instant vector';
    case 'unary':
    case 'paren':
      return typeOf(expr.expr);
  }
}

class Checker {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  check(expr: Expr): ValueType {
    switch (expr.kind) {
      case 'vector':
        this.#checkSelector(expr);
        break;
      case 'matrix':
        this.#checkSelector(expr.selector);
        break;
      case 'subquery':
        this.#checkSubquery(expr);
        break;
      case 'call':
        this.#checkCall(expr);
        break;
      case 'aggregate':
        this.#checkAggregate(expr);
        break;
      case 'binary':
        this.#checkBinary(expr);
        break;
      case 'unary': {
        const type = this.check(expr.expr);
        if (type !== 'scalar' && type !== 'instant vector') {
          const why = `unary expression only allowed on expressions of type scalar or instant vector, got "${type}"`;
          this.#fail(expr, why);
        }
        break;
      }
      case 'paren':
        this.check(expr.expr);
        break;
      case 'number':
      case 'string':
        break;
    }
    return typeOf(expr);
  }

  #expect(expr: Expr, wanted: ValueType, where: string): void {
    const got = this.check(expr);
    if (got !== wanted) this.#fail(expr, `expected type ${wanted} in ${where}, got ${got}`);
  }

  #checkSelector(selector: VectorSelector): void {
    const names = selector.matchers.filter((matcher) => matcher.name === '__name__' && matcher.op === '=');
    if (names.length > 1 && names[0]!.value !== names[1]!.value) {
      this.#fail(selector, `metric name must not be set twice: "${names[0]!.value}" or "${names[1]!.value}"`);
    }
    let selective = false;
    for (const matcher of selector.matchers) {
      try {
        if (!compileMatcher(matcher)('')) selective = true;
      } catch (error) {
        this.#fail(selector, error instanceof Error ? error.message : String(error));
      }
    }
    if (!selective) this.#fail(selector, 'vector selector must contain at least one non-empty matcher');
  }

  #checkSubquery(expr: Subquery): void {
    const type = this.check(expr.expr);
    if (type !== 'instant vector') {
      this.#fail(expr, `subquery is only allowed on instant vector, got ${type} instead`);
    }
  }

  #checkCall(expr: Call): void {
    const { params, optional, repeat } = signatureOf(expr.name)!;
    const least = params.length - optional;
    const count = expr.args.length;
    const where = `in call to "${expr.name}"`;
    if (count < least) {
      const bound = optional > 0 || repeat ? 'at least ' : '';
      this.#fail(expr, `expected ${bound}${least} argument(s) ${where}, got ${count}`);
    }
    if (count > params.length && !repeat) {
      const bound = optional > 0 ? 'at most ' : '';
      this.#fail(expr, `expected ${bound}${params.length} argument(s) ${where}, got ${count}`);
    }
    expr.args.forEach((arg, index) => {
      this.#expect(arg, params[Math.min(index, params.length - 1)]!, `call to function "${expr.name}"`);
    });
  }

  #checkAggregate(expr: Aggregate): void {
    this.#expect(expr.expr, 'instant vector', 'aggregation expression');
    if (expr.param === undefined) return;
    this.#expect(expr.param, expr.op === 'count_values' ? 'string' : 'scalar', 'aggregation parameter');
  }

  #checkBinary(expr: Binary): void {
    const left = this.check(expr.left);
    const right = this.check(expr.right);
    const { matching } = expr;
    if (expr.bool && !isComparison(expr.op)) {
      this.#fail(expr, 'bool modifier can only be used on comparison operators');
    }
    for (const [side, type] of [
      [expr.left, left],
      [expr.right, right],
    ] as const) {
      if (type !== 'scalar' && type !== 'instant vector') {
        this.#fail(side, 'binary expression must contain only scalar and instant vector types');
      }
    }
    if (left === 'scalar' && right === 'scalar' && isComparison(expr.op) && !expr.bool) {
      this.#fail(expr, 'comparisons between scalars must use BOOL modifier');
    }
    if ((left === 'scalar' || right === 'scalar') && isSetOp(expr.op)) {
      this.#fail(expr, `set operator "${expr.op}" not allowed in binary scalar expression`);
    }
    if ((left === 'scalar' || right === 'scalar') && (matching.on || matching.labels.length > 0)) {
      this.#fail(expr, 'vector matching only allowed between instant vectors');
    }
    const twice = matching.on ? matching.include.find((label) => matching.labels.includes(label)) : undefined;
    if (twice !== undefined) {
      this.#fail(expr, `label "${twice}" must not occur in ON and GROUP clause at once`);
    }
  }

  #fail(expr: Expr, why: string): never {
    throw syntaxError(this.#text, expr.span.start, why);
  }
}
