import { LineCounter, parseDocument, visit } from 'yaml';
import { z } from 'zod';
import { parseDuration } from '../../../core/duration.ts';
import type { Labels } from '../../../core/labels.ts';
import { parseNumber } from '../../../promql/value/number.ts';

const duration = z.union([z.string(), z.number()]).transform((value, context) => {
  try {
    return parseDuration(String(value));
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});
const number = z.union([z.number(), z.nan(), z.string()]).transform((value, context) => {
  const read = typeof value === 'number' ? value : parseNumber(value.replace(/\.(?=inf|nan)/i, ''));
  if (read !== undefined) return read;
  context.addIssue({ code: 'custom', message: `"${value}" is not a number` });
  return z.NEVER;
});
const instant = z.union([z.number(), z.string()]).transform((value, context) => {
  const ms = typeof value === 'number' || /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value);
  if (!Number.isNaN(ms)) return Math.round(ms);
  context.addIssue({ code: 'custom', message: `"${value}" is no instant: write Unix seconds or RFC 3339` });
  return z.NEVER;
});
const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const texts = z.record(z.string(), z.union([text, z.null().transform(() => '')])).nullish();

const alertTest = z.strictObject({
  eval_time: duration.default(0),
  groupname: z.string().optional(),
  alertname: z.string({ error: 'an item of alert_rule_test needs "alertname"' }).min(1),
  exp_alerts: z.array(z.strictObject({ exp_labels: texts, exp_annotations: texts })).nullish(),
});
const exprTest = z.strictObject({
  expr: text,
  eval_time: duration.default(0),
  exp_samples: z
    .array(
      z.strictObject({ labels: z.string().default(''), value: number.default(0), histogram: z.string().optional() }),
    )
    .nullish(),
});
const testGroup = z.strictObject({
  name: text.optional(),
  interval: duration.default(0),
  input_series: z.array(z.strictObject({ series: z.string(), values: text })).nullish(),
  alert_rule_test: z.array(alertTest).nullish(),
  promql_expr_test: z.array(exprTest).nullish(),
  external_labels: texts,
  external_url: z.string().default(''),
  start_timestamp: instant.default(0),
});
const schema = z.strictObject({
  rule_files: z.array(z.string()).nullish(),
  evaluation_interval: duration.default(60_000),
  group_eval_order: z.array(z.string()).nullish(),
  fuzzy_compare: z.boolean().default(false),
  tests: z.array(testGroup).nullish(),
});

export type AlertTest = z.output<typeof alertTest>;
export type ExprTest = z.output<typeof exprTest>;
export type TestGroup = z.output<typeof testGroup>;

/** A file of rule tests, as promtool reads it. Durations and instants are ms. */
export interface RuleTestFile {
  readonly ruleFiles: readonly string[];
  readonly interval: number;
  readonly order: readonly string[];
  readonly fuzzy: boolean;
  readonly tests: readonly TestGroup[];
}

/**
 * Reads a file of rule tests.
 * @throws Error with a line for each mistake
 * Source: prometheus/prometheus docs/configuration/unit_testing_rules.md.
 */
export function parseRuleTestFile(content: string): RuleTestFile {
  const lines = new LineCounter();
  const document = parseDocument(content, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const words = document.errors.map(({ pos, message }) => `line ${lines.linePos(pos[0]).line}: ${message}`);
    throw new Error(words.join('\n'));
  }
  // Numbers as they were written: the text 0x10 is a series of zeros, not sixteen.
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value === 'number' && node.source !== undefined) node.value = node.source;
    },
  });
  const parsed = schema.safeParse((document.toJS() as unknown) ?? {});
  if (!parsed.success) {
    throw new Error(
      parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`).join('\n'),
    );
  }
  const { rule_files, evaluation_interval, group_eval_order, fuzzy_compare, tests } = parsed.data;
  const order = group_eval_order ?? [];
  const twice = order.find((name, index) => order.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`group name repeated in evaluation order: ${twice}`);
  return {
    ruleFiles: rule_files ?? [],
    // Nothing would ever pass with steps of no length.
    interval: evaluation_interval || 60_000,
    order,
    fuzzy: fuzzy_compare,
    tests: (tests ?? []).map((test) => ({ ...test, interval: test.interval || evaluation_interval || 60_000 })),
  };
}

/** Labels that a file gives, an absent map being an empty one. */
export function labelsIn(given: Readonly<Record<string, string>> | null | undefined): Labels {
  return given ?? {};
}
