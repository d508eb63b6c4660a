/** Prometheus' words for units of UCUM. Source: UCUM, and Prometheus' base units; "1" is handled by the caller. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['d', 'days'],
  ['h', 'hours'],
  ['min', 'minutes'],
  ['s', 'seconds'],
  ['ms', 'milliseconds'],
  ['us', 'microseconds'],
  ['ns', 'nanoseconds'],
  ['By', 'bytes'],
  ['KiBy', 'kibibytes'],
  ['MiBy', 'mebibytes'],
  ['GiBy', 'gibibytes'],
  ['TiBy', 'tebibytes'],
  ['KBy', 'kilobytes'],
  ['kBy', 'kilobytes'],
  ['MBy', 'megabytes'],
  ['GBy', 'gigabytes'],
  ['TBy', 'terabytes'],
  ['bit', 'bits'],
  ['m', 'meters'],
  ['km', 'kilometers'],
  ['V', 'volts'],
  ['A', 'amperes'],
  ['J', 'joules'],
  ['W', 'watts'],
  ['kW', 'kilowatts'],
  ['kWh', 'kilowatt_hours'],
  ['W.h', 'watt_hours'],
  ['g', 'grams'],
  ['kg', 'kilograms'],
  ['Cel', 'celsius'],
  ['Hz', 'hertz'],
  ['%', 'percent'],
]);

const PER: ReadonlyMap<string, string> = new Map([
  ['s', 'second'],
  ['min', 'minute'],
  ['m', 'minute'],
  ['h', 'hour'],
  ['d', 'day'],
  ['w', 'week'],
  ['wk', 'week'],
  ['mo', 'month'],
  ['y', 'year'],
  ['a', 'year'],
]);

/**
 * The unit of an OTLP metric in Prometheus' words: `ms` is `milliseconds`, `By/s` is `bytes_per_second`, what stands in
 * braces is left out.
 * @returns '' for none
 * Source: OpenTelemetry specification, compatibility/prometheus_and_openmetrics.md, "Metric Metadata".
 */
export function unitWords(unit: string): string {
  const bare = unit.replaceAll(/\{[^{}]*\}/g, '').trim();
  if (bare === '' || bare === '1') return '';
  const [main = '', ...rest] = bare.split('/');
  const per = rest.join('_').trim();
  const mainWords = main.trim() === '1' ? '' : (WORDS.get(main.trim()) ?? plain(main));
  const perWords = per === '' ? '' : (PER.get(per) ?? plain(per));
  return [mainWords, perWords === '' ? '' : `per_${perWords}`].filter((part) => part !== '').join('_');
}

function plain(text: string): string {
  return text.replaceAll(/[^a-zA-Z0-9]+/g, '_').replaceAll(/^_+|_+$/g, '');
}
