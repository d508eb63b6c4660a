import type { Labels } from '../../../core/labels.ts';
import type { Sample } from '../../deviation.ts';
import type { QueryNow } from '../../ports.ts';
import { show } from './format.ts';
import { callFunction, type Surroundings } from './functions.ts';
import { parseTemplate, type Operand, type Pipe, type Template, type TemplateNode } from './parser.ts';
import { labelMap, Struct, TemplateFault, truth, typeName, ValueMap, type Value } from './value.ts';

/** What a template sees besides its sample. */
export interface ExpandContext {
  /** Instant of the evaluation, ms. */
  readonly at: number;
  readonly externalLabels: Labels;
  /** Address under which people reach this server. */
  readonly externalUrl: string;
  /** The vector of an expression at `at`, already evaluated; it throws when the expression cannot be. */
  readonly query: QueryNow;
}

/** Bounds on one expansion: a template is user input. */
const MAX_STEPS = 100_000;
const MAX_OUTPUT = 64 * 1024;
const MAX_INCLUDES = 100;

const parsed = new Map<string, Template>();
const MAX_PARSED = 2000;

/**
 * Expands a label or annotation template for one sample, as Prometheus does: a template that fails becomes
 * `<error expanding template: ...>` and stops nothing.
 */
export function expandTemplate(source: string, sample: Sample, context: ExpandContext): string {
  if (!source.includes('{{')) return source;
  try {
    return new Run(parseCached(source), sample, context).text();
  } catch (error) {
    return `<error expanding template: ${error instanceof Error ? error.message : String(error)}>`;
  }
}

function parseCached(source: string): Template {
  const known = parsed.get(source);
  if (known) return known;
  const template = parseTemplate(source);
  if (parsed.size >= MAX_PARSED) parsed.clear();
  parsed.set(source, template);
  return template;
}

class LoopExit extends Error {
  readonly kind: 'break' | 'continue';

  constructor(kind: 'break' | 'continue') {
    super(kind);
    this.kind = kind;
  }
}

interface Variable {
  readonly name: string;
  value: Value;
}

class Run {
  readonly #template: Template;
  readonly #data: Struct;
  readonly #surroundings: Surroundings;
  #variables: Variable[];
  #output: string[] = [];
  #length = 0;
  #steps = 0;
  #includes = 0;

  constructor(template: Template, sample: Sample, context: ExpandContext) {
    this.#template = template;
    const labels = labelMap(sample.labels);
    const externalLabels = labelMap(context.externalLabels);
    this.#data = new Struct(
      new Map<string, Value>([
        ['Labels', labels],
        ['ExternalLabels', externalLabels],
        ['ExternalURL', context.externalUrl],
        ['Value', sample.value],
      ]),
    );
    this.#variables = [
      { name: '$', value: this.#data },
      { name: '$labels', value: labels },
      { name: '$externalLabels', value: externalLabels },
      { name: '$externalURL', value: context.externalUrl },
      { name: '$value', value: sample.value },
    ];
    this.#surroundings = { ...context, include: (name, dot) => this.#captured(name, dot) };
  }

  text(): string {
    this.#list(this.#template.nodes, this.#data);
    return this.#output.join('');
  }

  #list(nodes: readonly TemplateNode[], dot: Value): void {
    for (const node of nodes) this.#node(node, dot);
  }

  #node(node: TemplateNode, dot: Value): void {
    this.#step();
    switch (node.kind) {
      case 'text':
        this.#write(node.text);
        return;
      case 'print': {
        const value = this.#pipe(node.pipe, dot);
        if (node.pipe.names.length === 0) this.#write(show(value));
        return;
      }
      case 'include':
        this.#include(node.name, node.pipe ? this.#pipe(node.pipe, dot) : null);
        return;
      case 'break':
      case 'continue':
        throw new LoopExit(node.kind);
      case 'range':
        this.#scoped(() => this.#range(node, dot));
        return;
      case 'if':
      case 'with':
        this.#scoped(() => {
          const value = this.#pipe(node.pipe, dot);
          if (truth(value)) this.#list(node.body, node.kind === 'with' ? value : dot);
          else this.#list(node.other, dot);
        });
    }
  }

  #range(node: Extract<TemplateNode, { body: unknown }>, dot: Value): void {
    const { names } = node.pipe;
    const items = itemsOf(this.#pipe({ ...node.pipe, names: [] }, dot));
    if (items.length === 0) {
      this.#list(node.other, dot);
      return;
    }
    for (const [key, value] of items) {
      this.#step();
      try {
        this.#scoped(() => {
          if (names.length === 1) this.#set(names[0]!, value, node.pipe.assigns);
          if (names.length === 2) {
            this.#set(names[0]!, key, node.pipe.assigns);
            this.#set(names[1]!, value, node.pipe.assigns);
          }
          this.#list(node.body, value);
        });
      } catch (error) {
        if (!(error instanceof LoopExit)) throw error;
        if (error.kind === 'break') return;
      }
    }
  }

  #include(name: string, dot: Value): void {
    const nodes = this.#template.defined.get(name);
    if (!nodes) throw new TemplateFault(`template "${name}" not defined`);
    if (++this.#includes > MAX_INCLUDES) throw new TemplateFault(`templates are nested deeper than ${MAX_INCLUDES}`);
    const outer = this.#variables;
    this.#variables = [{ name: '$', value: dot }];
    this.#list(nodes, dot);
    this.#variables = outer;
    this.#includes--;
  }

  #captured(name: string, dot: Value): string {
    const outer = this.#output;
    this.#output = [];
    this.#include(name, dot);
    const text = this.#output.join('');
    this.#output = outer;
    return text;
  }

  #pipe(pipe: Pipe, dot: Value): Value {
    let value: Value | undefined;
    for (const command of pipe.commands) value = this.#command(command, dot, value);
    for (const name of pipe.names) this.#set(name, value!, pipe.assigns);
    return value!;
  }

  #command(operands: readonly Operand[], dot: Value, piped: Value | undefined): Value {
    this.#step();
    const [first, ...rest] = operands as [Operand, ...Operand[]];
    if (first.kind !== 'call') {
      if (rest.length > 0 || piped !== undefined) {
        throw new TemplateFault(`can't give argument to non-function ${operandName(first)}`);
      }
      return this.#operand(first, dot);
    }
    if (first.name === 'and' || first.name === 'or') return this.#shortCircuit(first.name, rest, dot, piped);
    const args = rest.map((operand) => this.#operand(operand, dot));
    if (piped !== undefined) args.push(piped);
    return callFunction(first.name, args, this.#surroundings);
  }

  /** `and` and `or` give the first value that decides, and do not look at the others. */
  #shortCircuit(name: 'and' | 'or', rest: readonly Operand[], dot: Value, piped: Value | undefined): Value {
    if (rest.length === 0 && piped === undefined)
      throw new TemplateFault(`wrong number of args for ${name}: want at least 1 got 0`);
    let value: Value = null;
    for (const operand of rest) {
      value = this.#operand(operand, dot);
      if (truth(value) === (name === 'or')) return value;
    }
    return piped ?? value;
  }

  #operand(operand: Operand, dot: Value): Value {
    switch (operand.kind) {
      case 'literal':
        return operand.value;
      case 'dot':
        return walk(dot, operand.path);
      case 'variable':
        return walk(this.#variables.findLast((variable) => variable.name === operand.name)!.value, operand.path);
      case 'group':
        return walk(this.#pipe(operand.pipe, dot), operand.path);
      case 'call':
        return this.#command([operand], dot, undefined);
    }
  }

  #set(name: string, value: Value, assigns: boolean): void {
    const known = assigns ? this.#variables.findLast((variable) => variable.name === name) : undefined;
    if (known) known.value = value;
    else this.#variables.push({ name, value });
  }

  #scoped(run: () => void): void {
    const mark = this.#variables.length;
    try {
      run();
    } finally {
      this.#variables.length = mark;
    }
  }

  #write(text: string): void {
    this.#length += text.length;
    if (this.#length > MAX_OUTPUT) throw new TemplateFault(`the text is longer than ${MAX_OUTPUT} characters`);
    this.#output.push(text);
  }

  #step(): void {
    if (++this.#steps > MAX_STEPS) throw new TemplateFault(`the template needs more than ${MAX_STEPS} steps`);
  }
}

function walk(value: Value, path: readonly string[]): Value {
  let current = value;
  for (const name of path) {
    if (current instanceof ValueMap) current = current.entries.get(name) ?? current.zero;
    else if (current instanceof Struct && current.fields.has(name)) current = current.fields.get(name)!;
    else if (current === null) throw new TemplateFault(`nil data; no entry for key "${name}"`);
    else throw new TemplateFault(`can't evaluate field ${name} in type ${typeName(current)}`);
  }
  return current;
}

function itemsOf(value: Value): [Value, Value][] {
  if (value === null) return [];
  if (Array.isArray(value)) return value.map((item, index) => [BigInt(index), item]);
  if (value instanceof ValueMap) {
    return [...value.entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, item]);
  }
  if (typeof value === 'bigint') {
    if (value > BigInt(MAX_STEPS)) throw new TemplateFault(`range over more than ${MAX_STEPS}`);
    return Array.from({ length: Math.max(0, Number(value)) }, (_, index) => [BigInt(index), BigInt(index)]);
  }
  throw new TemplateFault(`range can't iterate over ${show(value)}`);
}

function operandName(operand: Operand): string {
  if (operand.kind === 'literal') return show(operand.value);
  if (operand.kind === 'dot') return `.${operand.path.join('.')}`;
  if (operand.kind === 'variable') return [operand.name, ...operand.path].join('.');
  return operand.kind;
}
