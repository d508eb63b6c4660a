import type { MetricMetadata } from '../../series/index.ts';
import { EXPOSITION_LIMITS, type ExposedSample, type Exposition, type ExpositionLimits } from './exposition.ts';
import { Line } from './line.ts';

const TYPES = new Set(['counter', 'gauge', 'histogram', 'summary', 'untyped']);
const WHOLE = /^[+-]?\d{1,19}$/;

/**
 * Reads Prometheus' text format, version 0.0.4: blanks and tabs where they like, timestamps in milliseconds. Of a family
 * described twice alike the second description is ignored (pages put together from files have that); two types are an
 * error.
 * @throws Fault `body_invalid` with the line
 */
export function parsePrometheusText(text: string, limits: ExpositionLimits = EXPOSITION_LIMITS): Exposition {
  const samples: ExposedSample[] = [];
  const families = new Map<string, { type: string | null; help: string | null }>();
  eachLine(text, (content, number) => {
    const line = new Line(content, number, limits, { loose: true });
    line.blanks();
    if (line.done) return;
    if (line.take('#')) readComment(line, families, limits);
    else {
      if (samples.length >= limits.maxSamples) line.fail(`there are more than ${limits.maxSamples} samples`);
      samples.push(readSample(line));
    }
  });
  const metadata = Array.from(families, ([name, { type, help }]): MetricMetadata => ({
    name,
    type: type === null || type === 'untyped' ? 'unknown' : type,
    help: help ?? '',
    unit: '',
  }));
  return { samples, metadata };
}

/** Calls `take` for every line with its number; the last one may lack its line feed. */
export function eachLine(text: string, take: (line: string, number: number) => void): void {
  let from = 0;
  for (let number = 1; from < text.length; number++) {
    const end = text.indexOf('\n', from);
    const stop = end < 0 ? text.length : end;
    take(text.slice(from, stop), number);
    from = stop + 1;
  }
}

function readComment(
  line: Line,
  families: Map<string, { type: string | null; help: string | null }>,
  limits: ExpositionLimits,
): void {
  line.blanks();
  const keyword = line.word();
  if (keyword !== 'HELP' && keyword !== 'TYPE') return;
  line.gap('the metric name');
  const name = line.metricName();
  const family = families.get(name) ?? { type: null, help: null };
  if (!line.done && !line.blanks()) line.fail('the metric name has a character that is not allowed');
  if (keyword === 'HELP') family.help ??= line.rest(false);
  else {
    const type = line.word();
    line.blanks();
    if (!line.done) line.fail('there is more behind the type');
    if (!TYPES.has(type)) line.fail(`"${type}" is no type; write one of ${[...TYPES].join(', ')}`);
    if (family.type !== null && family.type !== type) line.fail(`${name} is a ${family.type} above`);
    family.type = type;
  }
  if (families.size >= limits.maxFamilies) line.fail(`there are more than ${limits.maxFamilies} families`);
  families.set(name, family);
}

function readSample(line: Line): ExposedSample {
  const from = line.at;
  const labels: Record<string, string> = {};
  const name = line.metricName();
  const bare = line.at;
  line.blanks();
  if (line.text[line.at] === '{') line.labels(labels);
  else line.at = bare;
  const text = line.text.slice(from, line.at);
  if (!line.blanks() && line.text[line.at - 1] !== '}') line.fail('a space is missing before the value');
  const value = line.number64('the value');
  line.blanks();
  let time: number | null = null;
  if (!line.done) {
    const word = line.word();
    if (!WHOLE.test(word)) line.fail('the timestamp is not a whole number of milliseconds');
    time = Number(word);
    line.blanks();
    if (!line.done) line.fail('there is more behind the timestamp');
  }
  labels['__name__'] = name;
  return { text, labels, value, time };
}
