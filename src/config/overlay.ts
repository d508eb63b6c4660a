import { Fault } from '../core/fault.ts';
import {
  withoutWatch,
  type IndicatorConfig,
  type RuleGroup,
  type WatchOverlay,
  type WatermarkConfig,
} from '../expectation/index.ts';
import type { Config } from './index.ts';
import { compileDefinition, type RuleDefinition } from './rule-definition.ts';

/** A definition that was activated while the server runs. */
export interface ActivatedDefinition {
  readonly id: string;
  readonly kind: RuleDefinition['kind'];
  readonly rule: string;
  readonly definition: string;
}

/** One that cannot be used with this configuration: which, and why. */
export interface UnusedDefinition {
  readonly id: string;
  readonly why: string;
}

/**
 * The configuration with the activated definitions in place of its own of the same name, or beside them. One that does
 * not fit (its indicator is gone) is left out and told.
 */
export function withDefinitions(
  config: Config,
  definitions: readonly ActivatedDefinition[],
): { readonly config: Config; readonly unused: readonly UnusedDefinition[] } {
  const unused: UnusedDefinition[] = [];
  let merged = config;
  // Indicators first: watches are about them.
  const order = [...definitions].sort((a, b) => Number(a.kind !== 'indicator') - Number(b.kind !== 'indicator'));
  for (const definition of order) {
    try {
      merged = described(applied(merged, definition), definition);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      unused.push({ id: definition.id, why: error.message });
    }
  }
  return { config: merged, unused };
}

function applied(config: Config, { kind, rule, definition }: ActivatedDefinition): Config {
  const compiled = compileDefinition(kind, definition);
  switch (compiled.kind) {
    case 'watermark': {
      const watermarks = replaced<WatermarkConfig>(config.watermarks, compiled.mark);
      return { ...config, watermarks, plan: { ...config.plan, watermarks } };
    }
    case 'indicator': {
      const indicators = replaced<IndicatorConfig>(config.indicators, compiled.indicator);
      return { ...config, indicators, plan: { ...config.plan, indicators } };
    }
    case 'watch':
      return withWatch(config, compiled.watch);
    case 'rule': {
      const groups = withRule(config.groups, rule, compiled.rule);
      return { ...config, groups, plan: { ...config.plan, groups } };
    }
  }
}

function withWatch(config: Config, watch: WatchOverlay): Config {
  const known = config.plan.indicators.map(({ name }) => name);
  if (!known.includes(watch.indicator)) {
    const instead = known.length > 0 ? `Write one of ${known.join(', ')}` : 'There is none';
    throw new Fault('bad_request', { what: `there is no indicator "${watch.indicator}". ${instead}` });
  }
  // An entry under the indicator's own "watch" of the same name gives way.
  const indicators = config.indicators.map((indicator) => withoutWatch(indicator, watch.name));
  const watches = replaced(config.plan.watches ?? [], watch);
  return { ...config, indicators, plan: { ...config.plan, indicators, watches } };
}

type AlertingRule = Extract<RuleGroup['rules'][number], { kind: 'alerting' }>;

function withRule(groups: readonly RuleGroup[], path: string, rule: AlertingRule): RuleGroup[] {
  const name = path.includes('/') ? path.slice(0, path.indexOf('/')) : 'activated';
  const at = groups.findIndex((group) => group.name === name);
  if (at < 0) {
    const group = { name, file: 'activated', interval: null, limit: 0, queryOffset: null, labels: {}, line: 1 };
    return [...groups, { ...group, rules: [rule] }];
  }
  return groups.map((group, index) => {
    if (index !== at) return group;
    // Labels of the group are added to its rules when a file is read; this one comes alone.
    const labelled = { ...rule, labels: { ...group.labels, ...rule.labels } };
    const rules = group.rules.map((each) => (each.kind === 'alerting' && each.name === rule.name ? labelled : each));
    return { ...group, rules: rules.includes(labelled) ? rules : [...rules, labelled] };
  });
}

function replaced<Item extends { readonly name: string }>(items: readonly Item[], item: Item): Item[] {
  const found = items.some(({ name }) => name === item.name);
  return found ? items.map((each) => (each.name === item.name ? item : each)) : [...items, item];
}

/** The list of definitions says what is in force. */
function described(config: Config, { id, kind, rule, definition }: ActivatedDefinition): Config {
  const before = config.definitions.find((each) => each.kind === kind && each.rule === rule);
  const now = { kind, rule, title: before?.title ?? rule, definition, activated: id };
  const definitions = before
    ? config.definitions.map((each) => (each === before ? now : each))
    : [...config.definitions, now];
  return { ...config, definitions };
}
