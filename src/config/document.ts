import { isMap, isScalar, LineCounter, parseDocument, visit, type Document, type YAMLParseError } from 'yaml';

/** One thing that is wrong with the configuration: where, what, and what to write instead. */
export interface Mistake {
  readonly file: string;
  readonly line: number;
  readonly what: string;
}

/** A YAML document that knows where everything stands. */
export interface ConfigDocument {
  readonly value: unknown;
  readonly mistakes: readonly Mistake[];
  /** The line of a path such as ['chains', 0, 'steps']; the nearest parent's line if the path is not there. */
  lineOf(path: readonly (string | number)[]): number;
}

const VARIABLE = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

/**
 * Reads YAML text; `${NAME}` and `${NAME:-default}` in values are replaced from the environment given.
 * @param env names to values; a name that is missing and has no default is a mistake
 */
export function readDocument(
  text: string,
  file: string,
  env: Readonly<Record<string, string | undefined>>,
): ConfigDocument {
  const counter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: counter,
    prettyErrors: false,
    uniqueKeys: true,
    maxAliasCount: 100,
  } as Parameters<typeof parseDocument>[1]);
  const mistakes: Mistake[] = document.errors.map((error) => ({
    file,
    line: counter.linePos(error.pos[0]).line,
    what: yamlWords(error, text, counter),
  }));
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value !== 'string' || !node.value.includes('${')) return;
      node.value = node.value.replaceAll(VARIABLE, (_whole, name: string, fallback: string | undefined) => {
        const value = env[name];
        if (value !== undefined && value !== '') return value;
        if (fallback !== undefined) return fallback;
        const line = counter.linePos(node.range?.[0] ?? 0).line;
        mistakes.push({ file, line, what: `the environment has no ${name}. Set it, or write \${${name}:-default}` });
        return '';
      });
    },
  });
  return {
    value:
      mistakes.length > 0 && document.errors.length > 0 ? null : (document.toJS({ maxAliasCount: 100 }) as unknown),
    mistakes,
    lineOf: (path) => lineOf(document, counter, path),
  };
}

/** What the reader of YAML says, with what to write instead. */
function yamlWords({ code, message, pos }: YAMLParseError, text: string, counter: LineCounter): string {
  if (code === 'TAB_AS_INDENT') return 'A tab stands at the beginning of the line. Write spaces, two for each level.';
  if (code === 'DUPLICATE_KEY') {
    const key = /^[^\s:]+/.exec(text.slice(pos[0]))?.[0] ?? '';
    const column = counter.linePos(pos[0]).col - 1;
    const lines = text.slice(0, pos[0]).split('\n');
    const first = lines.findLastIndex(
      (line) => line.slice(column).startsWith(`${key}:`) && line.slice(0, column).trim() === '',
    );
    return `"${key}" stands twice in this section${first < 0 ? '' : `, first in line ${first + 1}`}. Put both into one.`;
  }
  const advice = ADVICE[code];
  return `This is not YAML: ${message}.${advice === undefined ? '' : ` ${advice}`}`;
}

/** What mostly helps, by the code of the reader of YAML. */
const ADVICE: Readonly<Record<string, string>> = {
  BAD_INDENT: 'Begin this line in the same column as the others of its section.',
  MISSING_CHAR: 'A bracket, brace or quote that was opened above may not be closed.',
  BLOCK_AS_IMPLICIT_KEY: 'A text with ": " in it needs quotes.',
  MULTILINE_IMPLICIT_KEY: 'A text over several lines needs quotes, or ": " is missing after the name above.',
  UNEXPECTED_TOKEN: 'A text that begins with a sign such as @, `, % or { needs quotes.',
};

function lineOf(document: Document, counter: LineCounter, path: readonly (string | number)[]): number {
  for (let length = path.length; length >= 0; length--) {
    const parent = length === 0 ? null : (document.getIn(path.slice(0, length - 1), true) as unknown);
    const key = path[length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === key);
      if (pair && isScalar(pair.key) && pair.key.range) return counter.linePos(pair.key.range[0]).line;
      continue;
    }
    const node = (length === 0 ? document.contents : document.getIn(path.slice(0, length), true)) as
      { range?: readonly number[] } | null | undefined;
    if (node?.range) return counter.linePos(node.range[0]!).line;
  }
  return 1;
}
