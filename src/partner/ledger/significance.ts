/** How many of a kind there are, and how many of them are silent. */
export interface Share {
  readonly value: string;
  readonly silent: number;
  readonly total: number;
}

/** A value that the silent ones have in common. */
export interface Finding {
  readonly value: string;
  readonly silentWith: number;
  readonly silent: number;
  readonly totalWith: number;
  readonly total: number;
  readonly p: number;
}

/** Below this, and with the value at least twice as often silent as the rest, it is said. */
const SURE = 0.001;
const AT_LEAST_TIMES = 2;
const FEWEST_SILENT = 5;

/**
 * Looks which value of one dimension the silent ones share: each value against all others by Fisher's exact test (one
 * side: more silent than by chance), the probability multiplied by how many values were looked at (Bonferroni).
 * @returns the value with the smallest probability, or null when chance explains it
 */
export function findShared(shares: readonly Share[]): Finding | null {
  const whole = shares.map(({ value, silent, total }) => {
    const all = Math.max(0, Math.round(total));
    return { value, total: all, silent: Math.min(all, Math.max(0, Math.round(silent))) };
  });
  const silent = sum(whole.map((share) => share.silent));
  const total = sum(whole.map((share) => share.total));
  if (whole.length < 2 || silent < FEWEST_SILENT || total === 0) return null;
  let best: Finding | null = null;
  for (const share of whole) {
    const elsewhere = { silent: silent - share.silent, total: total - share.total };
    if (share.total === 0 || elsewhere.total === 0) continue;
    const times = share.silent / share.total / Math.max(elsewhere.silent / elsewhere.total, Number.MIN_VALUE);
    if (times < AT_LEAST_TIMES) continue;
    const p = Math.min(1, atLeast(share.silent, share.total, silent, total) * whole.length);
    const found = { value: share.value, silentWith: share.silent, silent, totalWith: share.total, total, p };
    if (p < SURE && (best === null || p < best.p || (p === best.p && found.silentWith > best.silentWith))) best = found;
  }
  return best;
}

/**
 * The probability that of `drawn` things of `all`, of which `marked` are marked, at least `seen` are marked: the upper
 * tail of the hypergeometric distribution.
 */
export function atLeast(seen: number, drawn: number, marked: number, all: number): number {
  const most = Math.min(drawn, marked);
  const least = Math.max(0, drawn + marked - all);
  if (seen <= least) return 1;
  const base = logChoose(all, drawn);
  let tail = 0;
  for (let count = seen; count <= most; count++) {
    tail += Math.exp(logChoose(marked, count) + logChoose(all - marked, drawn - count) - base);
  }
  return Math.min(1, tail);
}

function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

/** ln n! exactly for small n, by Stirling's series beyond: its error is below 1e-10 from 20 on. */
function logFactorial(n: number): number {
  if (n < 20) {
    let product = 1;
    for (let factor = 2; factor <= n; factor++) product *= factor;
    return Math.log(product);
  }
  return n * Math.log(n) - n + Math.log(2 * Math.PI * n) / 2 + 1 / (12 * n) - 1 / (360 * n ** 3) + 1 / (1260 * n ** 5);
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
