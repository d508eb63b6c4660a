import type { MetricMetadata } from '../../series/index.ts';
import { EXPOSITION_LIMITS, type ExposedSample, type Exposition, type ExpositionLimits } from './exposition.ts';
import { namesOf, SUFFIXES, suffixOf, type Family } from './family.ts';
import { Line } from './line.ts';
import { MetricCheck } from './metric-check.ts';
import { eachLine } from './prometheus-text.ts';

/** Most characters of the labels of an exemplar, names and values together. */
const MAX_EXEMPLAR = 128;
const TIMESTAMP = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

/**
 * Reads OpenMetrics 1.0 as its text format demands: one space between parts, no empty lines or comments, families and
 * metrics in one piece, suffixes that fit the type, `# EOF` at the end, timestamps in seconds. Exemplars are checked and
 * left out.
 * @throws Fault `body_invalid` with the line
 * Source: OpenMetrics 1.0, sections "Overall Structure", "ABNF" and "Metric Types".
 */
export function parseOpenMetrics(text: string, limits: ExpositionLimits = EXPOSITION_LIMITS): Exposition {
  return new Page(limits).read(text);
}

class Page {
  readonly #limits: ExpositionLimits;
  readonly #samples: ExposedSample[] = [];
  readonly #families: Family[] = [];
  /** Names of samples and families that are taken. */
  readonly #taken = new Set<string>();
  #family: Family | null = null;
  #check: MetricCheck | null = null;
  #ended = false;

  constructor(limits: ExpositionLimits) {
    this.#limits = limits;
  }

  read(text: string): Exposition {
    let last = new Line('', 1, this.#limits, { loose: false });
    eachLine(text, (content, number) => {
      const line = (last = new Line(content, number, this.#limits, { loose: false }));
      if (this.#ended) line.fail('there is more behind # EOF');
      if (content === '# EOF') this.#ended = true;
      else if (content === '') line.fail('a line is empty');
      else if (content.startsWith('#')) this.#descriptor(line);
      else this.#sample(line);
    });
    if (!this.#ended) last.fail('# EOF is missing at the end; the page is cut off');
    this.#closeFamily(last);
    const metadata = this.#families.map((family): MetricMetadata => ({
      // A counter is stored under the name of its samples.
      name:
        family.type === 'counter'
          ? `${family.name}_total`
          : family.type === 'info'
            ? `${family.name}_info`
            : family.name,
      type: family.type ?? 'unknown',
      help: family.help ?? '',
      unit: family.unit ?? '',
    }));
    return { samples: this.#samples, metadata };
  }

  /** A line with TYPE, UNIT or HELP. */
  #descriptor(line: Line): void {
    line.take('#');
    line.gap('TYPE, UNIT or HELP');
    const keyword = line.word();
    if (keyword !== 'TYPE' && keyword !== 'UNIT' && keyword !== 'HELP')
      line.fail('only # TYPE, # UNIT, # HELP and # EOF are allowed, no other comment');
    line.gap('the metric name');
    const name = line.metricName();
    const family = this.#family?.name === name ? this.#family : this.#openFamily(line, name);
    if (family.samples > 0) line.fail(`the description of ${name} stands behind its samples`);
    line.gap('the text');
    if (keyword === 'HELP') {
      if (family.help !== null) line.fail(`${name} has two HELP lines`);
      family.help = line.rest(true);
    } else if (keyword === 'UNIT') this.#unit(line, family);
    else {
      const type = line.rest(false);
      if (family.type !== null) line.fail(`${name} has two TYPE lines`);
      if (!Object.hasOwn(SUFFIXES, type)) line.fail(`there is no type "${type.slice(0, 40)}"`);
      family.type = type;
    }
  }

  #unit(line: Line, family: Family): void {
    const unit = line.rest(false);
    if (family.unit !== null) line.fail(`${family.name} has two UNIT lines`);
    if (!/^[a-zA-Z0-9_:]*$/.test(unit)) line.fail('a unit is made of letters, digits, _ and :');
    if (unit !== '' && !family.name.endsWith(`_${unit}`)) line.fail(`the name does not end in the unit _${unit}`);
    family.unit = unit;
  }

  #openFamily(line: Line, name: string): Family {
    this.#closeFamily(line);
    if (this.#families.length >= this.#limits.maxFamilies)
      line.fail(`there are more than ${this.#limits.maxFamilies} families`);
    const family: Family = { name, type: null, unit: null, help: null, samples: 0 };
    this.#families.push(family);
    this.#family = family;
    this.#check = null;
    return family;
  }

  /** Its names are taken from now on: a second family of a name, or one that could be mistaken for it, is refused. */
  #closeFamily(line: Line): void {
    const family = this.#family;
    if (!family) return;
    this.#check?.finish();
    if (family.unit && (family.type === 'info' || family.type === 'stateset'))
      line.fail(`${family.name} above is of type ${family.type}, which has no unit`);
    for (const name of namesOf(family)) {
      if (this.#taken.has(name)) line.fail(`the family ${family.name} above clashes with an earlier one over ${name}`);
    }
    for (const name of namesOf(family)) this.#taken.add(name);
  }

  #sample(line: Line): void {
    if (this.#samples.length >= this.#limits.maxSamples)
      line.fail(`there are more than ${this.#limits.maxSamples} samples`);
    const labels: Record<string, string> = {};
    const name = line.metricName();
    line.labels(labels);
    const text = line.text.slice(0, line.at);
    line.gap('the value');
    const value = line.number64('the value');
    const time = this.#timeAndExemplar(line, name);
    labels['__name__'] = name;
    const { family, suffix } = this.#placeOf(line, name);
    family.samples++;
    this.#check ??= new MetricCheck(family.type ?? 'unknown', family.name);
    if (!this.#check.take(line, { suffix, labels, value, time })) return;
    // Whole milliseconds, as everything is stored.
    this.#samples.push({ text, labels, value, time: time === null ? null : Math.round(time * 1000) });
  }

  /** The family of a sample: the one under way, or a new one without a description. */
  #placeOf(line: Line, name: string): { family: Family; suffix: string } {
    const current = this.#family;
    const suffix = current ? suffixOf(current, name) : null;
    if (current && suffix !== null) return { family: current, suffix };
    if (current && namesOf(current).includes(name))
      line.fail(`a sample of a ${current.type ?? 'family'} cannot be named ${name}`);
    if (this.#taken.has(name)) line.fail(`the family of ${name} must stand together`);
    return { family: this.#openFamily(line, name), suffix: '' };
  }

  /** @returns the timestamp in seconds, or null */
  #timeAndExemplar(line: Line, name: string): number | null {
    let time: number | null = null;
    if (line.done) return time;
    line.gap('the timestamp');
    if (line.text[line.at] !== '#') {
      time = timestamp(line);
      if (line.done) return time;
      line.gap('the exemplar');
    }
    if (!line.take('#')) line.fail('there is more behind the timestamp');
    line.gap('the exemplar');
    this.#exemplar(line, name);
    return time;
  }

  #exemplar(line: Line, name: string): void {
    const type = this.#family && suffixOf(this.#family, name) !== null ? this.#family.type : null;
    const fits =
      (type === 'counter' && name.endsWith('_total')) ||
      ((type === 'histogram' || type === 'gaugehistogram') && name.endsWith('_bucket'));
    if (!fits) line.fail('only _total of counters and _bucket of histograms have exemplars');
    const labels: Record<string, string> = {};
    if (line.text[line.at] !== '{') line.fail('an exemplar begins with its labels in braces');
    line.labels(labels);
    const size = Object.entries(labels).reduce((sum, [key, value]) => sum + codePoints(key) + codePoints(value), 0);
    if (size > MAX_EXEMPLAR) line.fail(`the labels of an exemplar are longer than ${MAX_EXEMPLAR} characters`);
    line.gap('the value of the exemplar');
    line.number64('the value of the exemplar');
    if (line.done) return;
    line.gap('the timestamp of the exemplar');
    timestamp(line);
    if (!line.done) line.fail('there is more behind the exemplar');
  }
}

/** The format counts characters, not UTF-16 units. */
function codePoints(text: string): number {
  return Array.from(text).length;
}

function timestamp(line: Line): number {
  const word = line.word();
  const seconds = TIMESTAMP.test(word) ? Number(word) : NaN;
  return Number.isFinite(seconds) ? seconds : line.fail('the timestamp is not a number of seconds');
}
