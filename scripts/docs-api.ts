import { pino } from 'pino';
import { z } from 'zod';
import type { ApiContext } from '../src/api/context.ts';
import * as contract from '../src/api/contract.ts';
import { buildServer } from '../src/api/server.ts';
import type { Role } from '../src/core/actor.ts';

/** The part of JSON Schema that the contract uses. */
interface Shape {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly additionalProperties?: Shape | boolean;
}

interface Operation {
  readonly summary?: string;
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Shape }>> };
  readonly responses?: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: Shape }>> }>
  >;
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly required?: boolean }[];
}

type Permissions = readonly { readonly permission: string; readonly roles: readonly Role[] }[];
interface NamedShape {
  readonly name: string;
  readonly shape: Shape;
  readonly mark: string;
}

/** Signed-in browsers see these; they are no part of the API. */
const NOT_LISTED =
  /^\/(assets\/\*|[a-z-]+\/\*|incidents|alerts|levels|duty|tickets|retros|improvements|observations|settings|sign-in|status|)$/;

/** docs/api.md from the routes of the server, which is built but never listens. */
export async function apiPage(permissions: Permissions): Promise<string> {
  const { app, routes } = await buildServer(bareContext(), pino({ level: 'silent' }));
  const document = app.swagger() as { readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>> };
  await app.close();
  const shapes = contractShapes();
  const rolesOf = (access: string): string => {
    const roles = permissions.find(({ permission }) => permission === access)?.roles;
    return roles ? roles.join(', ') : access;
  };
  const rows: string[] = [];
  const others: string[] = [];
  for (const { method, path, access } of routes) {
    if (NOT_LISTED.test(path)) continue;
    const operation = document.paths?.[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
    const who = access === 'public' || access === 'signed-in' || access === 'source' ? access : `\`${access}\``;
    if (!operation) others.push(`| ${method} | \`${path}\` | ${who} |`);
    else {
      const what = `${operation.summary ?? ''}${queryOf(operation)}`;
      rows.push(
        `| ${method} | \`${path}\` | ${what} | ${who} | ${nameOf(bodyOf(operation), shapes, path.split('/').at(-1))} | ${answerOf(operation, shapes)} |`,
      );
    }
  }
  const held = permissions.map(({ permission }) => `| \`${permission}\` | ${rolesOf(permission)} |`);
  return `${HEAD}
## Routes

| method | path | what | who | body | answer |
|---|---|---|---|---|---|
${rows.join('\n')}

## Routes in other people's form

The Prometheus query API is that of [Prometheus](https://prometheus.io/docs/prometheus/latest/querying/api/); what of PromQL is
there stands in [promql](semantics/promql.md). \`/accept/:secret\` is the page behind the link in a page: looking changes
nothing, the button accepts.

| method | path | who |
|---|---|---|
${others.join('\n')}

## Permissions

| permission | roles |
|---|---|
${held.join('\n')}

## Bodies and answers

A question mark means: may be left out. \`| null\` means: may be null.

${shapes.map(({ name, shape }) => `### ${name}\n\n${describe(shape, shapes)}`).join('\n\n')}
`;
}

const HEAD = `# API

The same document for programs: \`GET /ops/v1/openapi.json\` (OpenAPI 3.1).

- Instants are milliseconds since the Unix epoch, in UTC.
- Longer lists are pages: pass \`next\` as \`after\` to get the one that follows.
- \`id\` of an incident may be its number.
- Send a token as \`Authorization: Bearer TOKEN\`. Senders that know nothing else may send it as the password of Basic.
- *Who*: \`public\` needs nobody signed in, \`signed-in\` anybody, \`source\` a secret of the source or the permission
  signal.send; the rest names a [permission](#permissions).
- Errors are RFC 9457 problems, see [faults](faults.md).
- A verb that takes \`version\` is refused with 409 when somebody else changed the incident meanwhile.
- 1200 requests a minute per address, 20 a minute for signing in. The doors for signals, \`/-/healthy\`, \`/-/ready\` and the
  event stream are not counted.
- A body may have 1 MiB; remote write 32 MiB (64 MiB unpacked), alerts 8 MiB.
`;

/** What building the routes reads; nothing of it is asked for an answer. */
function bareContext(): ApiContext {
  const config = { server: { trust_proxy: [] } };
  return {
    config: () => config,
    deps: {},
    webRoot: null,
    secure: false,
    version: '',
    bootstrapToken: () => null,
  } as unknown as ApiContext;
}

function contractShapes(): NamedShape[] {
  return Object.entries<unknown>(contract)
    .filter((entry): entry is [string, z.ZodType] => entry[1] instanceof z.ZodType)
    .map(([name, schema]) => {
      const io = /Body|Query|Change$/.test(name) ? 'input' : 'output';
      const shape = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Shape;
      return { name, shape, mark: markOf(shape) };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A text that two schemas share when they have the same form, limits and order left out. */
function markOf(shape: Shape): string {
  const choices = shape.anyOf ?? shape.oneOf;
  if (choices) return [...new Set(choices.map(markOf))].sort().join('|');
  if (shape.const !== undefined) return `=${text(shape.const)}`;
  if (shape.enum) return `(${shape.enum.map(text).sort().join(',')})`;
  if (Array.isArray(shape.type)) {
    return [...new Set((shape.type as readonly string[]).map((type) => markOf({ ...shape, type })))].sort().join('|');
  }
  if (shape.items) return `[${markOf(shape.items)}]`;
  if (!shape.properties) return String(shape.type ?? 'any');
  const always = shape.required ?? [];
  const parts = Object.entries(shape.properties).map(
    ([name, part]) => `${name}${always.includes(name) ? '' : '?'}:${markOf(part)}`,
  );
  return `{${parts.sort().join(',')}}`;
}

function bodyOf({ requestBody }: Operation): Shape | null {
  return Object.values(requestBody?.content ?? {})[0]?.schema ?? null;
}

function answerOf({ responses }: Operation, shapes: readonly NamedShape[]): string {
  for (const [status, { content }] of Object.entries(responses ?? {})) {
    const schema = Object.values(content ?? {})[0]?.schema;
    if (schema && status.startsWith('2')) return `${status} ${nameOf(schema, shapes)}`;
  }
  return '';
}

/** The name of a shape; where several names stand for the same form, the one that begins with the hint. */
function nameOf(shape: Shape | null, shapes: readonly NamedShape[], hint = ''): string {
  if (!shape) return '';
  const mark = markOf(shape);
  const same = shape.properties ? shapes.filter((one) => one.mark === mark) : [];
  const found = same.find(({ name }) => name.startsWith(hint)) ?? same[0];
  return found ? `[${found.name}](#${found.name.toLowerCase()})` : wordsOf(shape, shapes);
}

function queryOf({ parameters }: Operation): string {
  const names = (parameters ?? []).filter((one) => one.in === 'query').map(({ name }) => `\`${name}\``);
  return names.length > 0 ? ` (query: ${names.join(', ')})` : '';
}

/** A shape as a list of its fields. */
function describe(shape: Shape, shapes: readonly NamedShape[]): string {
  if (!shape.properties) return wordsOf(shape, shapes);
  return Object.entries(shape.properties)
    .map(([name, part]) => {
      const question = (shape.required ?? []).includes(name) ? '' : '?';
      return `- \`${name}${question}\`: ${wordsOf(part, shapes)}`;
    })
    .join('\n');
}

/** A shape in one line; one that has a name in the contract by its name. */
function wordsOf(shape: Shape, shapes: readonly NamedShape[]): string {
  if (shape.properties) {
    const mark = markOf(shape);
    const known = shapes.find((one) => one.mark === mark);
    if (known) return `[${known.name}](#${known.name.toLowerCase()})`;
    return `{ ${Object.entries(shape.properties)
      .map(([name, part]) => `${name}${(shape.required ?? []).includes(name) ? '' : '?'}: ${wordsOf(part, shapes)}`)
      .join('; ')} }`;
  }
  const choices = shape.anyOf ?? shape.oneOf;
  if (choices) return choices.map((choice) => wordsOf(choice, shapes)).join(' \\| ');
  if (shape.const !== undefined) return `"${text(shape.const)}"`;
  if (shape.enum) return shape.enum.map((value) => `"${text(value)}"`).join(' \\| ');
  if (Array.isArray(shape.type)) return (shape.type as readonly string[]).join(' \\| ');
  if (shape.items) return `list of ${wordsOf(shape.items, shapes)}`;
  if (shape.type === 'object') {
    return typeof shape.additionalProperties === 'object'
      ? `map to ${wordsOf(shape.additionalProperties, shapes)}`
      : 'object';
  }
  return shape.type === 'integer' ? 'whole number' : String(shape.type ?? 'any');
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
