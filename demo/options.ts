/** What the demo was asked for, checked. */
export interface DemoOptions {
  /** Multiplies the usual pace of 40 simulated seconds a second. */
  readonly pace: number;
  readonly seed: number;
  /** End after the last act instead of staying. */
  readonly exit: boolean;
  /** Null: 8642, or any free port where that is taken. */
  readonly port: number | null;
  readonly browser: boolean;
  /** Null: a temporary directory, removed at the end. */
  readonly data: string | null;
}

/** As the command line gives them. */
export interface RawDemoOptions {
  readonly speed?: string | number | undefined;
  readonly seed?: string | number | undefined;
  readonly exit?: boolean | undefined;
  readonly port?: string | number | undefined;
  readonly browser?: boolean | undefined;
  readonly data?: string | undefined;
}

/** Something in the way that the user can change; its message says how. */
export class DemoProblem extends Error {}

function within(
  name: string,
  raw: string | number | undefined,
  [least, most]: readonly [number, number],
  whole: boolean,
): number | null {
  if (raw === undefined) return null;
  const value = Number(raw);
  const fits = raw !== '' && Number.isFinite(value) && value >= least && value <= most;
  if (fits && (!whole || Number.isInteger(value))) return value;
  throw new DemoProblem(
    `--${name} ${raw}: write a ${whole ? 'whole ' : ''}number from ${least} to ${most}, such as --${name} ${least < 1 ? 1 : least}.`,
  );
}

/** Checks the options of the command line. Throws DemoProblem naming the option and what to write instead. */
export function readOptions(raw: RawDemoOptions): DemoOptions {
  return {
    pace: within('speed', raw.speed, [0.1, 10], false) ?? 1,
    seed: within('seed', raw.seed, [0, 2 ** 31 - 1], true) ?? 1,
    exit: raw.exit ?? false,
    port: within('port', raw.port, [1, 65_535], true),
    browser: raw.browser ?? true,
    data: raw.data ?? null,
  };
}
