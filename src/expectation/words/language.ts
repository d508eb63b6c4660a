import type { DayPart } from '../band/day-part.ts';

/** Languages in which an alert of a level says what it is. */
export const WORD_LANGUAGES = ['en', 'de'] as const;
export type WordLanguage = (typeof WORD_LANGUAGES)[number];

/** The pieces of which sentences about levels are made. */
export interface Words {
  /** A part of a weekday (1 Monday to 7 Sunday), as it stands behind "expected": "for a Friday evening". */
  readonly day: (weekday: number, part: DayPart) => string;
  readonly in: string;
  readonly since: string;
  readonly below: string;
  readonly above: string;
  readonly band: string;
  readonly to: string;
  /** What the value is set against. */
  readonly expectedFor: (day: string) => string;
  readonly instead: (value: string, expected: string, unit: string) => string;
  readonly noData: (subject: string, expected: string) => string;
  readonly expected: (level: string) => string;
  readonly learning: (subject: string, value: string) => string;
  readonly limit: (side: 'below' | 'above', mark: string) => string;
  /** Decimal separator. */
  readonly point: string;
  /** A unit as people write it. */
  readonly unit: (unit: string) => string;
  readonly forecastOff: (facts: {
    readonly subject: string;
    readonly share: string;
    readonly high: boolean;
    readonly span: string;
    readonly wape: string;
    readonly limits: string;
  }) => string;
  readonly forecastUneven: (facts: {
    readonly subject: string;
    readonly span: string;
    readonly wape: string;
    readonly limits: string;
  }) => string;
}

const ENGLISH_DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

const ENGLISH: Words = {
  day: (weekday, part) => `${ENGLISH_DAYS[weekday - 1]!} ${part}`,
  in: 'in',
  since: 'since',
  below: 'below',
  above: 'above',
  band: 'band',
  to: 'to',
  expectedFor: (day) => `the level expected for a ${day}`,
  instead: (value, expected, unit) => `${value} instead of ${expected}${unit}`,
  noData: (subject, expected) => `no data for ${subject}${expected}`,
  expected: (level) => `${level} expected`,
  learning: (subject, value) => `${subject} at ${value}; the level is still being learnt`,
  limit: (side, mark) => `${side} the limit of ${mark}`,
  point: '.',
  unit: (unit) => unit,
  forecastOff: ({ subject, share, high, span, wape, limits }) =>
    `the forecast of ${subject} was ${share} too ${high ? 'high' : 'low'} over the last ${span} (error ${wape}, ${limits})`,
  forecastUneven: ({ subject, span, wape, limits }) =>
    `the forecast of ${subject} missed by ${wape} over the last ${span}, in both directions (${limits})`,
};

const GERMAN_UNITS: Readonly<Record<string, string>> = {
  'per minute': 'pro Minute',
  'per hour': 'pro Stunde',
  'per second': 'pro Sekunde',
  'per day': 'pro Tag',
};

const GERMAN_DAYS = ['Montag', 'Dienstag', 'Mittwoch', 'Donnerstag', 'Freitag', 'Samstag', 'Sonntag'];
const GERMAN_PARTS: Readonly<Record<DayPart, (day: string) => string>> = {
  morning: (day) => `an einem ${day}morgen`,
  daytime: (day) => `an einem ${day} tagsüber`,
  evening: (day) => `an einem ${day}abend`,
  night: (day) => `in einer ${day}nacht`,
};

const GERMAN: Words = {
  day: (weekday, part) => GERMAN_PARTS[part](GERMAN_DAYS[weekday - 1]!),
  in: 'in',
  since: 'seit',
  below: 'unter',
  above: 'über',
  band: 'Band',
  to: 'bis',
  expectedFor: (day) => `dem Wert, der ${day} zu erwarten ist`,
  instead: (value, expected, unit) => `${value} statt ${expected}${unit}`,
  noData: (subject, expected) => `keine Daten zu ${subject}${expected}`,
  expected: (level) => `erwartet ${level}`,
  learning: (subject, value) => `${subject} bei ${value}; das Übliche wird noch gelernt`,
  limit: (side, mark) => `${side === 'below' ? 'unter' : 'über'} der Grenze von ${mark}`,
  point: ',',
  unit: (unit) => GERMAN_UNITS[unit] ?? unit,
  forecastOff: ({ subject, share, high, span, wape, limits }) =>
    `die Prognose zu ${subject} lag in den letzten ${span} ${share} zu ${high ? 'hoch' : 'niedrig'} (Fehler ${wape}, ${limits})`,
  forecastUneven: ({ subject, span, wape, limits }) =>
    `die Prognose zu ${subject} lag in den letzten ${span} um ${wape} daneben, in beide Richtungen (${limits})`,
};

const BY_LANGUAGE: Readonly<Record<WordLanguage, Words>> = { en: ENGLISH, de: GERMAN };

/** The words of a language. */
export function wordsIn(language: WordLanguage): Words {
  return BY_LANGUAGE[language];
}

/** Those of the configured languages in which alerts can be said; English if there is none. The first is the main one. */
export function wordLanguages(configured: readonly string[]): readonly WordLanguage[] {
  const known = configured.filter((language): language is WordLanguage =>
    (WORD_LANGUAGES as readonly string[]).includes(language),
  );
  return known.length > 0 ? known : ['en'];
}
