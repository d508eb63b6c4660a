import { labelsKey, type Labels } from '../core/labels.ts';
import type { LabelMatcher } from './alert.ts';
import type { RouteConfig } from './config.ts';
import { matchesAll } from './matching.ts';

/** A route with everything that it has from those above it. */
export interface Route {
  /** Its place in the tree, such as `0` or `0.2.1`. */
  readonly id: string;
  readonly matchers: readonly LabelMatcher[];
  readonly continues: boolean;
  /** The chain that an incident of its alerts runs. */
  readonly receiver: string;
  /** Labels that make a group; null for all of them (`...`). */
  readonly groupBy: readonly string[] | null;
  /** How long the first of a group wait for others, and how far apart a group is told, ms. Null waits for nothing. */
  readonly groupWait: number;
  readonly groupInterval: number | null;
  /** How often a chain begins again while nobody accepted, ms; null leaves it to the chain. */
  readonly repeatInterval: number | null;
  readonly below: readonly Route[];
}

/** Makes the tree ready. Waiting is only done where it was asked for. */
export function compileRoute(config: RouteConfig, above?: Route, id = '0'): Route {
  const groupBy = config.group_by;
  const route: Omit<Route, 'below'> = {
    id,
    matchers: config.matchers.flat(),
    continues: config.continue,
    receiver: config.receiver ?? above?.receiver ?? '',
    groupBy: groupBy === undefined ? (above ? above.groupBy : []) : groupBy.includes('...') ? null : groupBy.toSorted(),
    groupWait: config.group_wait ?? above?.groupWait ?? 0,
    groupInterval: config.group_interval ?? above?.groupInterval ?? null,
    repeatInterval: config.repeat_interval ?? above?.repeatInterval ?? null,
  };
  const itself: Route = { ...route, below: [] };
  return { ...route, below: config.routes.map((one, index) => compileRoute(one, itself, `${id}.${index}`)) };
}

/** The routes that take an alert, the first one first: as deep as possible, the next beside it only with `continue`. */
export function routesOf(route: Route, labels: Labels): Route[] {
  if (!matchesAll(route.matchers, labels)) return [];
  const taken: Route[] = [];
  for (const below of route.below) {
    const found = routesOf(below, labels);
    taken.push(...found);
    if (found.length > 0 && !below.continues) break;
  }
  return taken.length > 0 ? taken : [route];
}

/** The labels that an alert's group has in common. */
export function groupLabels(route: Route, labels: Labels): Labels {
  if (route.groupBy === null) return labels;
  const common: Record<string, string> = {};
  for (const name of route.groupBy) if ((labels[name] ?? '') !== '') common[name] = labels[name]!;
  return common;
}

/** The group of an alert under a route, as one text. */
export function groupKey(route: Route, labels: Labels): string {
  return `${route.id}:${labelsKey(groupLabels(route, labels))}`;
}
