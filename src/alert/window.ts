import { Fault } from '../core/fault.ts';
import type { LabelMatcher } from './alert.ts';

/**
 * Reads when a silence or window begins and ends. A begin in the past counts from now on.
 * @throws Fault `body_invalid` when it would end before it begins, or is over already
 */
export function readSpan(
  input: { readonly startsAt?: number | undefined; readonly endsAt: number },
  now: number,
): { startsAt: number; endsAt: number } {
  const startsAt = input.startsAt ?? now;
  if (!Number.isFinite(startsAt) || !Number.isFinite(input.endsAt)) {
    throw new Fault('body_invalid', { what: 'startsAt and endsAt are milliseconds since 1970' });
  }
  if (input.endsAt <= now) throw new Fault('body_invalid', { what: 'endsAt is in the past; write a later instant' });
  if (input.endsAt <= startsAt) throw new Fault('body_invalid', { what: 'endsAt must be after startsAt' });
  return { startsAt, endsAt: input.endsAt };
}

/** Matchers as people write them: `city="berlin", service=~"book.*"`. `parseMatchers` reads them back. */
export function matcherWords(matchers: readonly LabelMatcher[]): string {
  return matchers
    .map(({ name, value, isRegex, isEqual }) => {
      const sign = isRegex ? (isEqual ? '=~' : '!~') : isEqual ? '=' : '!=';
      const escaped = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
      return `${/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name) ? name : JSON.stringify(name)}${sign}"${escaped}"`;
    })
    .join(', ');
}
