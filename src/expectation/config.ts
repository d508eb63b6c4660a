import { z } from 'zod';
import { parseDuration } from '../core/duration.ts';

const HOUR = 3_600_000;

/** A Prometheus duration as text, read into ms. */
function duration(least: number, what: string) {
  return z
    .string({ error: `${what} is a duration in quotes or bare, such as 30s, 5m or 1h30m` })
    .transform((text, context) => {
      try {
        const ms = parseDuration(text);
        if (ms >= least) return ms;
        context.addIssue({ code: 'custom', message: `${what} must be at least ${least} ms, not "${text}"` });
      } catch {
        context.addIssue({
          code: 'custom',
          message: `"${text}" is not a duration. Write a number and a unit, such as 30s, 5m or 1h30m`,
        });
      }
      return z.NEVER;
    });
}

const name = z
  .string()
  .regex(
    /^[a-z][a-z0-9_-]{0,62}$/,
    'A name begins with a small letter and has small letters, digits, "-" and "_", such as bookings',
  );
const labelName = z
  .string()
  .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'A label name has letters, digits and "_", such as city');
const texts = z.record(labelName, z.coerce.string()).default({});
const severity = z.enum(['page', 'critical', 'warning', 'info'], {
  error: 'severity is one of page, critical, warning, info',
});
const finite = z.number({ error: 'write a number' });

function strict<Shape extends z.ZodRawShape>(what: string, shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `${what} has no key "${issue.keys.join('", "')}". It may have: ${Object.keys(shape).join(', ')}`
        : undefined,
  });
}

const side = (which: 'high' | 'low') =>
  strict(`"${which}" of a watermark`, {
    warning: finite.optional(),
    critical: finite.optional(),
    clear: finite.optional(),
  }).superRefine((marks, context) => {
    const sign = which === 'high' ? 1 : -1;
    const { warning, critical, clear } = marks;
    if (warning === undefined && critical === undefined) {
      context.addIssue({
        code: 'custom',
        message: `"${which}" needs "warning" or "critical": the value beyond which it alarms`,
      });
    }
    if (warning !== undefined && critical !== undefined && sign * critical < sign * warning) {
      context.addIssue({ code: 'custom', path: ['critical'], message: `critical must lie beyond warning (${which})` });
    }
    const nearest = warning ?? critical;
    if (clear !== undefined && nearest !== undefined && sign * clear > sign * nearest) {
      const word = which === 'high' ? 'at or below' : 'at or above';
      context.addIssue({
        code: 'custom',
        path: ['clear'],
        message: `clear must be ${word} ${nearest}, or the alarm would close while it is wrong`,
      });
    }
  });

/** One static watermark of the configuration. */
export const watermarkConfig = strict('A watermark', {
  name,
  title: z.string().optional(),
  expr: z.string().min(1, 'Write the PromQL expression to be watched'),
  unit: z.string().default(''),
  high: side('high').optional(),
  low: side('low').optional(),
  nodata: z
    .enum(['warning', 'critical'], { error: 'nodata is the severity of silence: warning or critical' })
    .optional(),
  for: duration(0, 'for').prefault('0s'),
  labels: texts,
  annotations: texts,
}).superRefine((mark, context) => {
  if (!mark.high && !mark.low && !mark.nodata) {
    context.addIssue({ code: 'custom', message: 'A watermark needs "high", "low" or "nodata"' });
  }
});

const zone = z.union(
  [
    z.string().refine(isZone, 'This is no IANA time zone. Write one such as Europe/Berlin'),
    strict('"zone"', { label: labelName, of: z.literal('topology').default('topology') }),
  ],
  { error: 'zone is an IANA time zone such as Europe/Berlin, or { label: city, of: topology }' },
);

const share = (least: number, most: number, what: string) =>
  finite.refine((value) => value >= least && value <= most, `${what} must lie between ${least} and ${most}`);

const minute = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Write a local time such as "06:00"')
  .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)));

/** Local times at which the parts of the day begin. */
export const dayPartsConfig = strict('"day_parts"', {
  morning: minute.prefault('06:00'),
  daytime: minute.prefault('10:00'),
  evening: minute.prefault('17:00'),
  night: minute.prefault('22:00'),
});

const band = strict('"band"', {
  weeks: z.number().int().min(1).max(8, 'weeks is a whole number from 1 to 8; 3 to 5 do best').default(4),
  coverage: share(0.5, 0.999, 'coverage').default(0.95),
  min_relative: share(0, 10, 'min_relative').default(0.2),
  min_absolute: share(0, Number.MAX_VALUE, 'min_absolute').default(0),
  /** How much history must be there before the band judges. */
  learn: duration(HOUR, 'learn').prefault('2w'),
  /** An alarm that lasts this long is taken as the new normal. */
  accept_after: duration(HOUR, 'accept_after').prefault('3d'),
});

const watch = strict('"watch"', {
  when: z.enum(['below', 'above', 'outside', 'nodata'], { error: 'when is one of below, above, outside, nodata' }),
  for: duration(0, 'for').prefault('0s'),
  severity,
  labels: texts,
  annotations: texts,
});

/** One indicator: a value with a prognosis. */
export const indicatorConfig = strict('An indicator', {
  name: z
    .string()
    .regex(/^[a-zA-Z][a-zA-Z0-9_-]{0,62}$/, 'A name begins with a letter and has letters, digits, "-" and "_"'),
  title: z.string().optional(),
  expr: z.string().min(1, 'Write the PromQL expression whose level is to be learnt'),
  every: duration(1000, 'every').prefault('1m'),
  by: z.array(labelName).default([]),
  unit: z.string().default(''),
  zone: zone.default('UTC'),
  band: band.prefault({}),
  day_parts: dayPartsConfig.prefault({}),
  labels: texts,
  watch: z.array(watch).default([]),
});

/** The sections of lamplighter.yaml that belong to this stage. */
export const expectationConfig = {
  rules: z.array(z.string().min(1)).default([]),
  watermarks: named('watermark', z.array(watermarkConfig)).default([]),
  indicators: named('indicator', z.array(indicatorConfig)).default([]),
} as const;

export type WatermarkConfig = z.output<typeof watermarkConfig>;
export type IndicatorConfig = z.output<typeof indicatorConfig>;
export type WatchConfig = IndicatorConfig['watch'][number];

function named<Item extends { name: string }>(what: string, list: z.ZodType<Item[], unknown>) {
  return list.superRefine((items, context) => {
    const seen = new Set<string>();
    items.forEach((item, index) => {
      if (seen.has(item.name)) {
        context.addIssue({
          code: 'custom',
          path: [index, 'name'],
          message: `There are two ${what}s "${item.name}". Rename one`,
        });
      }
      seen.add(item.name);
    });
  });
}

function isZone(text: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(text);
    return true;
  } catch {
    return false;
  }
}
