import { parseDocument } from 'yaml';
import type { LabelMatcher } from '../alert/alert.ts';
import { parseMatchers } from '../alert/matcher-text.ts';
import { checkRegexes } from '../alert/matching.ts';
import { matcherWords } from '../alert/window.ts';
import { Fault } from '../core/fault.ts';

type Node = Readonly<Record<string, unknown>>;

/** What follows from an alertmanager.yml, and what does not. */
export interface Imported {
  /** Parts of lamplighter.yaml: alerts, inhibit, route, people, chains. */
  readonly parts: Readonly<Record<string, unknown>>;
  /** One sentence for each thing that could not be carried over: where it stands and what to do instead. */
  readonly left: readonly string[];
}

/** Why something has no counterpart, by its name at the top. */
const NO_COUNTERPART: Readonly<Record<string, string>> = {
  templates: 'messages are written by Lamplighter; words for members stand under members.templates',
  time_intervals: 'plan the work on the page Announced work, where it can recur',
  mute_time_intervals: 'plan the work on the page Announced work, where it can recur',
};

/**
 * Translates the configuration of Alertmanager: routes with their receivers as chains, inhibition in the old and the new
 * form, e-mail and webhook addresses as people.
 * @throws Fault `bad_request` when the file is no such configuration
 */
export function importedFromAlertmanager(text: string, file: string): Imported {
  const document = parseDocument(text);
  const broken = document.errors[0];
  if (broken) throw new Fault('bad_request', { what: `${file}: ${broken.message}` });
  const source: unknown = document.toJS();
  if (!isNode(source) || !isNode(source['route'])) {
    throw new Fault('bad_request', { what: `${file} is no configuration of Alertmanager: it has no route` });
  }
  const left: string[] = [];
  for (const [name, why] of Object.entries(NO_COUNTERPART))
    if (source[name] !== undefined) left.push(`${name}: ${why}`);
  const global = isNode(source['global']) ? source['global'] : {};
  leaveGlobal(global, left);
  const receivers = new Receivers(left);
  for (const [index, receiver] of nodes(source['receivers']).entries()) receivers.add(receiver, index);
  const inhibit = nodes(source['inhibit_rules']).map((rule, index) => inhibitOf(rule, `inhibit_rules[${index}]`, left));
  const timeout = global['resolve_timeout'];
  return {
    parts: {
      ...(typeof timeout === 'string' ? { alerts: { resolve_timeout: timeout } } : {}),
      ...(inhibit.length > 0 ? { inhibit } : {}),
      route: routeOf(source['route'], 'route', receivers, left, true),
      people: receivers.people,
      chains: receivers.chains,
    },
    left,
  };
}

function leaveGlobal(global: Node, left: string[]): void {
  const names = Object.keys(global).filter((name) => name !== 'resolve_timeout');
  const mail = names.filter((name) => name.startsWith('smtp_'));
  if (mail.length > 0) left.push(`global.${mail.join(', global.')}: write the relay under outside.email.relays`);
  const rest = names.filter((name) => !name.startsWith('smtp_'));
  if (rest.length > 0) left.push(`global.${rest.join(', global.')}: ways out are configured under outside`);
}

/** Values that Alertmanager has where a tree names none. */
const ROOT_DEFAULTS = { group_wait: '30s', group_interval: '5m', repeat_interval: '4h' };

function routeOf(route: Node, path: string, receivers: Receivers, left: string[], isRoot = false): object {
  const matchers = matchersOf(route, path, ['match', 'match_re', 'matchers'], left);
  for (const name of ['mute_time_intervals', 'active_time_intervals']) {
    if (route[name] !== undefined) left.push(`${path}.${name}: ${NO_COUNTERPART['time_intervals']}`);
  }
  const below = nodes(route['routes']).map((one, index) => routeOf(one, `${path}.routes[${index}]`, receivers, left));
  const times = { ...(isRoot ? ROOT_DEFAULTS : {}), ...picked(route, Object.keys(ROOT_DEFAULTS)) };
  return {
    ...(typeof route['receiver'] === 'string' ? { receiver: receivers.nameOf(route['receiver'], path) } : {}),
    ...(matchers.length > 0 && !isRoot ? { matchers: matchers.map((one) => matcherWords([one])) } : {}),
    ...picked(route, ['group_by']),
    ...times,
    ...(route['continue'] === true ? { continue: true } : {}),
    ...(below.length > 0 ? { routes: below } : {}),
  };
}

function inhibitOf(rule: Node, path: string, left: string[]): object {
  const side = (name: string): string[] =>
    matchersOf(rule, path, [`${name}_match`, `${name}_match_re`, `${name}_matchers`], left).map((one) =>
      matcherWords([one]),
    );
  return {
    source_matchers: side('source'),
    target_matchers: side('target'),
    ...picked(rule, ['equal']),
  };
}

/** Matchers in the old form (a map of texts, a map of regexes) and the new one (a list), in this order of fields. */
function matchersOf(
  node: Node,
  path: string,
  [plain, regex, list]: readonly [string, string, string],
  left: string[],
): LabelMatcher[] {
  const found: LabelMatcher[] = [];
  for (const [field, isRegex] of [
    [plain, false],
    [regex, true],
  ] as const) {
    const map = node[field];
    if (!isNode(map)) continue;
    for (const [name, value] of Object.entries(map)) {
      found.push({ name, value: String(value), isRegex, isEqual: true });
    }
  }
  const texts = node[list];
  for (const text of Array.isArray(texts) ? texts : []) {
    try {
      found.push(...parseMatchers(String(text)));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      left.push(`${path}.${list}: ${error.message}`);
    }
  }
  return found.filter((matcher) => {
    try {
      checkRegexes([matcher]);
      return true;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      left.push(`${path}: ${error.message}`);
      return false;
    }
  });
}

/** Receivers as chains, and those whom they mail or call as people. */
class Receivers {
  readonly chains: object[] = [];
  readonly people: object[] = [];
  readonly #names = new Map<string, string>();
  readonly #personIds = new Map<string, string>();
  readonly #left: string[];

  constructor(left: string[]) {
    this.#left = left;
  }

  add(receiver: Node, index: number): void {
    const title = typeof receiver['name'] === 'string' ? receiver['name'] : `receiver-${index}`;
    const name = unused(slug(title), [...this.#names.values()]);
    this.#names.set(title, name);
    const steps: object[] = [];
    for (const config of nodes(receiver['email_configs'])) {
      for (const address of (typeof config['to'] === 'string' ? config['to'] : '').split(',')) {
        if (address.trim() !== '') steps.push(this.#page(address.trim(), 'email'));
      }
    }
    for (const config of nodes(receiver['webhook_configs'])) {
      if (typeof config['url'] === 'string') steps.push(this.#page(config['url'], 'webhook'));
      else
        this.#left.push(
          `receivers.${title}.webhook_configs: the address is not in the file; write it as the webhook of a person`,
        );
    }
    for (const kind of Object.keys(receiver)) {
      if (kind === 'name' || kind === 'email_configs' || kind === 'webhook_configs') continue;
      this.#left.push(
        `receivers.${title}.${kind}: its secret stays out; set the way out up under outside and name it in chain "${name}"`,
      );
    }
    if (steps.length === 0) {
      this.#left.push(
        `receivers.${title}: nobody is left to tell, so chain "${name}" pages the person on duty by e-mail`,
      );
      steps.push({ do: 'page', target: 'focal', by: ['email'] });
    }
    this.chains.push({ name, steps });
  }

  /** The chain's name. A receiver that the file does not define is told. */
  nameOf(title: string, path: string): string {
    const name = this.#names.get(title);
    if (name === undefined) this.#left.push(`${path}.receiver: there is no receiver "${title}" in the file`);
    return name ?? slug(title);
  }

  #page(address: string, by: 'email' | 'webhook'): object {
    let id = this.#personIds.get(address);
    if (id === undefined) {
      const words = by === 'email' ? address.split('@')[0]! : (URL.parse(address)?.host ?? 'webhook');
      id = unused(slug(words), [...this.#personIds.values()]);
      this.#personIds.set(address, id);
      this.people.push({ id, name: words, [by]: address });
    }
    return { do: 'page', target: id, by: [by] };
  }
}

function slug(text: string): string {
  const plain = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replaceAll(/^-+|-+$/g, '');
  return plain === '' ? 'unnamed' : plain;
}

function unused(name: string, taken: readonly string[]): string {
  let free = name;
  for (let number = 2; taken.includes(free); number++) free = `${name}-${number}`;
  return free;
}

function picked(node: Node, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((name) => node[name] !== undefined).map((name) => [name, node[name]]));
}

function nodes(value: unknown): Node[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
