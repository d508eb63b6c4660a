import { z } from 'zod';
import { configSchema } from '../src/config/index.ts';
import { SETTINGS } from './docs-settings.ts';

/** The part of JSON Schema that the configuration uses. */
interface Node {
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly additionalProperties?: Node | boolean;
  readonly propertyNames?: Node;
}

interface Row {
  readonly path: string;
  readonly type: string;
  readonly fallback: string;
  readonly meaning: string;
}

/** docs/configuration.md from the schema. @throws Error naming a setting without a description, or one that is gone */
export function configurationPage(): string {
  const schema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as Node;
  const parts = (schema as { $defs?: Readonly<Record<string, Node>> }).$defs ?? {};
  const used = new Set<string>();
  const sections = Object.entries(schema.properties ?? {}).map(([name, part]) => {
    // A tree stands beside the schema and refers to itself from below; there it is described once.
    const node = (part.$ref === undefined ? null : parts[part.$ref.split('/').at(-1)!]) ?? part;
    const rows: Row[] = [];
    collect(name, node, (schema.required ?? []).includes(name), rows, used);
    return rows;
  });
  const gone = Object.keys(SETTINGS).filter((path) => !used.has(path));
  if (gone.length > 0) throw new Error(`scripts/docs-settings.ts describes settings that are gone: ${gone.join(', ')}`);
  const plain = sections.filter((rows) => rows.length === 1).flat();
  const deep = sections.filter((rows) => rows.length > 1);
  return `${HEAD}
## Single settings

${table(plain)}
${deep.map((rows) => `\n## \`${rows[0]!.path}\`\n\n${rows[0]!.meaning} ${presence(rows[0]!)}\n\n${table(rows.slice(1))}\n`).join('')}`;
}

const HEAD = `# Configuration

One file, \`lamplighter.yaml\`, and the Prometheus rule files that it names. It is checked whole before it is used: every
mistake is told with file, line and what to write instead. A reload (\`SIGHUP\`) with a bad file keeps the running one.

    npx lamplighter check --config lamplighter.yaml

- \`\${NAME}\` and \`\${NAME:-default}\` in values are replaced from the environment. A name that is missing and has no default
  is a mistake.
- A duration is written as in Prometheus: \`30s\`, \`5m\`, \`1h30m\`, \`2w\`.
- A setting that does not exist is refused, with the nearest one that does.
- Names are 1 to 64 lower-case letters, digits and hyphens, unless a table says otherwise.
- A complete example stands in [examples/kiez-mobil](../examples/kiez-mobil/lamplighter.yaml). Without a file,
  \`lamplighter serve\` writes a commented starter.

What the environment says: \`LAMPLIGHTER_CONFIG\`, \`LAMPLIGHTER_DATA\`, \`LAMPLIGHTER_LISTEN\` and \`LAMPLIGHTER_LOG_LEVEL\` stand for
the options of \`serve\`; the rest is in [operations](operations.md#environment).

In the tables \`[]\` after a name means: for each entry of the list.
`;

function collect(path: string, node: Node, required: boolean, rows: Row[], used: Set<string>): void {
  if (!path.endsWith('[]') && !rows.some((row) => row.path === path)) {
    const known = SETTINGS[path];
    if (known === undefined) throw new Error(`scripts/docs-settings.ts does not describe ${path}`);
    used.add(path);
    const [meaning, fallback] = typeof known === 'string' ? [known, null] : known;
    rows.push({ path, type: typeOf(node), fallback: fallbackOf(node, required, fallback), meaning });
  }
  // Steps that undo a playbook are written like its steps.
  if (path === 'playbooks[].abort') return;
  for (const [name, child] of Object.entries(node.properties ?? {})) {
    const always = (node.required ?? []).includes(name);
    collect(`${path}.${name}`, child, always && !inChoice(path), rows, used);
  }
  const choices = (node.oneOf ?? node.anyOf ?? []).filter(({ properties }) => properties !== undefined);
  const kinds = choices.map(({ properties }) => properties!['kind']?.const);
  if (choices.length > 1 && kinds.every((kind) => kind !== undefined)) collectKinds(path, choices, rows, used);
  else for (const choice of choices) collectChoice(path, choice, rows, used);
  if (node.items && hasParts(node.items)) collect(`${path}[]`, node.items, true, rows, used);
}

/** One of several forms: its settings, without a row for the form itself. */
function collectChoice(path: string, choice: Node, rows: Row[], used: Set<string>): void {
  const { do: kind, ...rest } = choice.properties ?? {};
  const properties = kind === undefined ? rest : { do: { type: 'string' }, ...rest };
  for (const [name, child] of Object.entries(properties)) {
    // What only one of several forms asks for is not required; what every form has, or the only one, is.
    const required = name === 'do' || (kind === undefined && (choice.required ?? []).includes(name));
    collect(`${path}.${name}`, child, required, rows, used);
  }
}

/** Forms that are told apart by their `kind`: where they differ in a setting, its row says which has what. */
function collectKinds(path: string, choices: readonly Node[], rows: Row[], used: Set<string>): void {
  for (const name of new Set(choices.flatMap(({ properties }) => Object.keys(properties!)))) {
    const having = choices.filter(({ properties }) => properties![name] !== undefined);
    const forms = having.map(({ properties }) => properties![name]!);
    const one = new Set(forms.map(typeOf)).size === 1;
    const at = rows.length;
    collect(`${path}.${name}`, one ? forms[0]! : { anyOf: forms }, false, rows, used);
    if (rows[at] && typeof SETTINGS[`${path}.${name}`] === 'string')
      rows[at] = { ...rows[at], fallback: byKind(name, having, choices.length) };
  }
}

function byKind(name: string, having: readonly Node[], all: number): string {
  const told = having.map(({ properties, required }) =>
    fallbackOf(properties![name]!, (required ?? []).includes(name), null),
  );
  const kinds = having.map(({ properties }) => `\`${text(properties!['kind']!.const)}\``);
  if (new Set(told).size > 1) return told.map((fallback, index) => `${fallback} with ${kinds[index]!}`).join(', ');
  return having.length < all && told[0] !== '' ? `${told[0]!} with ${kinds.join(', ')}` : told[0]!;
}

function inChoice(path: string): boolean {
  return path === 'chains[].steps[]';
}

function hasParts(node: Node): boolean {
  return node.properties !== undefined || node.oneOf !== undefined || node.anyOf !== undefined;
}

function typeOf(node: Node): string {
  if (node.const !== undefined) return `\`${text(node.const)}\``;
  if (node.enum) return node.enum.map((value) => `\`${text(value)}\``).join(', ');
  const choices = node.oneOf ?? node.anyOf;
  if (choices) return [...new Set(choices.map(typeOf).filter((type) => type !== 'null'))].join(' or ');
  if (node.type === 'array') return `list of ${node.items && !hasParts(node.items) ? typeOf(node.items) : 'entries'}`;
  if (node.type === 'object') return node.properties ? 'section' : 'map';
  return { string: 'text', integer: 'whole number', boolean: 'true or false' }[node.type ?? ''] ?? node.type ?? 'any';
}

function fallbackOf(node: Node, required: boolean, written: string | null): string {
  if (written !== null) return written;
  if (required) return '**required**';
  if (node.default === undefined) return '';
  if (node.default === '') return 'empty';
  return `\`${typeof node.default === 'string' ? node.default : JSON.stringify(node.default)}\``;
}

function presence({ fallback }: Row): string {
  return fallback === '**required**' ? 'Required.' : 'May be left out.';
}

function table(rows: readonly Row[]): string {
  const head = '| setting | form | default | meaning |\n|---|---|---|---|\n';
  return (
    head +
    rows
      .map(({ path, type, fallback, meaning }) =>
        ['', `\`${path}\``, type, fallback, meaning.replaceAll('|', '\\|'), ''].join(' | ').trim(),
      )
      .join('\n')
  );
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
