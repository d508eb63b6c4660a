const RFC3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

/**
 * Reads an RFC 3339 instant into ms since the epoch. Digits beyond the milliseconds are dropped. Go's zero time (year
 * 1), which senders write for "none", is null.
 * @returns undefined when the text is not an instant
 */
export function readInstant(text: string): number | null | undefined {
  if (!RFC3339.test(text)) return undefined;
  const ms = Date.parse(text.replace(/(\.\d{3})\d+/, '$1').replace(' ', 'T'));
  if (Number.isNaN(ms)) return undefined;
  return text.startsWith('0001-') ? null : ms;
}
