/** A line of the table that a run prints at its end: what was tried, what came of it, and the seed that replays it. */
export function figure(what: string, found: string, seed: number | string = '-'): void {
  console.log(`| ${what} | ${found} | ${seed} |`);
}

/** Whether the long form was asked for: `LAMPLIGHTER_FAULT=full`. It takes hours; the short one minutes. */
export const LONG = process.env['LAMPLIGHTER_FAULT'] === 'full';

/** The seed of this run: chosen anew unless one is given. */
export const SEED = Number(
  process.env['FAULT_SEED'] ?? process.env['KILL_SEED'] ?? 1 + Math.floor(Math.random() * 1e6),
);

/** Numbers in [0, 1) from the seed. */
export function chance(seed: number): () => number {
  let state = seed % 2147483647 || 1;
  return () => (state = (state * 16807) % 2147483647) / 2147483647;
}
