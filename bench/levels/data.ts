/** The labelled series, and which of them may be looked at while tuning. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export interface Labelled {
  readonly set: 'Microsoft' | 'NAB';
  readonly name: string;
  /** CSV `timestamp,value,label`. */
  readonly text: string;
  readonly half: 'tuning' | 'held out';
}

export interface Series {
  /** ms, the wall clock of the file read as UTC. */
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/** Changing it makes another split. It was chosen before the first figure of this protocol was printed. */
const SALT = 'lamplighter levels, second protocol:';

/** Every labelled file, in the order of its name. */
export function labelledFiles(root: string): Labelled[] {
  return [...microsoft(root), ...nab(root)];
}

/** The half of a file by its name alone: FNV-1a of salt and name, its lowest bit. */
export function halfOf(name: string): Labelled['half'] {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(SALT + name)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  // The lowest bit of FNV is the parity of the bytes: a higher one mixes.
  return ((hash >>> 15) & 1) === 0 ? 'tuning' : 'held out';
}

export function taxi(root: string): Series {
  const lines = readFileSync(join(root, 'nab/realKnownCause/nyc_taxi.csv'), 'utf8').trim().split('\n').slice(1);
  return {
    values: Float64Array.from(lines, (line) => Number(line.split(',')[1])),
    times: Float64Array.from(lines, (line) => Date.parse(`${line.split(',')[0]!.replace(' ', 'T')}Z`)),
  };
}

function microsoft(root: string): Labelled[] {
  return csvFiles(join(root, 'microsoft')).map((path) => {
    const name = relative(root, path);
    return { set: 'Microsoft', name, text: readFileSync(path, 'utf8'), half: halfOf(name) };
  });
}

/** NAB's windows stand in a file of their own: they become a column. */
function nab(root: string): Labelled[] {
  const windows = JSON.parse(readFileSync(join(root, 'nab/combined_windows.json'), 'utf8')) as Record<
    string,
    [string, string][]
  >;
  return csvFiles(join(root, 'nab')).map((path) => {
    const key = relative(join(root, 'nab'), path);
    const spans = (windows[key] ?? []).map(([from, to]) => [from.slice(0, 19), to.slice(0, 19)] as const);
    const rows = readFileSync(path, 'utf8').trim().split('\n').slice(1);
    const labelled = rows.map((row) => {
      const [instant = '', value = ''] = row.split(',');
      return `${instant},${value},${spans.some(([from, to]) => instant >= from && instant <= to) ? 1 : 0}`;
    });
    const name = `nab/${key}`;
    return { set: 'NAB', name, text: labelled.join('\n'), half: halfOf(name) };
  });
}

function csvFiles(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.csv'))
    .sort()
    .map((path) => join(directory, path));
}
