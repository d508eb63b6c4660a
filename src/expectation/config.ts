import { z } from 'zod';
import { isZone } from '../core/zone.ts';
import { WEEKDAYS } from './band/calendar.ts';
import { DAY_PARTS } from './band/day-part.ts';
import { DEFAULT_FALSE_ALARMS } from './band/options.ts';
import { duration, finite, labelName, markName, severity, strict, texts } from './config-field.ts';
import { MOST_FACTOR, type PlannedEvent } from './given/event.ts';
import { watchRuleConfig } from './watch/config.ts';

const HOUR = 3_600_000;

const zone = z.union(
  [
    z.string().refine(isZone, 'This is no IANA time zone. Write one such as Europe/Berlin'),
    strict('"zone"', { label: labelName, of: z.literal('topology').default('topology') }),
  ],
  { error: 'zone is an IANA time zone such as Europe/Berlin, or { label: city, of: topology }' },
);

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

const dayPart = z.enum(DAY_PARTS, { error: 'a part of the day is morning, daytime, evening or night' });

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

const markSeverity = z.enum(['warning', 'critical'], { error: 'write warning or critical' });

/** `warning`, or `{ severity: warning, for: 10m }`. */
const still = (what: string) =>
  z.union(
    [
      markSeverity.transform((named) => ({ severity: named, for: undefined })),
      strict(`"${what}"`, { severity: markSeverity, for: duration(0, 'for').optional() }),
    ],
    { error: `${what} is a severity (warning or critical), or { severity: warning, for: 10m }` },
  );

const off = z.literal('off');

/** Other marks for some series or parts of the day. */
const markException = strict('An entry of "except"', {
  part: z
    .union([dayPart.transform((part) => [part]), z.array(dayPart)], {
      error: 'part is morning, daytime, evening or night, or a list of them',
    })
    .default([]),
  labels: texts,
  high: z.union([off, side('high')]).optional(),
  low: z.union([off, side('low')]).optional(),
}).superRefine((exception, context) => {
  if (exception.high === undefined && exception.low === undefined)
    context.addIssue({ code: 'custom', message: 'An entry of "except" needs "high" or "low": marks, or off' });
  if (exception.part.length === 0 && Object.keys(exception.labels).length === 0)
    context.addIssue({ code: 'custom', message: 'An entry of "except" needs "part" or "labels": what it is for' });
});

/** One static watermark of the configuration. */
export const watermarkConfig = strict('A watermark', {
  name: markName,
  title: z.string().optional(),
  expr: z.string().min(1, 'Write the PromQL expression to be watched'),
  unit: z.string().default(''),
  high: side('high').optional(),
  low: side('low').optional(),
  /** Marks that hold for some series or parts of the day instead; the last entry that fits counts. */
  except: z.array(markException).max(100).default([]),
  /** Whose clock says which part of the day it is. */
  zone: zone.default('UTC'),
  day_parts: dayPartsConfig.prefault({}),
  nodata: still('nodata').optional(),
  flatline: still('flatline')
    .refine((rule) => (rule.for ?? 0) > 0, 'flatline needs "for": how long a value may repeat, such as 30m')
    .optional(),
  for: duration(0, 'for').prefault('0s'),
  labels: texts,
  annotations: texts,
}).superRefine((mark, context) => {
  const marked = mark.except.some(({ high, low }) => (high ?? 'off') !== 'off' || (low ?? 'off') !== 'off');
  if (!mark.high && !mark.low && !mark.nodata && !mark.flatline && !marked) {
    context.addIssue({ code: 'custom', message: 'A watermark needs "high", "low", "nodata" or "flatline"' });
  }
});

const share = (least: number, most: number, what: string) =>
  finite.refine((value) => value >= least && value <= most, `${what} must lie between ${least} and ${most}`);

/** False alarms to be expected of a series in a day that is like those before. */
const falseAlarms = share(0.0001, 10, 'false_alarms');

const band = strict('"band"', {
  weeks: z.number().int().min(1).max(8, 'weeks is a whole number from 1 to 8; 3 to 5 do best').default(4),
  coverage: share(0.5, 0.999, 'coverage').default(0.95),
  min_relative: share(0, 10, 'min_relative').default(0.25),
  min_absolute: share(0, Number.MAX_VALUE, 'min_absolute').default(0),
  /** How much history must be there before the band judges. */
  learn: duration(HOUR, 'learn').prefault('2w'),
  /** An alarm that lasts this long is taken as the new normal. */
  accept_after: duration(HOUR, 'accept_after').prefault('3d'),
  /** Left out: that of `levels`. */
  false_alarms: falseAlarms.optional(),
});

const watch = strict('"watch"', {
  when: z.enum(['below', 'above', 'outside', 'nodata'], { error: 'when is one of below, above, outside, nodata' }),
  for: duration(0, 'for').prefault('0s'),
  severity,
  labels: texts,
  annotations: texts,
});

const localDate = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, 'Write a date such as "2026-12-24"')
  .refine((text) => !Number.isNaN(Date.parse(`${text}T00:00:00Z`)), 'there is no such date');
const weekdayLike = z.enum(WEEKDAYS, { error: 'like is the weekday that such a day behaves like, such as sunday' });

/** Days that do not behave like their weekday. */
export const calendarConfig = strict('A calendar', {
  name: markName,
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'Write the two capital letters of ISO 3166, such as DE')
    .optional(),
  state: z
    .string()
    .regex(/^[A-Za-z0-9]{1,6}$/, 'Write the code of the state without the country, such as BE')
    .optional(),
  /** The weekday that a holiday behaves like. */
  like: weekdayLike.default('sunday'),
  /** The weekday that a working day between a holiday and a weekend behaves like; left out: its own. */
  bridge: weekdayLike.optional(),
  /** Values of the label of an indicator's calendar that this one is for. */
  cities: z.array(z.string()).default([]),
  days: z.array(strict('A day', { date: localDate, like: weekdayLike, name: z.string().default('') })).default([]),
}).superRefine(({ country, state, days }, context) => {
  if (country === undefined && days.length === 0)
    context.addIssue({ code: 'custom', message: 'A calendar needs "country" or "days"' });
  if (state !== undefined && country === undefined)
    context.addIssue({ code: 'custom', path: ['state'], message: 'state needs a country' });
});

/** A given prognosis: a series that says it in advance, and how far off it may be. */
const forecastSection = strict('"forecast"', {
  expr: z.string().min(1).optional(),
  within: duration(HOUR, 'within').prefault('1d'),
  bias: share(0.01, 10, 'bias').default(0.15),
  wape: share(0.01, 10, 'wape').default(0.25),
  severity: severity.default('warning'),
});
const forecast = z
  .union([z.string().min(1), forecastSection], {
    error: 'forecast is a PromQL expression, or { expr, within, bias, wape, severity }',
  })
  .transform((given) => (typeof given === 'string' ? forecastSection.parse({ expr: given }) : given));

/** What a deviation costs: the units that are lost while the value is below its level. */
const loss = strict('"loss"', {
  of: z.string().min(1, 'Write what is lost, such as bookings').max(60),
  per: duration(1, 'per').optional(),
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
  /** The name of a calendar, or the label whose value its cities name. */
  calendar: z.union([markName, strict('"calendar"', { label: labelName })]).optional(),
  labels: texts,
  watch: z.array(watch).default([]),
  forecast: forecast.prefault({}),
  loss: loss.optional(),
});

const instant = z.string().transform((text, context) => {
  const time =
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text) && /(?:Z|[+-]\d{2}:?\d{2})$/i.test(text) ? Date.parse(text) : NaN;
  if (!Number.isNaN(time)) return time;
  context.addIssue({
    code: 'custom',
    message: `"${text}" is no instant. Write it with its zone, such as 2026-06-27T18:00+02:00`,
  });
  return z.NEVER;
});

/** An event, campaign or closure that is known in advance. */
export const eventConfig = strict('An event', {
  name: markName,
  title: z.string().min(1).max(200).optional(),
  from: instant,
  to: instant,
  factor: share(0, MOST_FACTOR, 'factor'),
  indicators: z.array(z.string().min(1)).default([]),
  match: texts,
}).superRefine(({ from, to }, context) => {
  if (to <= from) context.addIssue({ code: 'custom', path: ['to'], message: 'to must lie after from' });
});

/** The sections of lamplighter.yaml that belong to this stage. */
export const expectationConfig = {
  rules: z.array(z.union([z.string().min(1), watchRuleConfig])).default([]),
  watermarks: named('watermark', z.array(watermarkConfig)).default([]),
  levels: strict('"levels"', { false_alarms: falseAlarms.default(DEFAULT_FALSE_ALARMS) }).prefault({}),
  calendars: named('calendar', z.array(calendarConfig)).default([]),
  indicators: named('indicator', z.array(indicatorConfig)).default([]),
  events: named('event', z.array(eventConfig)).default([]),
} as const;

/** The event as the engine takes it. */
export function eventOf({ name: id, title, from, to, factor, indicators, match }: EventConfig): PlannedEvent {
  return { id: `config:${id}`, title: title ?? id, indicators, match, from, to, factor };
}

export type EventConfig = z.output<typeof eventConfig>;
export type WatermarkConfig = z.output<typeof watermarkConfig>;
export type CalendarConfig = z.output<typeof calendarConfig>;
export type IndicatorConfig = z.output<typeof indicatorConfig>;

/**
 * What one entry cannot show: names that nothing has, and countries that have no holidays.
 * @param holidayMistake why there are no holidays for a country and state; null when there are
 */
export function expectationProblems(
  { calendars, indicators }: { calendars: readonly CalendarConfig[]; indicators: readonly IndicatorConfig[] },
  holidayMistake: (country: string, state: string | null) => string | null,
): { path: (string | number)[]; message: string }[] {
  const known = calendars.map((calendar) => calendar.name);
  const unknown = indicators.flatMap(({ calendar }, index) =>
    typeof calendar === 'string' && !known.includes(calendar)
      ? [
          {
            path: ['indicators', index, 'calendar'],
            message: `There is no calendar "${calendar}". ${known.length > 0 ? `Write one of ${known.join(', ')}` : 'Add it under "calendars"'}`,
          },
        ]
      : [],
  );
  const wrong = calendars.flatMap(({ country, state }, index) => {
    const mistake = country === undefined ? null : holidayMistake(country, state ?? null);
    return mistake === null ? [] : [{ path: ['calendars', index, 'country'], message: mistake }];
  });
  return [...unknown, ...wrong];
}

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
