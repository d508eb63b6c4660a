import { parse, stringify } from 'yaml';
import { Fault } from '../core/fault.ts';
import { parseRuleFile, watermarkConfig, type ReplayedRule } from '../expectation/index.ts';
import { wordsOf } from './mistake.ts';
import { wrongExpression } from './expression.ts';

/** A rule that an improvement can change, with its definition as YAML text. */
export interface RuleDefinition {
  readonly kind: 'watermark' | 'rule';
  /** A watermark's name, or `GROUP/ALERT`. */
  readonly rule: string;
  readonly title: string;
  readonly definition: string;
}

/** The definitions in the raw (unvalidated) values of the configuration's watermarks. */
export function watermarkDefinitions(raw: unknown): RuleDefinition[] {
  if (!Array.isArray(raw)) return [];
  return raw.flatMap((mark: unknown) => {
    const { name, title } = mark as { name?: unknown; title?: unknown };
    if (typeof name !== 'string') return [];
    return [
      {
        kind: 'watermark' as const,
        rule: name,
        title: typeof title === 'string' ? title : name,
        definition: textOf(mark),
      },
    ];
  });
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
  return kind === 'watermark' ? compileWatermark(raw) : compileRule(raw);
}

function compileWatermark(raw: unknown): ReplayedRule {
  const parsed = watermarkConfig.safeParse(raw);
  if (!parsed.success)
    throw new Fault('bad_request', {
      what: parsed.error.issues.map((issue) => wordsOf(issue, Object.keys(watermarkConfig.shape))).join('; '),
    });
  const wrong = wrongExpression(parsed.data.expr);
  if (wrong !== null) throw new Fault('bad_request', { what: wrong });
  return { kind: 'watermark', mark: parsed.data };
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
