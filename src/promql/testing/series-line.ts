import type { Labels } from '../../core/labels.ts';
import { unquote } from '../parse/quote.ts';
import { parseNumber } from '../value/number.ts';
import { addHistogramText, parseHistogramText } from './histogram-text.ts';
import type { Point } from './memory-source.ts';

/** A line of a fixture: labels and points, undefined being a gap. */
export interface SeriesLine {
  readonly labels: Labels;
  readonly points: readonly (Point | undefined)[];
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const LABEL =
  /^\s*("(?:[^"\\]|\\.)*"|[a-zA-Z_][a-zA-Z0-9_]*)\s*(?:=\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`))?\s*,?/;

/**
 * Reads a line such as `up{job="a"} 1 2+3x4 _ stale`.
 * @throws Error that says what does not fit
 */
export function parseSeriesLine(line: string): SeriesLine {
  const { labels, rest } = parseLabels(line);
  return { labels, points: parsePoints(rest) };
}

function parseLabels(line: string): { labels: Labels; rest: string } {
  const labels: Record<string, string> = {};
  const name = NAME.exec(line)?.[0] ?? '';
  if (name !== '') labels.__name__ = name;
  let rest = line.slice(name.length).trimStart();
  if (!rest.startsWith('{') || rest.startsWith('{{')) return { labels, rest };
  rest = rest.slice(1);
  while (!rest.trimStart().startsWith('}')) {
    const found = LABEL.exec(rest);
    if (found === null) throw new Error(`labels of "${line}" do not parse near "${rest}"`);
    const [whole, label = '', value] = found;
    const bare = label.startsWith('"') ? unquote(label)! : label;
    if (value === undefined) labels.__name__ = bare;
    else labels[bare] = unquote(value) ?? value.slice(1, -1);
    rest = rest.slice(whole.length);
  }
  return { labels, rest: rest.slice(rest.indexOf('}') + 1) };
}

/** The points of a line, its repetitions spelled out. */
function parsePoints(text: string): (Point | undefined)[] {
  const words = text.match(/\{\{.*?\}\}(?:[+-]\{\{.*?\}\})?(?:x\d+)?|\S+/g) ?? [];
  return words.flatMap(expandWord);
}

// No hexadecimal numbers: `0x3` is a zero that is repeated three times.
const NUMBER = String.raw`[+-]?(?:inf|nan|(?:\d[\d_]*\.?\d*|\.\d+)(?:e[+-]?\d+)?)`;
const NUMBER_WORD = new RegExp(String.raw`^(${NUMBER})(?:([+-]${NUMBER.slice(5)}))?(?:x(\d+))?$`, 'i');
const HISTOGRAM_WORD = /^(\{\{.*?\}\})(?:([+-])(\{\{.*?\}\}))?(?:x(\d+))?$/;

function expandWord(word: string): (Point | undefined)[] {
  const gap = /^_(?:x(\d+))?$/.exec(word);
  if (gap !== null) return Array.from({ length: Number(gap[1] ?? 1) }, () => undefined);
  if (word === 'stale') return ['stale'];
  const histogram = HISTOGRAM_WORD.exec(word);
  if (histogram !== null) return expandHistogram(histogram);
  const number = NUMBER_WORD.exec(word);
  if (number === null) throw new Error(`"${word}" is not a point: write a number, 1+2x3, _, stale or {{...}}`);
  const [, first = '', increment = '0', times = '0'] = number;
  const points: number[] = [];
  let value = parseNumber(first)!;
  for (let k = 0; k <= Number(times); k++) {
    points.push(value);
    value += parseNumber(increment)!;
  }
  return points;
}

function expandHistogram([, first = '', sign, increment, times = '0']: RegExpExecArray): Point[] {
  const points: Point[] = [];
  let value = parseHistogramText(first);
  for (let k = 0; k <= Number(times); k++) {
    points.push(value);
    if (increment !== undefined) value = addHistogramText(value, parseHistogramText(increment), sign === '-' ? -1 : 1);
  }
  return points;
}
