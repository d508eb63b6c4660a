import type { AlertSettings } from '../alert/index.ts';
import type { Calendar, HolidaysOf } from '../expectation/band/calendar.ts';
import type { ActionConfig } from './config.ts';
import type { PageChannelName } from './nouns.ts';
import type { Measure, PageChannel, Secrets, StepRunner } from './ports.ts';

/** A title in one language for all readers, or by language. */
export type Title = string | Readonly<Record<string, string>>;

/** What this stage needs of the whole configuration: its own part, and what messages speak about. */
export interface ActionSetting extends ActionConfig {
  /** The operator's name. */
  readonly name: string;
  /** Links in messages begin with this address. */
  readonly url: string;
  /** The languages that members read; the first is the default. */
  readonly languages: readonly string[];
  readonly partners: readonly PartnerEntry[];
  /** Days that do not behave like their weekday, for windows of hours. */
  readonly calendars?: readonly (Calendar & { readonly name: string })[];
  /** Where mails are taken, and the address that pages are answered to. */
  readonly mail?: { readonly reply_to?: string | undefined } | undefined;
  /** Routes of alerts, where they are configured. */
  readonly alertSettings?: Pick<AlertSettings, 'route'>;
  readonly topology: {
    readonly functions: readonly { readonly name: string; readonly title: Title }[];
    readonly cities: readonly { readonly name: string; readonly title: Title; readonly zone: string }[];
    readonly components: readonly {
      readonly name: string;
      readonly title?: Title | undefined;
      readonly partner?: string | null | undefined;
    }[];
  };
}

export interface PartnerEntry {
  readonly name: string;
  readonly title: string;
  readonly email?: string | null | undefined;
  readonly language?: string | undefined;
  /** Whether it takes tickets; how is known to the exchange with partners. */
  readonly tickets?: object | undefined;
}

/** What this stage is handed besides the store and the clock. */
export interface ActionServices {
  /** The configuration as it runs now; a reload changes what this answers. */
  setting(): ActionSetting;
  /** The way out of that name, or null when it is not configured. */
  channel(name: PageChannelName): PageChannel | null;
  readonly measure: Measure;
  readonly steps: StepRunner;
  readonly secrets: Secrets;
  /** The public holidays of a country, for windows of hours. */
  readonly holidays: HolidaysOf;
}

/** The title in the reader's language, or in any language there is, or the name itself. */
export function titleIn(title: Title | undefined, language: string, name: string): string {
  if (title === undefined) return name;
  if (typeof title === 'string') return title;
  return title[language] ?? title['en'] ?? Object.values(title)[0] ?? name;
}
