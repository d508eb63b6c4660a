import { parseDuration } from '../../core/duration.ts';
import { unquote } from '../parse/quote.ts';
import { parseNumber } from '../value/number.ts';

/** What an `expect` line asks for. */
export interface Expectation {
  readonly kind: 'fail' | 'warn' | 'info' | 'no_warn' | 'no_info' | 'ordered';
  readonly match?: { readonly how: 'msg' | 'regex'; readonly text: string };
}

export type Command =
  | { readonly kind: 'clear'; readonly line: number }
  | {
      readonly kind: 'load';
      readonly line: number;
      readonly step: number;
      readonly withCustomBuckets: boolean;
      readonly series: readonly string[];
    }
  | EvalCommand;

/** One query with what it should give. Times in milliseconds. */
export interface EvalCommand {
  readonly kind: 'eval';
  readonly line: number;
  readonly expr: string;
  readonly range: { readonly start: number; readonly end: number; readonly step: number } | undefined;
  readonly at: number;
  readonly expectations: readonly Expectation[];
  readonly series: readonly string[];
  readonly text: string | undefined;
}

const LOAD = /^load(_with_nhcb)?\s+(\S+)$/;
const INSTANT = /^eval(?:_(fail|warn|info|ordered))?\s+instant\s+(?:at\s+(\S+)\s+)?(.+)$/;
const RANGE = /^eval(?:_(fail|warn|info))?\s+range\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+)\s+(.+)$/;
const EXPECT = /^expect\s+(fail|warn|info|no_warn|no_info|ordered)(?:\s+(msg|regex):\s*(.+))?$/;
const OLD_EXPECT = /^expected_fail_(message|regexp)\s+(.+)$/;
const TEXT = /^expect\s+string\s+(.+)$/;

/**
 * Cuts a fixture into its commands.
 * @throws Error with the line that does not fit
 */
export function parseScript(text: string): Command[] {
  const lines = text.split('\n').map((line) => (line.trim().startsWith('#') ? '' : line.trim()));
  const commands: Command[] = [];
  let at = 0;
  // A command goes on until the next empty line or comment.
  const takeBlock = (): string[] => {
    const block: string[] = [];
    while (at < lines.length && lines[at] !== '') block.push(lines[at++]!);
    return block;
  };
  while (at < lines.length) {
    const line = at + 1;
    const head = lines[at++]!;
    if (head === '') continue;
    if (head === 'clear') {
      commands.push({ kind: 'clear', line });
      continue;
    }
    const load = LOAD.exec(head);
    if (load !== null) {
      const [, nhcb, step = ''] = load;
      commands.push({
        kind: 'load',
        line,
        step: parseTime(step),
        withCustomBuckets: nhcb !== undefined,
        series: takeBlock(),
      });
    } else {
      commands.push(parseEval(head, line, takeBlock()));
    }
  }
  return commands;
}

function parseTime(text: string): number {
  const seconds = parseNumber(text);
  return seconds === undefined ? parseDuration(text) : Math.round(seconds * 1000);
}

function parseEval(head: string, line: number, block: readonly string[]): EvalCommand {
  const instant = INSTANT.exec(head);
  const range = RANGE.exec(head);
  const form = instant?.[1] ?? range?.[1];
  const body = parseBody(block, form as Expectation['kind'] | undefined);
  if (instant !== null) {
    return { kind: 'eval', line, expr: instant[3]!, range: undefined, at: parseTime(instant[2] ?? '0'), ...body };
  }
  if (range === null)
    throw new Error(`line ${line}: "${head}" is no command: write load, clear, eval instant or eval range`);
  const [start, end, step] = [range[2]!, range[3]!, range[4]!].map(parseTime);
  return { kind: 'eval', line, expr: range[5]!, range: { start: start!, end: end!, step: step! }, at: 0, ...body };
}

function parseBody(
  block: readonly string[],
  form: Expectation['kind'] | undefined,
): Pick<EvalCommand, 'expectations' | 'series' | 'text'> {
  const expectations: Expectation[] = form === undefined ? [] : [{ kind: form }];
  const series: string[] = [];
  let text: string | undefined;
  for (const line of block) {
    const expected = EXPECT.exec(line);
    const old = OLD_EXPECT.exec(line);
    const string = TEXT.exec(line);
    if (expected !== null) {
      const [, kind, how, message] = expected;
      const match = how === undefined ? {} : { match: { how: how as 'msg' | 'regex', text: message! } };
      expectations.push({ kind: kind as Expectation['kind'], ...match });
    } else if (old !== null) {
      const how = old[1] === 'message' ? 'msg' : 'regex';
      expectations.push({ kind: 'fail', match: { how, text: old[2]! } });
    } else if (string !== null) {
      text = unquote(string[1]!) ?? string[1]!;
    } else {
      series.push(line);
    }
  }
  return { expectations, series, text };
}
