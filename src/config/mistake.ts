import type { z } from 'zod';
import { Fault } from '../core/fault.ts';
import type { Mistake } from './document.ts';

const KINDS: Readonly<Record<string, string>> = {
  array: 'a list, such as [a, b]',
  object: 'a section of settings, such as { name: value }',
  record: 'a map, such as { name: value }',
  string: 'a text; put it into quotes if it looks like a number',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

/** A place in the configuration as people write it: `chains[0].steps[1].by`. */
export function pathWords(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : String(part)))
    .join('.')
    .replaceAll('.[', '[');
}

/**
 * Says a zod issue in words, with what to write instead where that is known.
 * @param keysOf the settings that there are at a place
 */
export function wordsOf(issue: z.core.$ZodIssue, keysOf: (path: readonly PropertyKey[]) => readonly string[]): string {
  const where = issue.path.length > 0 ? `${pathWords(issue.path)}: ` : '';
  if (issue.code === 'unrecognized_keys') {
    const known = keysOf(issue.path);
    return issue.keys
      .map((key) => {
        const close = nearest(key, known);
        const instead = close ? `Did you mean "${close}"?` : `There are ${known.join(', ')}.`;
        return `${where}there is no setting "${key}". ${instead}`;
      })
      .join('; ');
  }
  // What a schema says in words of its own stays; what the library says is put into ours.
  const kind = issue.code === 'invalid_type' ? KINDS[issue.expected] : undefined;
  if (kind !== undefined && issue.message.startsWith('Invalid input')) {
    return issue.message.endsWith('received undefined')
      ? `${where}This is missing. Write ${kind}.`
      : `${where}Write ${kind}.`;
  }
  return `${where}${issue.message}`;
}

/** The fault that stands for all mistakes together, in the order of the lines. */
export function configFault(mistakes: readonly Mistake[]): Fault {
  const lines = [...mistakes].sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
  return new Fault('config_invalid', {
    count: lines.length,
    what: lines.map(({ file, line, what }) => `${file}:${line}: ${what}`).join('\n'),
    mistakes: JSON.stringify(lines),
  });
}

/** The known word at most two letters away, if there is one. */
function nearest(word: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = 3;
  // Letters in upper case and other signs between words are the commonest slips.
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[-_]/g, '');
  const same = known.find((candidate) => plain(candidate) === plain(word));
  if (same !== undefined) return same;
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
