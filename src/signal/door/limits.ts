/** How much of a body that was put aside is kept, in characters. */
export const KEPT_BODY = 262_144;
/** How many bodies of one door are kept aside. */
export const KEPT_ROWS = 500;
/** How long they are kept, ms. */
export const KEPT_FOR = 30 * 86_400_000;
/** This many within the time are an alert of their own. */
export const REPEATS = 3;
export const REPEATED_WITHIN = 600_000;
/** The alert is over when no body was refused for this long, ms. */
export const REPEAT_ENDS = 1_800_000;

const MOST_DEPTH = 32;
const MOST_KEYS = 1000;

/** What is wrong with the shape of parsed JSON, in words, or null: nested deeper or wider than anything needs. */
export function wrongShape(body: unknown): string | null {
  const open: { value: unknown; depth: number }[] = [{ value: body, depth: 1 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, depth } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > MOST_DEPTH) return `it is nested deeper than ${MOST_DEPTH} levels`;
    const keys = Object.keys(value);
    if (!Array.isArray(value) && keys.length > MOST_KEYS) return `an object has more than ${MOST_KEYS} fields`;
    for (const key of keys) open.push({ value: (value as Record<string, unknown>)[key], depth: depth + 1 });
  }
  return null;
}
