import { parse, stringify } from 'yaml';
import type { z } from 'zod';
import { Fault } from '../core/fault.ts';
import {
  indicatorConfig,
  parseRuleFile,
  watchOf,
  watchRuleConfig,
  watermarkConfig,
  type ReplayedRule,
} from '../expectation/index.ts';
import type { DefinitionKind } from '../improvement/index.ts';
import { keysAt } from './known-key.ts';
import { wordsOf } from './mistake.ts';
import { wrongExpression } from './expression.ts';

/** A rule that an improvement can change, with its definition as YAML text. */
export interface RuleDefinition {
  readonly kind: DefinitionKind;
  /** Name of the watermark, watch or indicator, or `GROUP/ALERT`. */
  readonly rule: string;
  readonly title: string;
  readonly definition: string;
  /** The activated definition that stands here instead of the file's. */
  readonly activated?: string;
}

/** The definitions in the raw (as written) values of a valid configuration: watermarks, indicators, watches. */
export function writtenDefinitions(raw: {
  readonly watermarks?: unknown;
  readonly indicators?: unknown;
  readonly rules?: unknown;
}): RuleDefinition[] {
  const named = (kind: 'watermark' | 'indicator', items: unknown): RuleDefinition[] =>
    listOf(items).flatMap((item) => {
      const { name, title } = item as { name?: unknown; title?: unknown };
      if (typeof name !== 'string') return [];
      return [{ kind, rule: name, title: typeof title === 'string' ? title : name, definition: textOf(item) }];
    });
  const watches = listOf(raw.rules).flatMap((item): RuleDefinition[] => {
    const parsed = typeof item === 'string' ? null : watchRuleConfig.safeParse(item);
    if (!parsed?.success) return [];
    const { name } = watchOf(parsed.data);
    return [{ kind: 'watch', rule: name, title: name, definition: textOf(item) }];
  });
  return [...named('watermark', raw.watermarks), ...named('indicator', raw.indicators), ...watches];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** The definitions of the alerting rules in the text of a rule file that was found valid. */
export function ruleDefinitions(text: string): RuleDefinition[] {
  const file = parse(text) as { groups?: { name: string; rules?: Record<string, unknown>[] }[] } | null;
  return (file?.groups ?? []).flatMap(({ name, rules }) =>
    (rules ?? []).flatMap((rule) => {
      const alert = rule['alert'];
      return typeof alert === 'string'
        ? [{ kind: 'rule' as const, rule: `${name}/${alert}`, title: alert, definition: textOf(rule) }]
        : [];
    }),
  );
}

/**
 * Reads a definition into what is evaluated.
 * @throws Fault `bad_request` saying what does not hold
 */
export function compileDefinition(kind: RuleDefinition['kind'], definition: string): ReplayedRule {
  let raw: unknown;
  try {
    raw = parse(definition);
  } catch (error) {
    throw new Fault('bad_request', { what: `it is not YAML: ${(error as Error).message}` });
  }
  switch (kind) {
    case 'watermark':
      return { kind, mark: checked(read(watermarkConfig, raw)) };
    case 'indicator': {
      const indicator = checked(read(indicatorConfig, raw));
      if (indicator.forecast.expr !== undefined) checked({ expr: indicator.forecast.expr });
      return { kind, indicator };
    }
    case 'watch':
      return { kind, watch: watchOf(read(watchRuleConfig, raw)) };
    case 'rule':
      return compileRule(raw);
  }
}

/** The name that a definition gives itself: what it stands in for. @throws Fault `bad_request` */
export function nameOfDefinition(kind: RuleDefinition['kind'], definition: string, rule: string): string {
  const compiled = compileDefinition(kind, definition);
  switch (compiled.kind) {
    case 'watermark':
      return compiled.mark.name;
    case 'indicator':
      return compiled.indicator.name;
    case 'watch':
      return compiled.watch.name;
    case 'rule':
      return `${rule.includes('/') ? rule.slice(0, rule.indexOf('/')) : 'activated'}/${compiled.rule.name}`;
  }
}

function read<Schema extends z.ZodType>(schema: Schema, raw: unknown): z.output<Schema> {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const known = (path: readonly PropertyKey[]): string[] => keysAt(schema, path);
  throw new Fault('bad_request', { what: parsed.error.issues.map((issue) => wordsOf(issue, known)).join('; ') });
}

/** @throws Fault `bad_request` when the expression does not parse */
function checked<Value extends { readonly expr: string }>(value: Value): Value {
  const wrong = wrongExpression(value.expr);
  if (wrong !== null) throw new Fault('bad_request', { what: wrong });
  return value;
}

function compileRule(raw: unknown): ReplayedRule {
  const text = stringify({ groups: [{ name: 'changed', rules: [raw] }] });
  const { groups, faults } = parseRuleFile(text, 'definition', wrongExpression);
  if (faults.length > 0) throw new Fault('bad_request', { what: faults.map(({ message }) => message).join('; ') });
  const rule = groups[0]?.rules[0];
  if (rule?.kind !== 'alerting')
    throw new Fault('bad_request', { what: 'it is no alerting rule. Write alert, expr and what else it needs.' });
  return { kind: 'rule', rule };
}

function textOf(value: unknown): string {
  return stringify(value, { lineWidth: 0 });
}
