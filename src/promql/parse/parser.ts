import type { Matcher, MatchOp } from '../port.ts';
import { parseDuration } from '../../core/duration.ts';
import { parseNumber } from '../value/number.ts';
import type {
  Aggregate,
  Aggregator,
  At,
  Binary,
  BinaryOp,
  Cardinality,
  Expr,
  Matching,
  VectorSelector,
} from './ast.ts';
import { isSetOp } from './ast.ts';
import { checkTree } from './check.ts';
import { tokenize, type Token } from './lexer.ts';
import { unquote } from './quote.ts';
import { signatureOf } from './signature.ts';
import { syntaxError } from './syntax-error.ts';

const AGGREGATORS: ReadonlySet<string> = new Set<Aggregator>([
  'sum',
  'avg',
  'count',
  'min',
  'max',
  'group',
  'stddev',
  'stdvar',
  'topk',
  'bottomk',
  'limitk',
  'limit_ratio',
  'count_values',
  'quantile',
]);
const WITH_PARAM: ReadonlySet<string> = new Set([
  'topk',
  'bottomk',
  'limitk',
  'limit_ratio',
  'count_values',
  'quantile',
]);
/** Words that cannot begin an operand, because the grammar needs them after one. */
const NOT_METRICS: ReadonlySet<string> = new Set(['bool', 'on', 'ignoring', 'group_left', 'group_right']);
const KEYWORDS: ReadonlySet<string> = new Set([...NOT_METRICS, 'by', 'without', 'offset']);
const WORD_OPS: ReadonlySet<string> = new Set(['and', 'or', 'unless', 'atan2']);
const MAX_DEPTH = 300;
const MAX_OPERATORS = 2000;
const UNARY_STRENGTH = 6;
const STRENGTH: Readonly<Record<BinaryOp, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '>': 3,
  '<=': 3,
  '>=': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  atan2: 5,
  '^': 6,
};

/**
 * Parses a PromQL expression and checks its types.
 * @throws Fault `expression_invalid` with `what` as `line:column: parse error: ...`
 */
export function parseExpr(text: string): Expr {
  const parser = new Parser(text);
  const expr = parser.parseWhole();
  checkTree(expr, text);
  return expr;
}

/**
 * Parses a bare series or selector such as `up{job="a"}` into its matchers, for `match[]` parameters and fixtures.
 * @throws Fault `expression_invalid`
 */
export function parseSelector(text: string): readonly Matcher[] {
  const expr = parseExpr(text);
  if (expr.kind !== 'vector' || expr.offset !== 0 || expr.at !== undefined) {
    throw syntaxError(text, 0, 'expected a vector selector without modifiers');
  }
  return expr.matchers;
}

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;
  #operators = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokenize(text);
  }

  parseWhole(): Expr {
    if (this.#peek().type === 'eof') throw syntaxError(this.#text, 0, 'no expression found in input');
    const expr = this.#parseBinary(0);
    if (this.#peek().type !== 'eof') throw this.#unexpected();
    return expr;
  }

  #parseBinary(floor: number): Expr {
    if (++this.#depth > MAX_DEPTH) {
      throw syntaxError(this.#text, this.#peek().start, `more than ${MAX_DEPTH} levels of nesting`);
    }
    let left = this.#parseUnary();
    for (;;) {
      const op = this.#binaryOp();
      if (op === undefined || STRENGTH[op] < floor) break;
      const token = this.#next();
      // A chain of operators is as deep a tree as nesting is, and what walks the tree calls itself.
      if (++this.#operators > MAX_OPERATORS) {
        throw syntaxError(this.#text, token.start, `more than ${MAX_OPERATORS} operators`);
      }
      left = this.#parseRight(left, op, STRENGTH[op]);
    }
    this.#depth--;
    return left;
  }

  #binaryOp(): BinaryOp | undefined {
    const token = this.#peek();
    const text = token.text.toLowerCase();
    if (token.type === 'symbol') return text in STRENGTH ? (text as BinaryOp) : undefined;
    return token.type === 'identifier' && WORD_OPS.has(text) ? (text as BinaryOp) : undefined;
  }

  #parseRight(left: Expr, op: BinaryOp, strength: number): Binary {
    const bool = this.#takeWord('bool');
    let matching: Matching = { on: false, labels: [], card: 'one-to-one', include: [] };
    const on = this.#isWord('on');
    if (on || this.#isWord('ignoring')) {
      this.#next();
      matching = { ...matching, on, labels: this.#parseLabelList() };
      const toLeft = this.#isWord('group_left');
      if (toLeft || this.#isWord('group_right')) {
        const card: Cardinality = toLeft ? 'many-to-one' : 'one-to-many';
        const word = this.#next();
        if (isSetOp(op)) throw syntaxError(this.#text, word.start, `no grouping allowed for "${op}" operation`);
        const include = this.#isSymbol('(') ? this.#parseLabelList() : [];
        matching = { ...matching, card, include };
      }
    }
    // ^ binds to the right; every other operator takes the tighter ones only.
    const right = this.#parseBinary(op === '^' ? strength : strength + 1);
    return { kind: 'binary', op, left, right, bool, matching, span: { start: left.span.start, end: right.span.end } };
  }

  #parseUnary(): Expr {
    const token = this.#peek();
    if (token.type !== 'symbol' || (token.text !== '-' && token.text !== '+')) return this.#parsePostfix();
    this.#next();
    const inner = this.#parseBinary(UNARY_STRENGTH);
    const span = { start: token.start, end: inner.span.end };
    if (inner.kind === 'number') {
      return { ...inner, value: token.text === '-' ? -inner.value : inner.value, span };
    }
    return { kind: 'unary', op: token.text, expr: inner, span };
  }

  #parsePostfix(): Expr {
    let expr = this.#parsePrimary();
    let modified = { offset: false, at: false };
    for (;;) {
      if (this.#isSymbol('[')) {
        expr = this.#parseRange(expr, modified);
        modified = { offset: false, at: false };
      } else if (this.#isWord('offset')) {
        const word = this.#next();
        const negative = this.#takeSign();
        const ms = this.#parseSeconds('offset');
        if (modified.offset) throw syntaxError(this.#text, word.start, 'offset may not be set multiple times');
        expr = this.#applyModifier(expr, 'offset', { offset: negative ? -ms : ms });
        modified.offset = true;
      } else if (this.#isSymbol('@')) {
        const sign = this.#next();
        const at = this.#parseAt();
        if (modified.at) throw syntaxError(this.#text, sign.start, '@ <timestamp> may not be set multiple times');
        expr = this.#applyModifier(expr, '@', { at });
        modified.at = true;
      } else {
        return expr;
      }
    }
  }

  #applyModifier(expr: Expr, word: 'offset' | '@', change: { offset: number } | { at: At }): Expr {
    const span = { start: expr.span.start, end: this.#lastEnd() };
    if (expr.kind === 'vector' || expr.kind === 'subquery') return { ...expr, ...change, span };
    if (expr.kind === 'matrix') return { ...expr, selector: { ...expr.selector, ...change }, span };
    const place = 'must be preceded by an instant vector selector or range vector selector or a subquery';
    throw syntaxError(this.#text, expr.span.start, `${word} modifier ${place}`);
  }

  #parseAt(): At {
    for (const kind of ['start', 'end'] as const) {
      if (this.#isWord(kind)) {
        this.#next();
        this.#expect('(', '@ modifier');
        this.#expect(')', '@ modifier');
        return { kind };
      }
    }
    const negative = this.#takeSign();
    const ms = this.#parseSeconds('@');
    if (!Number.isFinite(ms)) {
      throw syntaxError(this.#text, this.#lastStart(), 'timestamp out of bounds for @ modifier');
    }
    return { kind: 'time', ms: negative ? -ms : ms };
  }

  #parseRange(expr: Expr, modified: { offset: boolean; at: boolean }): Expr {
    this.#next();
    const range = this.#parsePositiveDuration();
    if (!this.#isSymbol(':')) {
      this.#expect(']', 'subquery or range selector');
      const span = { start: expr.span.start, end: this.#lastEnd() };
      if (modified.offset) throw syntaxError(this.#text, span.start, 'no offset modifiers allowed before range');
      if (modified.at) throw syntaxError(this.#text, span.start, 'no @ modifiers allowed before range');
      if (expr.kind !== 'vector') throw syntaxError(this.#text, span.start, 'ranges only allowed for vector selectors');
      return { kind: 'matrix', selector: expr, range, span };
    }
    this.#next();
    const step = this.#isSymbol(']') ? undefined : this.#parsePositiveDuration();
    this.#expect(']', 'subquery selector');
    const span = { start: expr.span.start, end: this.#lastEnd() };
    return { kind: 'subquery', expr, range, ...(step === undefined ? {} : { step }), offset: 0, span };
  }

  #parsePositiveDuration(): number {
    const token = this.#peek();
    const ms = this.#parseSeconds('range');
    if (ms <= 0) throw syntaxError(this.#text, token.start, 'duration must be greater than 0');
    return ms;
  }

  /** A duration, or a plain number of seconds; in milliseconds. */
  #parseSeconds(where: string): number {
    const token = this.#next();
    if (token.type === 'duration') return this.#durationOf(token);
    if (token.type !== 'number') throw this.#unexpected(token, where, 'number or duration');
    return Math.round(parseNumber(token.text)! * 1000);
  }

  #durationOf(token: Token): number {
    try {
      return parseDuration(token.text);
    } catch (cause) {
      throw syntaxError(this.#text, token.start, `not a valid duration string: "${token.text}"`, cause);
    }
  }

  #takeSign(): boolean {
    const negative = this.#isSymbol('-');
    if (negative || this.#isSymbol('+')) this.#next();
    return negative;
  }

  #parsePrimary(): Expr {
    const token = this.#next();
    const span = { start: token.start, end: token.end };
    if (token.type === 'number') {
      const value = parseNumber(token.text);
      if (value === undefined) throw syntaxError(this.#text, token.start, `error parsing number: ${token.text}`);
      return { kind: 'number', value, span };
    }
    if (token.type === 'duration') return { kind: 'number', value: this.#durationOf(token) / 1000, span };
    if (token.type === 'string') return { kind: 'string', value: this.#stringValue(token), span };
    if (token.type === 'identifier') return this.#parseWord(token);
    if (token.type === 'symbol' && token.text === '{') return this.#parseSelectorFrom('', token);
    if (token.type === 'symbol' && token.text === '(') {
      const expr = this.#parseBinary(0);
      if (this.#peek().type === 'eof') throw syntaxError(this.#text, this.#peek().start, 'unclosed left parenthesis');
      this.#expect(')', 'paren expression');
      return { kind: 'paren', expr, span: { start: token.start, end: this.#lastEnd() } };
    }
    throw this.#unexpected(token);
  }

  #parseWord(token: Token): Expr {
    const lower = token.text.toLowerCase();
    const opens = this.#isSymbol('(');
    if (AGGREGATORS.has(lower) && (opens || this.#isWord('by') || this.#isWord('without'))) {
      return this.#parseAggregate(lower as Aggregator, token);
    }
    if (NOT_METRICS.has(lower)) throw this.#unexpected(token);
    if (opens) return this.#parseCall(token);
    if (this.#isSymbol('{')) return this.#parseSelectorFrom(token.text, this.#next());
    return {
      kind: 'vector',
      matchers: [{ name: '__name__', op: '=', value: token.text }],
      offset: 0,
      span: { start: token.start, end: token.end },
    };
  }

  #parseCall(token: Token): Expr {
    if (signatureOf(token.text) === undefined) {
      throw syntaxError(this.#text, token.start, `unknown function with name "${token.text}"`);
    }
    const args = this.#parseArguments('function call');
    return { kind: 'call', name: token.text, args, span: { start: token.start, end: this.#lastEnd() } };
  }

  #parseArguments(where: string): Expr[] {
    this.#expect('(', where);
    const args: Expr[] = [];
    while (!this.#isSymbol(')')) {
      if (args.length > 0) {
        this.#expect(',', where);
        if (this.#isSymbol(')')) {
          throw syntaxError(this.#text, this.#peek().start, 'trailing commas not allowed in function call args');
        }
      }
      args.push(this.#parseBinary(0));
    }
    this.#next();
    return args;
  }

  #parseAggregate(op: Aggregator, token: Token): Aggregate {
    let grouping = this.#parseGrouping();
    const args = this.#parseArguments('aggregation');
    grouping ??= this.#parseGrouping();
    const wanted = WITH_PARAM.has(op) ? 2 : 1;
    if (args.length === 0) throw syntaxError(this.#text, token.start, 'no arguments for aggregate expression provided');
    if (args.length !== wanted) {
      const why = `wrong number of arguments for aggregate expression provided, expected ${wanted}, got ${args.length}`;
      throw syntaxError(this.#text, token.start, why);
    }
    const span = { start: token.start, end: this.#lastEnd() };
    const { labels, without } = grouping ?? { labels: [], without: false };
    const param = wanted === 2 ? { param: args[0]! } : {};
    return { kind: 'aggregate', op, ...param, expr: args[wanted - 1]!, grouping: labels, without, span };
  }

  #parseGrouping(): { labels: string[]; without: boolean } | undefined {
    const without = this.#isWord('without');
    if (!without && !this.#isWord('by')) return undefined;
    this.#next();
    return { labels: this.#parseLabelList(), without };
  }

  #parseLabelList(): string[] {
    this.#expect('(', 'grouping opts');
    const labels: string[] = [];
    while (!this.#isSymbol(')')) {
      const token = this.#next();
      if (token.type === 'string') labels.push(this.#stringValue(token));
      else if (token.type === 'identifier' && !token.text.includes(':')) labels.push(token.text);
      else throw this.#unexpected(token, 'grouping opts', 'label');
      if (this.#isSymbol(')')) break;
      const comma = this.#next();
      if (comma.text !== ',') throw this.#unexpected(comma, 'grouping opts', '"," or ")"');
    }
    this.#next();
    return labels;
  }

  /** The rest of a selector whose `{` was just taken. */
  #parseSelectorFrom(name: string, open: Token): VectorSelector {
    const matchers: Matcher[] = name === '' ? [] : [{ name: '__name__', op: '=', value: name }];
    let metric = name;
    while (!this.#isSymbol('}')) {
      const token = this.#next();
      if (token.type !== 'identifier' && token.type !== 'string') {
        throw this.#unexpected(token, 'label matching', 'identifier or "}"');
      }
      const label = token.type === 'string' ? this.#stringValue(token) : token.text;
      const matcher = this.#parseMatcher(label, token);
      if (token.type === 'string' && matcher.name === '__name__' && label !== '__name__') {
        if (metric !== '') {
          throw syntaxError(this.#text, token.start, `metric name must not be set twice: "${metric}" or "${label}"`);
        }
        metric = label;
      }
      matchers.push(matcher);
      if (this.#isSymbol('}')) break;
      const comma = this.#next();
      if (comma.text !== ',') throw this.#unexpected(comma, 'label matching', '"," or "}"');
    }
    this.#next();
    const nameStart = name === '' ? open.start : this.#tokens[this.#tokens.indexOf(open) - 1]!.start;
    return { kind: 'vector', matchers, offset: 0, span: { start: nameStart, end: this.#lastEnd() } };
  }

  #parseMatcher(label: string, token: Token): Matcher {
    const isName = token.type === 'string' && (this.#isSymbol(',') || this.#isSymbol('}'));
    if (isName) return { name: '__name__', op: '=', value: label };
    const op = this.#next();
    if (op.type !== 'symbol' || !['=', '!=', '=~', '!~'].includes(op.text)) {
      throw this.#unexpected(op, 'label matching', 'label matching operator');
    }
    const value = this.#next();
    if (value.type !== 'string') throw this.#unexpected(value, 'label matching', 'string');
    return { name: label, op: op.text as MatchOp, value: this.#stringValue(value) };
  }

  #stringValue(token: Token): string {
    const value = unquote(token.text);
    if (value === undefined) throw syntaxError(this.#text, token.start, `invalid escape sequence in ${token.text}`);
    return value;
  }

  #peek(): Token {
    return this.#tokens[this.#at]!;
  }

  #next(): Token {
    const token = this.#tokens[this.#at]!;
    if (token.type !== 'eof') this.#at++;
    return token;
  }

  #lastEnd(): number {
    return this.#tokens[this.#at - 1]!.end;
  }

  #lastStart(): number {
    return this.#tokens[this.#at - 1]!.start;
  }

  #isSymbol(text: string): boolean {
    const token = this.#peek();
    return token.type === 'symbol' && token.text === text;
  }

  #isWord(word: string): boolean {
    const token = this.#peek();
    return token.type === 'identifier' && token.text.toLowerCase() === word;
  }

  #takeWord(word: string): boolean {
    if (!this.#isWord(word)) return false;
    this.#next();
    return true;
  }

  #expect(symbol: string, where: string): void {
    const token = this.#next();
    if (token.type !== 'symbol' || token.text !== symbol) throw this.#unexpected(token, where, `"${symbol}"`);
  }

  #unexpected(token: Token = this.#peek(), where = '', wanted = ''): Error {
    let text = `unexpected ${describe(token)}`;
    if (where !== '') text += ` in ${where}`;
    if (wanted !== '') text += `, expected ${wanted}`;
    return syntaxError(this.#text, token.start, text);
  }
}

const OPERATOR_SYMBOLS: ReadonlySet<string> = new Set([...Object.keys(STRENGTH), '=~', '!~', '@']);

function describe(token: Token): string {
  const lower = token.text.toLowerCase();
  if (token.type === 'eof') return 'end of input';
  if (token.type === 'string') return `string ${token.text}`;
  if (token.type !== 'symbol' && token.type !== 'identifier') return `${token.type} "${token.text}"`;
  if (OPERATOR_SYMBOLS.has(lower)) return `<op:${token.text}>`;
  if (token.type === 'symbol') return `"${token.text}"`;
  if (KEYWORDS.has(lower)) return `<${token.text}>`;
  return AGGREGATORS.has(lower) ? `<aggr:${token.text}>` : `identifier "${token.text}"`;
}
