import type { IndicatorConfig } from '../config.ts';
import type { ForecastFit } from '../given/forecast-check.ts';
import { describeDeviation, describeForecastOff } from '../words/words.ts';
import type { WordLanguage } from '../words/language.ts';
import type { Track } from './track.ts';
import type { Say } from './watch-runner.ts';

/** Says in words what is the matter with a series of an indicator. */
export class Speaker {
  readonly #indicator: IndicatorConfig;
  readonly #titles: Readonly<Record<string, string>>;

  /** @param titles city names to what people call them */
  constructor(indicator: IndicatorConfig, titles: Readonly<Record<string, string>>) {
    this.#indicator = indicator;
    this.#titles = titles;
  }

  /** A deviation from the level. */
  readonly deviation: Say = (track, breach, since, language) => {
    const { reading } = track;
    if (!reading) return '';
    const side = breach?.side;
    return describeDeviation(
      {
        ...this.#about(track, language),
        value: reading.value,
        expected: reading.expected,
        lower: reading.lower,
        upper: reading.upper,
        unit: this.#indicator.unit,
        since: since ?? (breach && breach.limit !== null ? reading.time : reading.since),
        at: reading.time,
        zone: track.zone,
        dayParts: this.#indicator.day_parts,
        limit: breach && breach.limit !== null && side !== 'nodata' && side ? { side, value: breach.limit } : undefined,
      },
      language,
    );
  };

  /** A forecast that does not fit. */
  readonly forecastOff = (track: Track, fit: ForecastFit, language: WordLanguage): string =>
    describeForecastOff({ ...this.#about(track, language), ...fit, limits: this.#indicator.forecast }, language);

  #about({ labels }: Track, language: WordLanguage): { subject: string; place: string } {
    const { city, ...rest } = labels;
    const detail = Object.entries(rest).map(([name, value]) => `${name} ${value}`);
    const title = this.#indicator.title ?? this.#indicator.name;
    // Nouns are written large in German; in English a title is not a name.
    const subject = language === 'de' ? title : title.toLowerCase();
    return {
      subject: detail.length > 0 ? `${subject} (${detail.join(', ')})` : subject,
      place: city === undefined ? '' : (this.#titles[city] ?? city),
    };
  }
}
