import type { z } from 'zod';
import { Fault } from '../core/fault.ts';
import type { Mistake } from './document.ts';

/** Says a zod issue in words, with what to write instead where that is known. */
export function wordsOf(issue: z.core.$ZodIssue, knownKeys: readonly string[]): string {
  const where =
    issue.path.length > 0
      ? `${issue.path
          .map((part) => (typeof part === 'number' ? `[${part}]` : String(part)))
          .join('.')
          .replaceAll('.[', '[')}: `
      : '';
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .map((key) => {
        const close = nearest(key, knownKeys);
        return `${where}there is no setting "${key}"${close ? `. Did you mean "${close}"?` : ''}`;
      })
      .join('; ');
  }
  return `${where}${issue.message}`;
}

/** The fault that stands for all mistakes together, in the order of the lines. */
export function configFault(mistakes: readonly Mistake[]): Fault {
  const lines = [...mistakes].sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
  return new Fault('config_invalid', {
    count: lines.length,
    what: lines.map(({ file, line, what }) => `${file}:${line}: ${what}`).join('\n'),
  });
}

/** The known word at most two letters away, if there is one. */
function nearest(word: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = 3;
  for (const candidate of known) {
    const distance = editDistance(word, candidate, bestDistance);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
}
