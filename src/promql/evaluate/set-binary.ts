import type { Binary } from '../parse/ast.ts';
import { ABSENT, isEmpty, mergeColumns, type Column } from './column.ts';
import { matchKeyOf } from './match-key.ts';
import { sameLabelset } from './session.ts';

/** `and`, `or` and `unless`, decided at each step by what the other side holds there. */
export function setOperation(expr: Binary, left: readonly Column[], right: readonly Column[], count: number): Column[] {
  const keyOf = matchKeyOf(expr.matching);
  if (expr.op === 'or') {
    const taken = presenceByKey(left, keyOf, count);
    const added = right.filter((column) => keepWhere(column, taken.get(keyOf(column.labels)), ABSENT));
    const merged = mergeColumns([...left, ...added]);
    if (merged === undefined) throw sameLabelset();
    return merged;
  }
  const held = presenceByKey(right, keyOf, count);
  const wanted = expr.op === 'and' ? 1 : ABSENT;
  return left.filter((column) => keepWhere(column, held.get(keyOf(column.labels)), wanted));
}

function presenceByKey(
  columns: readonly Column[],
  keyOf: (labels: Column['labels']) => string,
  count: number,
): Map<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  for (const column of columns) {
    const key = keyOf(column.labels);
    let presence = found.get(key);
    if (presence === undefined) found.set(key, (presence = new Uint8Array(count)));
    for (let step = 0; step < count; step++) if (column.kinds[step] !== ABSENT) presence[step] = 1;
  }
  return found;
}

/** Drops the samples where the other side's presence is not as wanted; tells whether any is left. */
function keepWhere({ kinds, ...column }: Column, presence: Uint8Array | undefined, wanted: number): boolean {
  for (let step = 0; step < kinds.length; step++) {
    if ((presence?.[step] ?? ABSENT) !== wanted) kinds[step] = ABSENT;
  }
  return !isEmpty({ ...column, kinds });
}
