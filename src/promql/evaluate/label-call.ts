import type { RE2JS } from 're2js';
import type { Labels } from '../../core/labels.ts';
import { anchoredRegex } from '../match/matcher.ts';
import { isLabelName } from '../parse/quote.ts';
import type { Column } from './column.ts';
import { cannotEvaluate } from './session.ts';
import { labelOf } from '../match/label.ts';

function withLabel(labels: Labels, name: string, value: string): Labels {
  const changed: Record<string, string> = { ...labels };
  if (value === '') delete changed[name];
  else changed[name] = value;
  return changed;
}

/** `label_replace`: sets a label from the parts of another that a regex finds. @throws Fault `execution_failed` */
export function* replaceLabel(
  columns: Iterable<Column>,
  [target = '', replacement = '', from = '', pattern = '']: readonly string[],
): Generator<Column> {
  let regex: RE2JS;
  try {
    regex = anchoredRegex(pattern);
  } catch {
    throw cannotEvaluate(`invalid regular expression in label_replace(): ${pattern}`);
  }
  if (!isLabelName(target)) throw cannotEvaluate(`invalid destination label name in label_replace(): ${target}`);
  for (const column of columns) {
    const matcher = regex.matcher(labelOf(column.labels, from));
    if (matcher.matches()) {
      const names = regex.namedGroups();
      const value = expand(replacement, (group) => {
        const index = /^\d+$/.test(group) ? Number(group) : names[group];
        return index === undefined || index > matcher.groupCount() ? '' : (matcher.group(index) ?? '');
      });
      column.labels = withLabel(column.labels, target, value);
    }
    yield column;
  }
}

/** Fills `$1`, `$name` and `${name}`; `$$` is a dollar sign. */
function expand(template: string, group: (name: string) => string): string {
  return template.replaceAll(/\$(?:\$|(\w+)|\{(\w+)\})/g, (whole, bare?: string, braced?: string) =>
    whole === '$$' ? '$' : group(bare ?? braced ?? ''),
  );
}

/** `label_join`: sets a label to others joined by a separator. @throws Fault `execution_failed` */
export function* joinLabels(
  columns: Iterable<Column>,
  [target = '', separator = '', ...sources]: readonly string[],
): Generator<Column> {
  const wrong = sources.find((name) => !isLabelName(name));
  if (wrong !== undefined) throw cannotEvaluate(`invalid source label name in label_join(): ${wrong}`);
  if (!isLabelName(target)) throw cannotEvaluate(`invalid destination label name in label_join(): ${target}`);
  for (const column of columns) {
    const value = sources.map((name) => labelOf(column.labels, name)).join(separator);
    column.labels = withLabel(column.labels, target, value);
    yield column;
  }
}
