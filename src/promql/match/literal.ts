const META = /[\\.+*?()|[\]{}^$]/;
const MAX_ALTERNATIVES = 1000;

/** The strings a regex of plain alternatives stands for: `a|b` or `prefix(a|b)`; undefined when it is more than that. */
export function alternatives(pattern: string): readonly string[] | undefined {
  if (!META.test(pattern)) return [pattern];
  if (!pattern.includes('|') && !pattern.includes('\\') && !pattern.includes('(')) return undefined;
  const open = pattern.indexOf('(');
  if (open < 0) return splitAlternatives(pattern);
  const close = pattern.indexOf(')');
  if (close < 0 || pattern.slice(0, open).includes('\\')) return undefined;
  const head = pattern.slice(0, open);
  const tail = pattern.slice(close + 1);
  const body = pattern.slice(open + 1, close).replace(/^\?:/, '');
  if (META.test(head) || META.test(tail)) return undefined;
  return splitAlternatives(body)?.map((middle) => head + middle + tail);
}

function splitAlternatives(text: string): readonly string[] | undefined {
  const parts: string[] = [''];
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === '|') {
      parts.push('');
    } else if (character === '\\') {
      at++;
      // Only escaped punctuation stands for itself; \d, \b and the like do not.
      if (at >= text.length || /[\w\s]/.test(text[at]!)) return undefined;
      parts[parts.length - 1] += text[at]!;
    } else if (META.test(character)) {
      return undefined;
    } else {
      parts[parts.length - 1] += character;
    }
  }
  return parts.length > MAX_ALTERNATIVES ? undefined : parts;
}

/** The literal text every match starts with, and what is left of the pattern after it. */
export function prefixOf(pattern: string): { prefix: string; rest: string } {
  if (pattern.includes('|')) return { prefix: '', rest: pattern };
  let end = 0;
  while (end < pattern.length && !META.test(pattern[end]!)) end++;
  // A repetition sign belongs to the character before it.
  if (end > 0 && /[*?{]/.test(pattern[end] ?? '')) end--;
  return { prefix: pattern.slice(0, end), rest: pattern.slice(end) };
}
