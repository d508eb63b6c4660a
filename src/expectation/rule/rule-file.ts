import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type Pair, type YAMLMap } from 'yaml';
import { parseDuration } from '../../core/duration.ts';
import { labelsKey } from '../../core/labels.ts';
import type { Rule, RuleFault, RuleGroup } from './group.ts';
import type { CheckExpr } from '../ports.ts';
import { checkTemplate } from './template/parser.ts';

const GROUP_KEYS = ['name', 'interval', 'limit', 'query_offset', 'labels', 'rules'];
const RECORD_KEYS = ['record', 'expr', 'labels'];
const ALERT_KEYS = ['alert', 'expr', 'for', 'keep_firing_for', 'labels', 'annotations'];
const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** What a file holds, and everything that is wrong with it. `groups` is complete only when `faults` is empty. */
export interface RuleFile {
  readonly groups: readonly RuleGroup[];
  readonly faults: readonly RuleFault[];
}

/**
 * Reads one Prometheus rule file.
 * @param text YAML
 * @param file name for messages and for `RuleGroup.file`
 * @param checkExpr says what is wrong with an expression, or null
 * Source: prometheus/prometheus docs/configuration/recording_rules.md and alerting_rules.md.
 */
export function parseRuleFile(text: string, file: string, checkExpr: CheckExpr): RuleFile {
  return new Reader(text, file, checkExpr).read();
}

/** Walks the YAML tree, so that each message knows its line. */
class Reader {
  readonly #lines = new LineCounter();
  readonly #faults: RuleFault[] = [];
  readonly #text: string;
  readonly #file: string;
  readonly #checkExpr: CheckExpr;

  constructor(text: string, file: string, checkExpr: CheckExpr) {
    this.#text = text;
    this.#file = file;
    this.#checkExpr = checkExpr;
  }

  read(): RuleFile {
    const document = parseDocument(this.#text, { lineCounter: this.#lines, prettyErrors: false, uniqueKeys: false });
    for (const error of document.errors) {
      this.#fault(this.#lines.linePos(error.pos[0]).line, `This is not YAML: ${error.message}`);
    }
    if (this.#faults.length > 0) return { groups: [], faults: this.#faults };
    const root = document.contents;
    if (root === null || (isScalar(root) && root.value === null)) return { groups: [], faults: [] };
    const top = this.#map(root, 'A rule file', ['groups']);
    const list = top?.get('groups');
    if (top && !list) this.#fault(1, 'The file has no "groups". Write: groups: [{ name: ..., rules: [...] }].');
    const groups = this.#items(list, '"groups"').flatMap((node) => this.#group(node) ?? []);
    const seen = new Map<string, number>();
    for (const group of groups) {
      const before = seen.get(group.name);
      if (before !== undefined) {
        this.#fault(
          group.line,
          `The group "${group.name}" is already defined in line ${before}. Give it another name.`,
        );
      }
      seen.set(group.name, group.line);
    }
    return { groups, faults: this.#faults };
  }

  #group(node: Node): RuleGroup | null {
    const fields = this.#map(node, 'A group', GROUP_KEYS);
    if (!fields) return null;
    const line = this.#line(node);
    const name = this.#string(fields, 'name', line, 'the group');
    const labels = this.#labels(fields.get('labels'), 'labels');
    const rules = this.#items(fields.get('rules'), '"rules"').flatMap((item) => this.#rule(item, labels) ?? []);
    const seen = new Map<string, number>();
    for (const rule of rules) {
      const key = `${rule.kind} ${rule.name} ${rule.expr} ${rule.kind === 'alerting' ? rule.for : ''} ${labelsKey(rule.labels)}`;
      const before = seen.get(key);
      if (before !== undefined) {
        this.#fault(
          rule.line,
          `The rule "${rule.name}" repeats the one in line ${before}. Remove one, or tell them apart by a label.`,
        );
      }
      seen.set(key, rule.line);
    }
    if (name === null) return null;
    const interval = this.#duration(fields, 'interval');
    return {
      name,
      file: this.#file,
      interval: interval === 0 ? null : interval,
      limit: this.#count(fields, 'limit'),
      queryOffset: this.#duration(fields, 'query_offset'),
      labels,
      rules,
      line,
    };
  }

  #rule(node: Node, groupLabels: Record<string, string>): Rule | null {
    if (!isMap(node)) {
      this.#fault(this.#line(node), 'A rule must be a mapping with "record" or "alert", and "expr".');
      return null;
    }
    const has = (key: string): boolean => node.has(key);
    const line = this.#line(node);
    if (has('record') === has('alert')) {
      const what = has('record')
        ? 'both "record" and "alert": make it two rules'
        : 'neither "record" nor "alert": write one';
      this.#fault(line, `The rule has ${what}.`);
      return null;
    }
    const alerting = has('alert');
    const fields = this.#map(
      node,
      alerting ? 'An alerting rule' : 'A recording rule',
      alerting ? ALERT_KEYS : RECORD_KEYS,
    );
    if (!fields) return null;
    const name = this.#string(fields, alerting ? 'alert' : 'record', line, 'the rule');
    const expr = this.#expr(fields, line);
    const labels = { ...groupLabels, ...this.#labels(fields.get('labels'), 'labels') };
    if (name === null || expr === null) return null;
    if (!alerting) {
      if (!METRIC_NAME.test(name)) {
        this.#fault(
          line,
          `"${name}" cannot name a series. Use letters, digits, "_" and ":", such as level:metric:operation.`,
        );
      }
      return { kind: 'recording', name, expr, labels, line };
    }
    const annotations = this.#labels(fields.get('annotations'), 'annotations');
    this.#templates(fields.get('labels'));
    this.#templates(fields.get('annotations'));
    const hold = this.#duration(fields, 'for') ?? 0;
    const keepFiringFor = this.#duration(fields, 'keep_firing_for') ?? 0;
    return { kind: 'alerting', name, expr, for: hold, keepFiringFor, labels, annotations, line };
  }

  #expr(fields: Fields, line: number): string | null {
    const expr = this.#string(fields, 'expr', line, 'the rule');
    if (expr === null) return null;
    const problem = this.#checkExpr(expr);
    if (problem === null) return expr;
    // Some checkers say in a whole sentence which expression they mean.
    const words = problem.startsWith('The expression') ? problem : `The expression does not parse: ${problem}`;
    this.#fault(this.#line(fields.get('expr')!), words);
    return expr;
  }

  #templates(node: Node | undefined): void {
    if (!isMap(node)) return;
    for (const pair of node.items as Pair<Node, Node>[]) {
      const problem = isScalar(pair.value) ? checkTemplate(String(pair.value.value)) : null;
      if (problem !== null) {
        this.#fault(this.#line(pair.value!), `The template of "${keyText(pair)}" does not parse: ${problem}`);
      }
    }
  }

  #map(node: Node, what: string, allowed: readonly string[]): Fields | null {
    if (!isMap(node)) {
      this.#fault(this.#line(node), `${what} must be a mapping with the keys ${allowed.join(', ')}.`);
      return null;
    }
    const fields: Fields = new Map();
    for (const pair of (node as YAMLMap<Node, Node>).items) {
      const key = keyText(pair);
      const line = this.#line(pair.key);
      if (!allowed.includes(key)) {
        const near = nearest(key, allowed);
        const hint = near ? `Write "${near}" instead, or remove it.` : `It may have: ${allowed.join(', ')}.`;
        this.#fault(line, `${what} has no key "${key}". ${hint}`);
      } else if (fields.has(key)) {
        this.#fault(line, `"${key}" stands here twice. Keep one.`);
      } else if (isAlias(pair.value)) {
        this.#fault(line, `"${key}" is a YAML alias. Write the value out.`);
      } else if (pair.value && !(isScalar(pair.value) && pair.value.value === null)) {
        fields.set(key, pair.value);
      }
    }
    return fields;
  }

  #items(node: Node | undefined, what: string): Node[] {
    if (!node) return [];
    if (isSeq(node)) return node.items as Node[];
    this.#fault(this.#line(node), `${what} must be a list: begin each item with "- ".`);
    return [];
  }

  #string(fields: Fields, key: string, line: number, what: string): string | null {
    const node = fields.get(key);
    const text = node ? scalarText(node) : '';
    if (text.trim() !== '') return text;
    this.#fault(
      node ? this.#line(node) : line,
      `"${key}" of ${what} is missing or empty. Write ${key}: followed by a text.`,
    );
    return null;
  }

  #duration(fields: Fields, key: string): number | null {
    const node = fields.get(key);
    if (!node) return null;
    const text = scalarText(node);
    try {
      return parseDuration(text);
    } catch {
      this.#fault(
        this.#line(node),
        `"${key}: ${text}" is not a duration. Write a number and a unit, such as 30s, 5m or 1h30m.`,
      );
      return null;
    }
  }

  #count(fields: Fields, key: string): number {
    const node = fields.get(key);
    if (!node) return 0;
    const value = isScalar(node) ? node.value : null;
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
    this.#fault(this.#line(node), `"${key}" must be a whole number of at least 0 (0 is no limit).`);
    return 0;
  }

  #labels(node: Node | undefined, what: 'labels' | 'annotations'): Record<string, string> {
    if (!node) return {};
    if (!isMap(node)) {
      this.#fault(this.#line(node), `"${what}" must be a mapping of names to texts.`);
      return {};
    }
    const labels: Record<string, string> = {};
    for (const pair of (node as YAMLMap<Node, Node>).items) {
      const key = keyText(pair);
      const line = this.#line(pair.key);
      if (!LABEL_NAME.test(key))
        this.#fault(
          line,
          `"${key}" cannot name a ${what === 'labels' ? 'label' : 'annotation'}. Use letters, digits and "_".`,
        );
      else if (what === 'labels' && key === '__name__')
        this.#fault(line, '"__name__" cannot be set by a rule. Remove it.');
      else if (Object.hasOwn(labels, key)) this.#fault(line, `"${key}" stands here twice. Keep one.`);
      else if (!isScalar(pair.value) && pair.value !== null) this.#fault(line, `The value of "${key}" must be a text.`);
      else labels[key] = scalarText(pair.value);
    }
    return labels;
  }

  #line(node: unknown): number {
    const range = (node as { range?: [number, number, number] | null } | null)?.range;
    return range ? this.#lines.linePos(range[0]).line : 1;
  }

  #fault(line: number, message: string): void {
    this.#faults.push({ file: this.#file, line, message });
  }
}

type Fields = Map<string, Node>;

function keyText(pair: Pair<Node, Node>): string {
  return isScalar(pair.key) ? String(pair.key.value) : '?';
}

function scalarText(node: Node | null): string {
  if (!isScalar(node) || node.value === null) return '';
  // Numbers and booleans are taken as they were written: 1.0 stays "1.0".
  return typeof node.value === 'string' ? node.value : (node.source ?? '');
}

/** The allowed key within two edits, for hints. */
function nearest(key: string, allowed: readonly string[]): string | null {
  const [best] = allowed
    .map((name) => ({ name, distance: editDistance(key.toLowerCase(), name) }))
    .sort((a, b) => a.distance - b.distance);
  return best && best.distance <= 2 ? best.name : null;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
