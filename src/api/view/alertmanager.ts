import { stringify } from 'yaml';
import { groupKey, groupLabels, routesOf, type Route } from '../../alert/route.ts';
import type { AlertSettings } from '../../alert/index.ts';
import type { LabelMatcher, Silence } from '../../alert/alert.ts';
import { matchesAll } from '../../alert/matching.ts';
import { matcherWords } from '../../alert/window.ts';
import type { RawAlert } from '../../alert/ports.ts';
import { formatDuration } from '../../core/duration.ts';
import { compareText, labelsKey, type Labels } from '../../core/labels.ts';

/** The receiver of every alert where no route names a chain: the incident chooses. */
export const ANY_RECEIVER = 'lamplighter';

/** Where no route says how to group, alerts of the same name stand together. */
const UNROUTED: Route = {
  id: '0',
  matchers: [],
  continues: false,
  receiver: ANY_RECEIVER,
  groupBy: ['alertname'],
  groupWait: 0,
  groupInterval: null,
  repeatInterval: null,
  below: [],
};

/** The routes that take an alert. */
function takenBy(settings: AlertSettings, labels: Labels): readonly Route[] {
  return settings.route ? routesOf(settings.route, labels) : [UNROUTED];
}

/** Which alerts somebody asks for. */
export interface AlertQuery {
  readonly active: boolean;
  readonly silenced: boolean;
  readonly inhibited: boolean;
  readonly filter: readonly LabelMatcher[];
  /** A regex that a receiver's whole name must match. */
  readonly receiver: string | null;
}

interface Shown {
  readonly json: string;
  readonly labels: Labels | null;
  readonly routes: readonly Route[];
  readonly suppressed: boolean;
}

/**
 * Writes firing alerts in Alertmanager's form. Labels and annotations are passed on as they lie in the store: they are
 * read only where something is asked of them.
 */
export class AlertWriter {
  readonly #settings: AlertSettings;
  readonly #query: AlertQuery;
  readonly #now: number;
  readonly #wantsLabels: boolean;

  constructor(settings: AlertSettings, query: AlertQuery, now: number, wantsLabels: boolean) {
    this.#settings = settings;
    this.#query = query;
    this.#now = now;
    this.#wantsLabels = wantsLabels || query.filter.length > 0 || settings.route !== null;
  }

  /** The alert, or null when it is not asked for. */
  write(raw: RawAlert): Shown | null {
    const { active, silenced, inhibited, filter, receiver } = this.#query;
    const { silencedBy, maintenanceBy, inhibitedBy } = raw;
    const suppressed = silencedBy !== null || maintenanceBy !== null || inhibitedBy !== null;
    if (!active && !suppressed) return null;
    if (!silenced && silencedBy !== null) return null;
    if (!inhibited && inhibitedBy !== null) return null;
    const labels = this.#wantsLabels ? (JSON.parse(raw.labels) as Labels) : null;
    if (labels && !matchesAll(filter, labels)) return null;
    const all = takenBy(this.#settings, labels ?? {});
    const routes = receiver === null ? all : all.filter((route) => isNamed(route.receiver, receiver));
    if (routes.length === 0) return null;
    const receivers = routes.map((route) => `{"name":${JSON.stringify(route.receiver)}}`).join(',');
    const status = `{"inhibitedBy":${list(inhibitedBy)},"mutedBy":${list(maintenanceBy)},"silencedBy":${list(silencedBy)},"state":"${suppressed ? 'suppressed' : 'active'}"}`;
    const url = raw.generatorUrl === null ? '' : `,"generatorURL":${JSON.stringify(raw.generatorUrl)}`;
    // What own rules keep firing has no end; it is given the one that a sender would give it.
    const endsAt = raw.expiresAt ?? this.#now + this.#settings.resolveTimeout;
    const json = `{"annotations":${raw.annotations},"endsAt":"${instant(endsAt)}","fingerprint":"${raw.fingerprint}","receivers":[${receivers}],"startsAt":"${instant(raw.startsAt)}","status":${status},"updatedAt":"${instant(raw.lastSeenAt)}"${url},"labels":${raw.labels}}`;
    return { json, labels, routes, suppressed };
  }
}

function list(id: string | null): string {
  return id === null ? '[]' : `[${JSON.stringify(id)}]`;
}

/** RFC 3339 with milliseconds. */
export function instant(ms: number): string {
  return new Date(ms).toISOString();
}

/** Whether the whole name matches the regex. @throws Fault `body_invalid` when it does not parse */
export function isNamed(name: string, regex: string): boolean {
  return matchesAll([{ name: 'receiver', value: regex, isRegex: true, isEqual: true }], { receiver: name });
}

/** Collects alerts into the groups of their routes. */
export class AlertGroups {
  readonly #groups = new Map<string, { receiver: string; labels: Labels; alerts: string[]; loud: boolean }>();

  add(shown: Shown): void {
    const labels = shown.labels ?? {};
    for (const route of shown.routes) {
      const key = groupKey(route, labels);
      let group = this.#groups.get(key);
      if (!group) {
        group = { receiver: route.receiver, labels: groupLabels(route, labels), alerts: [], loud: false };
        this.#groups.set(key, group);
      }
      group.alerts.push(shown.json);
      if (!shown.suppressed) group.loud = true;
    }
  }

  /** The groups as JSON, in the order of their labels. @param muted whether those in which everything is quiet are shown */
  *json(muted: boolean): Iterable<string> {
    const sorted = [...this.#groups.values()]
      .filter(({ loud }) => loud || muted)
      .toSorted((a, b) => compareText(labelsKey(a.labels), labelsKey(b.labels)) || compareText(a.receiver, b.receiver));
    for (const { receiver, labels, alerts } of sorted) {
      yield `{"alerts":[${alerts.join(',')}],"labels":${JSON.stringify(labels)},"receiver":{"name":${JSON.stringify(receiver)}},"routeLabels":{}}`;
    }
  }
}

/** A silence in Alertmanager's form. */
export function silenceOut(silence: Silence, now: number) {
  const { id, matchers, startsAt, endsAt, createdBy, comment, annotations } = silence;
  return {
    id,
    status: { state: silenceState(silence, now) },
    // Silences of an older version do not know it.
    updatedAt: instant(silence.updatedAt === 0 ? startsAt : silence.updatedAt),
    annotations,
    comment,
    createdBy,
    endsAt: instant(endsAt),
    matchers: matchers.map(({ name, value, isRegex, isEqual }) => ({ isEqual, isRegex, name, value })),
    startsAt: instant(startsAt),
  };
}

export type SilenceState = 'active' | 'pending' | 'expired';

export function silenceState({ startsAt, endsAt }: Pick<Silence, 'startsAt' | 'endsAt'>, now: number): SilenceState {
  return endsAt <= now ? 'expired' : startsAt > now ? 'pending' : 'active';
}

/** Every receiver: the chains, or the one name that stands for all of them. */
export function receiverNames(settings: AlertSettings, chains: readonly { readonly name: string }[]): string[] {
  return settings.route ? chains.map(({ name }) => name) : [ANY_RECEIVER];
}

/** The routing and inhibition as a configuration of Alertmanager, for what reads it: `amtool config routes`. */
export function alertmanagerConfig(settings: AlertSettings, receivers: readonly string[]): string {
  const matchers = (all: readonly LabelMatcher[]): string[] => all.map((one) => matcherWords([one]));
  const routeOf = (route: Route): object => ({
    receiver: route.receiver,
    group_by: route.groupBy ?? ['...'],
    ...(route.matchers.length > 0 ? { matchers: matchers(route.matchers) } : {}),
    ...(route.continues ? { continue: true } : {}),
    ...(route.groupWait > 0 ? { group_wait: formatDuration(route.groupWait) } : {}),
    ...(route.groupInterval === null ? {} : { group_interval: formatDuration(route.groupInterval) }),
    ...(route.repeatInterval === null ? {} : { repeat_interval: formatDuration(route.repeatInterval) }),
    ...(route.below.length > 0 ? { routes: route.below.map(routeOf) } : {}),
  });
  return stringify({
    global: { resolve_timeout: formatDuration(settings.resolveTimeout) },
    route: routeOf(settings.route ?? UNROUTED),
    receivers: receivers.map((name) => ({ name })),
    ...(settings.inhibit.length > 0
      ? {
          inhibit_rules: settings.inhibit.map(({ source, target, equal }) => ({
            source_matchers: matchers(source),
            target_matchers: matchers(target),
            ...(equal.length > 0 ? { equal } : {}),
          })),
        }
      : {}),
  });
}
