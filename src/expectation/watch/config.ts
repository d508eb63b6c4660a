import { z } from 'zod';
import { DAY_PARTS } from '../band/day-part.ts';
import { duration, finite, severity, strict, texts } from '../config-field.ts';
import { watchName, type Watch, type WatchLimit, type WatchSide } from './watch.ts';

const LIMIT_WORDS =
  'Write expected (leaves the band), a share such as "70% of expected", or a number in the unit of the value';
const SHARE = /^(\d+(?:\.\d+)?)\s*%\s*(?:of\s+expected)?$/;

const limit = z.union([z.string(), z.number()], { error: LIMIT_WORDS }).transform((given, context): WatchLimit => {
  if (typeof given === 'number') return { kind: 'value', value: given };
  const text = given.trim();
  if (text === 'expected') return { kind: 'expected' };
  const share = SHARE.exec(text);
  if (share) return { kind: 'share', share: Number(share[1]) / 100 };
  if (text !== '' && Number.isFinite(Number(text))) return { kind: 'value', value: Number(text) };
  context.addIssue({ code: 'custom', message: `"${given}" is no limit. ${LIMIT_WORDS}` });
  return z.NEVER;
});

const part = z.enum(DAY_PARTS, { error: 'parts are some of morning, daytime, evening, night' });

/** A rule in one line: `watch: bookings, below: expected, for: 5m, severity: page`. */
export const watchRuleConfig = strict('A watch', {
  watch: z.string({ error: 'watch is the name of an indicator' }).min(1),
  name: z
    .string()
    .regex(/^[a-zA-Z_][a-zA-Z0-9_-]{0,99}$/, 'A name begins with a letter and has letters, digits, "-" and "_"')
    .optional(),
  below: limit.optional(),
  above: limit.optional(),
  outside: z.literal('expected', { error: 'outside is held against the band: write outside: expected' }).optional(),
  nodata: z.literal(true, { error: 'write nodata: true, or leave it out' }).optional(),
  clear: limit.optional(),
  for: duration(0, 'for').prefault('0s'),
  severity: severity.default('warning'),
  match: texts,
  parts: z.array(part).min(1).optional(),
  least: finite.min(0).default(0),
  floor: finite.optional(),
  function: z.string().min(1).optional(),
  labels: texts,
  annotations: texts,
}).superRefine((given, context) => {
  const sides = SIDES.filter((side) => given[side] !== undefined);
  if (sides.length !== 1) {
    context.addIssue({
      code: 'custom',
      message: `A watch says exactly one of below, above, outside, nodata${sides.length > 1 ? `; this one says ${sides.join(' and ')}. Write one watch for each` : ', such as below: expected'}`,
    });
  }
  const side = sides[0];
  if (given.floor !== undefined && side !== 'below' && side !== 'outside') {
    context.addIssue({ code: 'custom', path: ['floor'], message: 'floor goes with below or outside' });
  }
  const against = side === 'below' ? given.below : side === 'above' ? given.above : undefined;
  if (given.clear !== undefined) {
    const same = against !== undefined && (given.clear.kind === against.kind || given.clear.kind === 'expected');
    if (!same) {
      context.addIssue({
        code: 'custom',
        path: ['clear'],
        message: 'clear is of the same form as below or above: a share, or a number',
      });
    } else if (side !== undefined && nearer(given.clear, against, side === 'below' ? 1 : -1) < 0) {
      context.addIssue({
        code: 'custom',
        path: ['clear'],
        message: `clear must lie ${side === 'below' ? 'at or above' : 'at or below'} the limit, or the alarm would close while it is wrong`,
      });
    }
  }
});

const SIDES = ['below', 'above', 'outside', 'nodata'] as const;

/** By how much a clear limit lies on the safe side of the limit. */
function nearer(clear: WatchLimit, against: WatchLimit, sign: 1 | -1): number {
  if (clear.kind === 'share' && against.kind === 'share') return sign * (clear.share - against.share);
  if (clear.kind === 'value' && against.kind === 'value') return sign * (clear.value - against.value);
  return 0;
}

export type WatchRuleConfig = z.output<typeof watchRuleConfig>;

/** The watch that a rule of the configuration stands for. */
export function watchOf(rule: WatchRuleConfig): Watch {
  const side: WatchSide = SIDES.find((each) => rule[each] !== undefined) ?? 'outside';
  const limit: WatchLimit = (side === 'below' ? rule.below : side === 'above' ? rule.above : undefined) ?? {
    kind: 'expected',
  };
  return {
    name: rule.name ?? watchName(rule.watch, side, limit),
    indicator: rule.watch,
    side,
    limit,
    clear: rule.clear ?? null,
    for: rule.for,
    labels: rule.function === undefined ? rule.labels : { ...rule.labels, function: rule.function },
    severity: rule.severity,
    annotations: rule.annotations,
    match: rule.match,
    parts: rule.parts ?? null,
    least: rule.least,
    floor: rule.floor ?? null,
  };
}
