import { cut, type Piece, type Token } from './lexer.ts';
import { isFunction } from './function-names.ts';
import { TemplateFault, type Value } from './value.ts';

/** One operand of a command; `path` is the chain of fields behind it. */
export type Operand =
  | { readonly kind: 'literal'; readonly value: Value }
  | { readonly kind: 'dot'; readonly path: readonly string[] }
  | { readonly kind: 'variable'; readonly name: string; readonly path: readonly string[] }
  | { readonly kind: 'call'; readonly name: string }
  | { readonly kind: 'group'; readonly pipe: Pipe; readonly path: readonly string[] };

/** `$i, $v := a b | c`: what is declared or assigned, and the commands in order. */
export interface Pipe {
  readonly names: readonly string[];
  readonly assigns: boolean;
  readonly commands: readonly (readonly Operand[])[];
}

export type TemplateNode =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'print'; readonly pipe: Pipe }
  | {
      readonly kind: 'if' | 'with' | 'range';
      readonly pipe: Pipe;
      readonly body: TemplateNode[];
      readonly other: TemplateNode[];
    }
  | { readonly kind: 'include'; readonly name: string; readonly pipe: Pipe | null }
  | { readonly kind: 'break' | 'continue' };

/** A parsed template: its own nodes, and what it defines. */
export interface Template {
  readonly nodes: readonly TemplateNode[];
  readonly defined: ReadonlyMap<string, readonly TemplateNode[]>;
}

/** Deepest nesting of blocks and parentheses. */
const MAX_DEPTH = 100;

/** Variables that every template has. */
const PREDEFINED = ['$', '$labels', '$externalLabels', '$externalURL', '$value'];

/**
 * Reads a template.
 * @throws TemplateFault with what is wrong
 */
export function parseTemplate(source: string): Template {
  return new Parser(cut(source)).parse();
}

/** What is wrong with a template, or null. */
export function checkTemplate(source: string): string | null {
  if (!source.includes('{{')) return null;
  try {
    parseTemplate(source);
    return null;
  } catch (error) {
    if (error instanceof TemplateFault) return error.message;
    throw error;
  }
}

interface Ending {
  readonly word: 'end' | 'else' | 'eof';
  /** Of `{{else if ...}}` and `{{else with ...}}`. */
  readonly rest: TokenReader | null;
}

class Parser {
  readonly #pieces: readonly Piece[];
  readonly #defined = new Map<string, readonly TemplateNode[]>();
  #next = 0;
  #depth = 0;
  #loops = 0;
  #variables: string[] = [...PREDEFINED];

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
  }

  parse(): Template {
    const { nodes, ending } = this.#list();
    if (ending.word !== 'eof') throw new TemplateFault(`unexpected {{${ending.word}}}: nothing is open here`);
    return { nodes, defined: this.#defined };
  }

  #list(): { nodes: TemplateNode[]; ending: Ending } {
    const nodes: TemplateNode[] = [];
    while (this.#next < this.#pieces.length) {
      const piece = this.#pieces[this.#next++]!;
      if (piece.kind === 'text') {
        nodes.push(piece);
        continue;
      }
      const tokens = new TokenReader(piece.tokens, piece.line, this.#variables);
      const word = tokens.peekWord();
      if (word === 'end' || word === 'else') {
        tokens.take();
        if (word === 'end') tokens.finish();
        return { nodes, ending: { word, rest: word === 'else' && !tokens.done ? tokens : null } };
      }
      const node = this.#action(tokens, word);
      if (node) nodes.push(node);
    }
    return { nodes, ending: { word: 'eof', rest: null } };
  }

  #action(tokens: TokenReader, word: string | null): TemplateNode | null {
    switch (word) {
      case 'if':
      case 'with':
      case 'range':
        tokens.take();
        return this.#block(word, tokens);
      case 'define':
      case 'block':
        return this.#define(word, tokens);
      case 'template': {
        tokens.take();
        const name = tokens.text('template');
        return { kind: 'include', name, pipe: tokens.done ? null : tokens.wholePipe() };
      }
      case 'break':
      case 'continue':
        tokens.take();
        tokens.finish();
        if (this.#loops === 0) throw tokens.fault(`{{${word}}} outside {{range}}`);
        return { kind: word };
      default: {
        if (tokens.done) throw tokens.fault('missing value for command');
        const pipe = tokens.wholePipe();
        if (!pipe.assigns) this.#variables.push(...pipe.names);
        return { kind: 'print', pipe };
      }
    }
  }

  #block(kind: 'if' | 'with' | 'range', tokens: TokenReader): TemplateNode {
    this.#enter(tokens);
    const scope = this.#variables.length;
    const pipe = tokens.wholePipe(kind === 'range');
    if (!pipe.assigns) this.#variables.push(...pipe.names);
    if (kind === 'range') this.#loops++;
    const { nodes: body, ending } = this.#list();
    if (kind === 'range') this.#loops--;
    let other: TemplateNode[] = [];
    if (ending.word === 'else') other = this.#otherwise(kind, ending.rest, tokens);
    else if (ending.word === 'eof') throw tokens.fault(`{{${kind}}} has no {{end}}`);
    this.#variables.length = scope;
    this.#depth--;
    return { kind, pipe, body, other };
  }

  #otherwise(kind: string, rest: TokenReader | null, opened: TokenReader): TemplateNode[] {
    if (rest) {
      const word = rest.peekWord();
      if (word !== kind || (word !== 'if' && word !== 'with'))
        throw rest.fault(`expected {{else}} or {{else ${kind}}}`);
      rest.take();
      return [this.#block(word, rest)];
    }
    const { nodes, ending } = this.#list();
    if (ending.word === 'end') return nodes;
    throw opened.fault(
      ending.word === 'eof' ? `{{${kind}}} has no {{end}}` : 'expected {{end}}; found a second {{else}}',
    );
  }

  #define(word: 'define' | 'block', tokens: TokenReader): TemplateNode | null {
    tokens.take();
    this.#enter(tokens);
    const name = tokens.text(word);
    const pipe = word === 'block' ? tokens.wholePipe() : null;
    tokens.finish();
    const outer = this.#variables;
    // A defined template sees only `$`: variables belong to the template that declares them.
    this.#variables = ['$'];
    const { nodes, ending } = this.#list();
    this.#variables = outer;
    if (ending.word !== 'end') throw tokens.fault(`{{${word} "${name}"}} has no {{end}}`);
    this.#defined.set(name, nodes);
    this.#depth--;
    return pipe ? { kind: 'include', name, pipe } : null;
  }

  #enter(tokens: TokenReader): void {
    if (++this.#depth > MAX_DEPTH) throw tokens.fault(`blocks are nested deeper than ${MAX_DEPTH}`);
  }
}

/** Reads the tokens of one action. */
class TokenReader {
  readonly #tokens: readonly Token[];
  readonly #line: number;
  readonly #variables: readonly string[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], line: number, variables: readonly string[]) {
    this.#tokens = tokens;
    this.#line = line;
    this.#variables = variables;
  }

  get done(): boolean {
    return this.#next >= this.#tokens.length;
  }

  fault(what: string): TemplateFault {
    return new TemplateFault(`line ${this.#line}: ${what}`);
  }

  take(): Token {
    const token = this.#tokens[this.#next++];
    if (!token) throw this.fault('the action ends too early');
    return token;
  }

  peekWord(): string | null {
    const token = this.#tokens[this.#next];
    return token?.kind === 'word' ? token.text : null;
  }

  text(what: string): string {
    const token = this.take();
    if (token.kind === 'literal' && typeof token.value === 'string') return token.value;
    throw this.fault(`{{${what}}} needs a name in quotes, not "${token.text}"`);
  }

  finish(): void {
    if (!this.done) throw this.fault(`unexpected "${this.#tokens[this.#next]!.text}"`);
  }

  wholePipe(two = false): Pipe {
    const names = this.#declared(two);
    const assigns = names.length > 0 && this.take().text === '=';
    for (const name of assigns ? names : []) this.#known(name, this.#variables);
    const pipe = { ...this.#pipe([]), names, assigns };
    this.finish();
    return pipe;
  }

  /** `$a :=`, `$a =` and, for range, `$a, $b :=`. */
  #declared(two: boolean): string[] {
    const mark = (offset: number, ...texts: string[]): boolean => {
      const token = this.#tokens[this.#next + offset];
      return token?.kind === 'mark' && texts.includes(token.text);
    };
    const variable = (offset: number): string | null => {
      const token = this.#tokens[this.#next + offset];
      return token?.kind === 'variable' ? token.text : null;
    };
    const first = variable(0);
    if (first === null) return [];
    if (mark(1, ':=', '=')) {
      this.#next += 1;
      return [first];
    }
    const second = variable(2);
    if (mark(1, ',') && second !== null && mark(3, ':=', '=')) {
      if (!two) throw this.fault('only {{range}} declares two variables');
      this.#next += 3;
      return [first, second];
    }
    return [];
  }

  #pipe(commands: Operand[][]): { commands: Operand[][] } {
    for (;;) {
      commands.push(this.#command(commands.length > 0));
      const token = this.#tokens[this.#next];
      if (token?.kind !== 'mark' || token.text !== '|') return { commands };
      this.#next++;
    }
  }

  #command(piped: boolean): Operand[] {
    const operands: Operand[] = [];
    while (!this.done) {
      const token = this.#tokens[this.#next]!;
      if (token.kind === 'mark' && (token.text === '|' || token.text === ')')) break;
      operands.push(this.#operand());
    }
    const [first] = operands;
    if (!first) throw this.fault('missing value for command');
    if (piped && first.kind === 'literal') throw this.fault('a value cannot stand behind "|": write a function');
    return operands;
  }

  #operand(): Operand {
    const token = this.take();
    if (token.kind === 'literal') return { kind: 'literal', value: token.value };
    if (token.kind === 'field') {
      return { kind: 'dot', path: [...(token.text ? [token.text] : []), ...this.#path()] };
    }
    if (token.kind === 'variable') {
      this.#known(token.text, this.#variables);
      return { kind: 'variable', name: token.text, path: this.#path() };
    }
    if (token.kind === 'word') return this.#word(token.text);
    if (token.text !== '(') throw this.fault(`unexpected "${token.text}"`);
    if (++this.#depth > MAX_DEPTH) throw this.fault(`parentheses are nested deeper than ${MAX_DEPTH}`);
    const inner = this.#pipe([]);
    if (this.done || this.take().text !== ')') throw this.fault('a ")" is missing');
    this.#depth--;
    return { kind: 'group', pipe: { names: [], assigns: false, ...inner }, path: this.#path() };
  }

  #word(name: string): Operand {
    if (name === 'true' || name === 'false') return { kind: 'literal', value: name === 'true' };
    if (name === 'nil') return { kind: 'literal', value: null };
    if (!isFunction(name)) throw this.fault(`function "${name}" not defined`);
    return { kind: 'call', name };
  }

  #path(): string[] {
    const path: string[] = [];
    for (;;) {
      const token = this.#tokens[this.#next];
      if (token?.kind !== 'field' || token.space || token.text === '') return path;
      path.push(token.text);
      this.#next++;
    }
  }

  #known(name: string, variables: readonly string[]): void {
    if (!variables.includes(name)) throw this.fault(`undefined variable "${name}"`);
  }
}
