/**
 * Who may import whom below src/, and what to do instead. Imports point left: a folder may import the folders to its
 * left in ORDER, unless RULES says more or less.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** Left to right: each may import those before it. */
export const ORDER = [
  'core',
  'promql',
  'series',
  'access',
  'signal',
  'expectation',
  'alert',
  'incident',
  'action',
  'ticket',
  'partner',
  'retro',
  'improvement',
  'config',
] as const;

const STAGES = ['signal', 'expectation', 'alert', 'incident', 'action', 'ticket', 'partner', 'retro', 'improvement'];

/** Folders beside the order, and what each may import. `flow` and `main` are files. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  store: [...ORDER],
  outside: [...ORDER],
  flow: [...ORDER],
  api: [...ORDER],
  app: [...ORDER, 'store', 'outside', 'api', 'flow'],
  main: ['core', 'app'],
};

const FORBIDDEN_TEXT: readonly {
  readonly pattern: RegExp;
  readonly folders: readonly string[];
  readonly say: string;
}[] = [
  {
    pattern:
      /\bDate\.now\(|new Date\(\)|Temporal\.Now\b|\bsetTimeout\(|\bsetInterval\(|\bprocess\.env\b|(?<![.#\w])(?<!async )fetch\(|from 'node:(fs|http|https|net|child_process|worker_threads|dns|timers)/,
    folders: ['core', 'promql', ...STAGES, 'config'],
    say: 'reads the clock, a timer, the environment or the world. Take a Clock, a due row or a port instead',
  },
  {
    pattern: /\b(SELECT|INSERT INTO|UPDATE|DELETE FROM)\s+[a-z"*]/,
    folders: ['core', 'promql', ...STAGES, 'access', 'config', 'outside', 'api', 'app'],
    say: 'holds SQL. Add a method to the port in ports.ts and implement it under src/store',
  },
];

export interface Violation {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** What folder `from` may import. */
function allowedFor(from: string): readonly string[] {
  const index = (ORDER as readonly string[]).indexOf(from);
  return index >= 0 ? ORDER.slice(0, index + 1) : [from, ...(BESIDE[from] ?? [])];
}

/** Every import and forbidden word that crosses a border, in the TypeScript files below `root`/src. */
export function checkBorders(root: string): Violation[] {
  const src = join(root, 'src');
  const found: Violation[] = [];
  for (const file of typescriptFiles(src)) {
    const text = readFileSync(file, 'utf8');
    found.push(...checkFile(relative(src, file), text));
  }
  return found;
}

/** The violations of one file, by its path below src/ and its text. */
export function checkFile(path: string, text: string): Violation[] {
  const from = folderOf(path);
  const found: Violation[] = [];
  const isTest = path.endsWith('.test.ts');
  const known = [...ORDER, ...Object.keys(BESIDE)];
  if (!known.includes(from)) {
    return [
      {
        file: path,
        line: 1,
        text: `"${from}" is not in the table of scripts/borders.ts. Place it there, between the folders it may import and those that import it.`,
      },
    ];
  }
  text.split('\n').forEach((lineText, index) => {
    const line = index + 1;
    const target =
      /^\s*(?:import|export)\b.*?from '(\.[^']+)'|^\s*\} from '(\.[^']+)'|import\('(\.[^']+)'\)|^import '(\.[^']+)'/.exec(
        lineText,
      );
    const specifier = target?.[1] ?? target?.[2] ?? target?.[3] ?? target?.[4];
    if (specifier) {
      const to = relative('/src', resolve(dirname(join('/src', path)), specifier));
      if (to.startsWith('..')) {
        // Only the command line and tests reach outside src/ (the demo is a program of its own).
        if (!isTest && from !== 'main')
          found.push({
            file: path,
            line,
            text: `imports ${specifier}, outside src/. Programs import src/, not the other way round.`,
          });
      } else if (!allowedFor(from).includes(folderOf(to)) && !isTest) {
        found.push({
          file: path,
          line,
          text: `"${from}" imports "${folderOf(to)}", which is not to its left. Declare what you need in ${from}/ports.ts and let app/ hand it in, or react to a fact of the journal in src/flow.ts.`,
        });
      }
    }
    if (isTest || /^\s*(\*|\/\/|\/\*)/.test(lineText)) return;
    for (const rule of FORBIDDEN_TEXT) {
      if (rule.folders.includes(from) && rule.pattern.test(lineText))
        found.push({ file: path, line, text: `"${from}" ${rule.say}: ${lineText.trim()}` });
    }
  });
  return found;
}

function folderOf(path: string): string {
  const first = path.split('/')[0]!;
  return first.replace(/\.ts$/, '');
}

/** All .ts and .tsx files below a folder, without what is installed or built. */
export function typescriptFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/node_modules|[\\/]dist[\\/]/.test(path))
    .sort();
}
