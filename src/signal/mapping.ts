import jsonata from 'jsonata';
import { RE2JS } from 're2js';
import { Fault } from '../core/fault.ts';
import type { Labels } from '../core/labels.ts';
import type { MappingRunner } from './ports.ts';

/** What a mapping may look at besides the body: as `$headers` (lower-case names) and `$source` (name, title, partner). */
export interface MappingInput {
  readonly body: unknown;
  readonly headers: Labels;
  readonly source: Labels;
}

/** A source's mapping from a body to alert events, ready to run. */
export interface Mapping {
  /**
   * Runs the mapping on a parsed JSON body.
   * @returns plain JSON; undefined when the mapping chose nothing
   * @throws Fault `body_invalid`, saying at which character of the mapping it failed
   */
  run(body: unknown, headers?: Labels, source?: Labels): Promise<unknown>;
}

/** A mapping that works longer than this, nests deeper or builds a longer list is stopped: it is user input. */
const LIMITS = { timeout: 250, stack: 200, sequence: 20_000 } as const;

/** Functions that would run text as code, or bring the machine's clock and chance into what must replay the same. */
const REFUSED: Readonly<Record<string, string>> = {
  eval: 'it runs text as code. Write the expression itself',
  now: 'a mapping must give the same result at each replay. Leave startsAt out: it is then the instant of receipt',
  millis: 'a mapping must give the same result at each replay. Leave startsAt out: it is then the instant of receipt',
  random: 'a mapping must give the same result at each replay. Use a field of the body',
};

/**
 * Compiles a JSONata mapping and refuses what may not run here: regular expressions (they can take exponential time)
 * and the functions above.
 * @throws Fault `expression_invalid`
 */
export function compileMapping(text: string): Mapping {
  let expression: jsonata.Expression;
  try {
    expression = jsonata(text, LIMITS);
  } catch (error) {
    throw new Fault('expression_invalid', { expr: shorten(text), what: place(error) }, { cause: error });
  }
  const refusal = refusedPart(expression.ast());
  if (refusal) throw new Fault('expression_invalid', { expr: shorten(text), what: refusal });
  expression.registerFunction('find', find, '<s-s:a>');
  return {
    async run(body, headers = {}, source = {}) {
      try {
        return plain(await expression.evaluate(body, { headers, source }));
      } catch (error) {
        throw new Fault('body_invalid', { what: `the mapping failed: ${place(error)}` }, { cause: error });
      }
    },
  };
}

/** Runs mappings in this thread, each compiled once: for the thread that is ended when one works too long, and for tests. */
export function inlineMappings(): MappingRunner {
  const compiled = new Map<string, Mapping>();
  return {
    async run(text, { body, headers, source }) {
      let mapping = compiled.get(text);
      if (!mapping) {
        mapping = compileMapping(text);
        if (compiled.size >= MOST_COMPILED) compiled.clear();
        compiled.set(text, mapping);
      }
      return mapping.run(body, headers, source);
    },
  };
}

const MOST_COMPILED = 500;
/** Longer texts are not searched: a regular expression of RE2 takes time in proportion to its text. */
const MOST_SEARCHED = 100_000;

/** `$find(text, pattern)`: the first match of an RE2 pattern and its groups as a list, or nothing. */
function find(text: string, pattern: string): string[] | undefined {
  if (typeof text !== 'string' || typeof pattern !== 'string') return undefined;
  let regex: RE2JS;
  try {
    regex = RE2JS.compile(pattern);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw Object.assign(new Error(`$find: "${shorten(pattern)}" is not an RE2 pattern: ${why}`), { code: 'L0001' });
  }
  const matcher = regex.matcher(text.slice(0, MOST_SEARCHED));
  if (!matcher.find()) return undefined;
  return Array.from({ length: matcher.groupCount() + 1 }, (_, index) => matcher.group(index) ?? '');
}

/** Walks the syntax tree for the first part that is not allowed, and says what to write instead. */
function refusedPart(root: unknown): string | null {
  const seen = new Set<object>();
  const open: unknown[] = [root];
  while (open.length > 0) {
    const node = open.pop();
    if (typeof node !== 'object' || node === null || seen.has(node)) continue;
    seen.add(node);
    const { type, value, position } = node as { type?: unknown; value?: unknown; position?: unknown };
    if (type === 'regex') {
      return `the regular expression at character ${String(position)} is not allowed. Use $find(text, "pattern") for an RE2 pattern, or $contains, $substringBefore and $substringAfter with plain text`;
    }
    if (type === 'variable' && typeof value === 'string' && Object.hasOwn(REFUSED, value)) {
      return `$${value} at character ${String(position)} is not allowed: ${REFUSED[value]}`;
    }
    open.push(...Object.values(node));
  }
  return null;
}

/** Only JSON leaves the mapping: functions and the marks JSONata puts on its lists stay behind. */
function plain(result: unknown): unknown {
  const text = JSON.stringify(result) as string | undefined;
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}

function place(error: unknown): string {
  const { message, position } = error as { message?: unknown; position?: unknown };
  const words = typeof message === 'string' ? message : 'it does not evaluate';
  return typeof position === 'number' ? `${words} (at character ${position})` : words;
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
