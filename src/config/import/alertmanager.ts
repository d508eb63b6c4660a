import { LineCounter, isNode as isYamlNode, parseDocument, type Document } from 'yaml';
import type { LabelMatcher } from '../../alert/alert.ts';
import { parseMatchers } from '../../alert/matcher-text.ts';
import { checkMatchers, checkRegexes } from '../../alert/matching.ts';
import { matcherWords } from '../../alert/window.ts';
import { Fault } from '../../core/fault.ts';
import { Draft, nodeOf, nodes, slug, textOf, unused, type Imported, type Node } from './draft.ts';
import { plansOf } from './interval.ts';
import { receiversOf, type Receivers } from './receiver.ts';
import { dutyOf } from './rota.ts';

/** Where something stands: the file, the line, and its place in the tree. */
type Where = (...path: (string | number)[]) => string;

interface Reading {
  readonly draft: Draft;
  readonly where: Where;
  readonly receivers: Receivers;
  /** Time intervals by their name. */
  readonly intervals: ReadonlyMap<string, Node>;
  readonly work: object[];
}

/**
 * Translates the configuration of Alertmanager: routes with their receivers as chains, inhibition in the old and the new
 * form, those who are mailed or called as people, and times at which a route is mute as announced work that recurs.
 * @param now the present instant, ms
 * @throws Fault `bad_request` when the file is no such configuration
 */
export function importedFromAlertmanager(text: string, file: string, now: number): Imported {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const broken = document.errors[0];
  if (broken) throw new Fault('bad_request', { what: `${file}: ${broken.message}` });
  const source: unknown = document.toJS();
  const root = nodeOf(source);
  if (Object.keys(nodeOf(root['route'])).length === 0) {
    throw new Fault('bad_request', { what: `${file} is no configuration of Alertmanager: it has no route` });
  }
  const draft = new Draft();
  const where = whereIn(document, lines, file);
  const global = nodeOf(root['global']);
  const receivers = receiversOf(draft, where, nodes(root['receivers']), global);
  const intervals = new Map(
    [...nodes(root['time_intervals']), ...nodes(root['mute_time_intervals'])].map((one) => [String(one['name']), one]),
  );
  const reading: Reading = { draft, where, receivers, intervals, work: [] };
  leaveGlobal(draft, where, global);
  if (root['templates'] !== undefined) {
    draft.leave(
      where('templates'),
      'messages are written by Lamplighter; words for members stand under members.templates',
    );
  }
  const inhibit = nodes(root['inhibit_rules']).map((rule, index) => inhibitOf(reading, rule, ['inhibit_rules', index]));
  const route = routeOf(reading, nodeOf(root['route']), ['route'], []);
  if (draft.people.length === 0) draft.person('me', 'Duty Officer', { email: 'duty@example.org' });
  draft.leave(
    'duty',
    'Alertmanager has no duty plan: all who are told take turns by week; write who really does, or import it from where it is',
  );
  const timeout = global['resolve_timeout'];
  return {
    parts: {
      outside: draft.outside(receivers.outside),
      people: draft.people,
      duty: dutyOf(draft, undefined, Temporal.Instant.fromEpochMilliseconds(now)),
      ...(typeof timeout === 'string' ? { alerts: { resolve_timeout: timeout } } : {}),
      ...(inhibit.length > 0 ? { inhibit } : {}),
      ...(reading.work.length > 0 ? { maintenance: reading.work } : {}),
      route,
      chains: draft.chains,
    },
    left: draft.left,
    needs: draft.needs,
  };
}

function whereIn(document: Document, lines: LineCounter, file: string): Where {
  return (...path) => {
    const words = path
      .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
      .join('')
      .replace(/^\./, '');
    for (let length = path.length; length > 0; length--) {
      const node = document.getIn(path.slice(0, length), true);
      if (isYamlNode(node) && node.range) return `${file}:${lines.linePos(node.range[0]).line}: ${words}`;
    }
    return `${file}: ${words}`;
  };
}

function leaveGlobal(draft: Draft, where: Where, global: Node): void {
  for (const name of Object.keys(global)) {
    // The sender and the relay are carried over; the addresses of receivers are told where they are used.
    if (/^(resolve_timeout|smtp_(from|smarthost|auth_username|auth_password)|slack_api_url)/.test(name)) continue;
    if (name.startsWith('smtp_'))
      draft.leave(where('global', name), 'what the relay asks for belongs into its address under outside.email.relays');
    else draft.leave(where('global', name), 'ways out are configured under outside');
  }
}

/** Values that Alertmanager has where a tree names none. */
const ROOT_DEFAULTS = { group_wait: '30s', group_interval: '5m', repeat_interval: '4h' };

function routeOf(
  reading: Reading,
  route: Node,
  path: readonly (string | number)[],
  above: readonly LabelMatcher[],
): object {
  const isRoot = path.length === 1;
  const matchers = matchersOf(reading, route, path, ['match', 'match_re', 'matchers']);
  const all = [...above, ...matchers];
  if (route['mute_time_intervals'] !== undefined) mute(reading, route, path, all);
  if (route['active_time_intervals'] !== undefined) {
    reading.draft.leave(
      reading.where(...path, 'active_time_intervals'),
      'write the hours under hours, and hours: with outside: wait at the steps of the chain; an incident is never silenced by its hours altogether',
    );
  }
  const below = nodes(route['routes']).map((one, index) => routeOf(reading, one, [...path, 'routes', index], all));
  const times = { ...(isRoot ? ROOT_DEFAULTS : {}), ...picked(route, Object.keys(ROOT_DEFAULTS)) };
  const receiver = textOf(route['receiver']);
  return {
    ...(receiver === undefined
      ? {}
      : { receiver: reading.receivers.nameOf(receiver, reading.where(...path, 'receiver')) }),
    ...(matchers.length > 0 && !isRoot ? { matchers: matchers.map((one) => matcherWords([one])) } : {}),
    ...picked(route, ['group_by']),
    ...times,
    ...(route['continue'] === true ? { continue: true } : {}),
    ...(below.length > 0 ? { routes: below } : {}),
  };
}

/** What a route does not tell at certain times is expected then. */
function mute(
  reading: Reading,
  route: Node,
  path: readonly (string | number)[],
  matchers: readonly LabelMatcher[],
): void {
  const { draft, where, intervals, work } = reading;
  const place = where(...path, 'mute_time_intervals');
  const names = Array.isArray(route['mute_time_intervals']) ? route['mute_time_intervals'].map(String) : [];
  try {
    checkMatchers(matchers);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    draft.leave(
      place,
      'its matchers alone would cover every alert; announce the work with matchers of its own under maintenance',
    );
    return;
  }
  if (names.length > 0) {
    draft.leave(
      place,
      'it became announced work under maintenance: what its matchers cover is quiet then, in every other route too, and what still fires at the end is told',
    );
  }
  for (const name of names) {
    const interval = intervals.get(name);
    if (!interval) {
      draft.leave(place, `there is no time interval "${name}" in the file`);
      continue;
    }
    const { plans, left } = plansOf(interval);
    for (const line of left) draft.leave(`${place} (${name})`, line);
    for (const plan of plans) {
      const taken = work.map((one) => String(nodeOf(one)['name']));
      work.push({
        name: unused(slug(name), taken),
        title: name,
        matchers: matchers.map((one) => matcherWords([one])),
        ...plan,
      });
    }
  }
}

function inhibitOf(reading: Reading, rule: Node, path: readonly (string | number)[]): object {
  const side = (name: string): string[] =>
    matchersOf(reading, rule, path, [`${name}_match`, `${name}_match_re`, `${name}_matchers`]).map((one) =>
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
  { draft, where }: Reading,
  node: Node,
  path: readonly (string | number)[],
  [plain, regex, list]: readonly [string, string, string],
): LabelMatcher[] {
  const found: LabelMatcher[] = [];
  for (const [field, isRegex] of [
    [plain, false],
    [regex, true],
  ] as const) {
    for (const [name, value] of Object.entries(nodeOf(node[field]))) {
      found.push({ name, value: String(value), isRegex, isEqual: true });
    }
  }
  const texts = node[list];
  for (const text of Array.isArray(texts) ? texts : []) {
    try {
      found.push(...parseMatchers(String(text)));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      draft.leave(where(...path, list), error.message);
    }
  }
  return found.filter((matcher) => {
    try {
      checkRegexes([matcher]);
      return true;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      draft.leave(where(...path), error.message);
      return false;
    }
  });
}

function picked(node: Node, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((name) => node[name] !== undefined).map((name) => [name, node[name]]));
}
