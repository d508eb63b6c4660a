import { z } from 'zod';
import { parseDuration } from '../core/duration.ts';
import { Fault } from '../core/fault.ts';
import { durationField, type ConfigProblem } from '../signal/index.ts';
import type { LabelMatcher, WorkPlaces } from './alert.ts';
import type { FlapRule } from './flap.ts';
import { compileInhibit, type InhibitRule } from './inhibit.ts';
import type { parseMatchers } from './matcher-text.ts';
import { matchersField } from './matchers-field.ts';
import { compileRoute, type Route } from './route.ts';
import { RESOLVE_TIMEOUT } from '../signal/alertmanager-body.ts';
import { configuredWork, workSchema, type ConfiguredWork } from './work-config.ts';

const someMatchers = matchersField.min(1, 'Write at least one matcher, such as severity="critical".');

const labelName = z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'Write the name of a label, such as city.');

/** How long to wait; none at all is allowed. */
const waitField = z.string().transform((text, ctx) => {
  try {
    return parseDuration(text);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    ctx.addIssue({ code: 'custom', message: error.message });
    return z.NEVER;
  }
});

const inhibitSchema = z.strictObject({
  source_matchers: someMatchers,
  target_matchers: someMatchers,
  equal: z.array(labelName).default([]),
});

/** What a route says; what it leaves out it has from the one above it. */
const routeFields = {
  receiver: z.string().min(1).max(64).optional(),
  group_by: z.array(z.union([z.literal('...'), labelName])).optional(),
  group_wait: waitField.optional(),
  group_interval: durationField.optional(),
  repeat_interval: durationField.optional(),
};

export interface RouteConfig {
  readonly receiver?: string | undefined;
  readonly group_by?: readonly string[] | undefined;
  readonly group_wait?: number | undefined;
  readonly group_interval?: number | undefined;
  readonly repeat_interval?: number | undefined;
  readonly matchers: readonly ReturnType<typeof parseMatchers>[];
  readonly continue: boolean;
  readonly routes: readonly RouteConfig[];
}
const routeSchema: z.ZodType<RouteConfig> = z.strictObject({
  ...routeFields,
  matchers: matchersField.default([]),
  continue: z.boolean().default(false),
  routes: z.array(z.lazy(() => routeSchema)).default([]),
});

/** The part of the configuration that says how alerts are kept, which ones hide others, and where they are led. */
export const alertSchema = z.strictObject({
  alerts: z
    .strictObject({
      resolve_timeout: durationField.default(RESOLVE_TIMEOUT),
      /** An alert that ends this often within this time counts as one that fires, until it is calm. */
      flapping: z
        .union([
          z.literal(false),
          z.strictObject({
            times: z.number().int().min(2).max(100).default(5),
            within: durationField.prefault('30m'),
            calm: durationField.prefault('10m'),
          }),
        ])
        .prefault({}),
    })
    .prefault({}),
  inhibit: z.array(inhibitSchema).default([]),
  route: routeSchema.optional(),
  maintenance: z.array(workSchema).default([]),
});
export type AlertConfig = z.output<typeof alertSchema>;

/** What the stage needs of the configuration, made ready once per reload. */
export interface AlertSettings {
  readonly resolveTimeout: number;
  /** When an alert flaps; null for never. */
  readonly flapping: FlapRule | null;
  readonly inhibit: readonly InhibitRule[];
  /** The tree of routes, or null when alerts are told one by one and the incident chooses its chain. */
  readonly route: Route | null;
  /** Announced work that the configuration names. */
  readonly maintenance: readonly ConfiguredWork[];
  /**
   * What places mean in labels: one list of matchers for each component behind them.
   * @throws Fault `not_found`; `body_invalid` for a component without labels
   */
  readonly labelsAt: (places: WorkPlaces) => readonly (readonly LabelMatcher[])[];
}

/** The settings where nothing is configured. */
export const NO_ALERT_SETTINGS: AlertSettings = {
  resolveTimeout: RESOLVE_TIMEOUT,
  flapping: null,
  inhibit: [],
  route: null,
  maintenance: [],
  labelsAt: () => [],
};

/**
 * Makes the settings from a checked configuration.
 * @param labelsAt what places of the topology mean in labels
 * @param zone of the local times of announced work that names none
 */
export function alertSettings(
  { alerts, inhibit, route, maintenance }: AlertConfig,
  labelsAt: AlertSettings['labelsAt'] = () => [],
  zone = 'UTC',
): AlertSettings {
  return {
    labelsAt,
    resolveTimeout: alerts.resolve_timeout,
    flapping: alerts.flapping === false ? null : alerts.flapping,
    inhibit: inhibit.map(compileInhibit),
    route: route ? compileRoute(route) : null,
    maintenance: maintenance.map((work) => configuredWork(work, zone)),
  };
}

/** What one entry alone cannot show: receivers that are no chain, a root that leaves something out. */
export function alertProblems({ route }: AlertConfig, chains: readonly { readonly name: string }[]): ConfigProblem[] {
  if (!route) return [];
  const problems: ConfigProblem[] = [];
  const names = chains.map(({ name }) => name);
  if (route.receiver === undefined) {
    problems.push({ path: 'route', message: 'The route at the top names no receiver. Write the name of a chain.' });
  }
  if (route.matchers.length > 0) {
    problems.push({
      path: 'route.matchers',
      message: 'The route at the top takes every alert. Move the matchers to a route below.',
    });
  }
  const walk = (one: RouteConfig, path: string): void => {
    if (one.receiver !== undefined && !names.includes(one.receiver)) {
      const known = names.length === 0 ? 'none is defined yet' : `defined are ${names.slice(0, 12).join(', ')}`;
      problems.push({ path: `${path}.receiver`, message: `There is no chain "${one.receiver}"; ${known}.` });
    }
    one.routes.forEach((below, index) => walk(below, `${path}.routes[${index}]`));
  };
  walk(route, 'route');
  return problems;
}
