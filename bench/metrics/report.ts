/** One line of the table: our figure beside Prometheus's. */
export interface Row {
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  readonly theirs: number;
  /** What the ratio should be, or null. */
  readonly goal: { readonly least: number } | { readonly most: number } | null;
  /** What bounds our figure. */
  readonly limit: string;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** The rows as a Markdown table. */
export function table(rows: readonly Row[]): string {
  const cells = rows.map(({ what, unit, ours, theirs, goal, limit }) => {
    const ratio = ours / theirs;
    const met = goal && ('least' in goal ? ratio >= goal.least : ratio <= goal.most);
    const wanted = goal ? `${'least' in goal ? `>= ${goal.least}` : `<= ${goal.most}`}${met ? '' : ', missed'}` : '';
    return [what, unit, figure(ours), figure(theirs), ratio.toFixed(2), wanted, limit];
  });
  const all = [['what', 'unit', 'Lamplighter', 'Prometheus', 'ratio', 'goal', 'what limits'], ...cells];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  const lines = all.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`);
  lines.splice(1, 0, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`);
  return lines.join('\n');
}

function figure(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString('en');
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
