/**
 * The score of the Numenta Anomaly Benchmark, from its published description (Lavin and Ahmad, "Evaluating Real-time
 * Anomaly Detection Algorithms", 2015): the first detection in a window earns the more the earlier it is, a detection
 * outside costs the more the further it lies behind the last window, a window without one costs its weight.
 */

export interface Weights {
  readonly truePositive: number;
  readonly falsePositive: number;
  readonly falseNegative: number;
}

export const PROFILES: Readonly<Record<'standard' | 'low FP' | 'low FN', Weights>> = {
  standard: { truePositive: 1, falsePositive: 0.11, falseNegative: 1 },
  'low FP': { truePositive: 1, falsePositive: 0.22, falseNegative: 1 },
  'low FN': { truePositive: 1, falsePositive: 0.11, falseNegative: 2 },
};

/** One file: a score for each row, and which rows lie in a window. */
export interface ScoredFile {
  readonly scores: Float64Array;
  readonly labels: Uint8Array;
}

interface Window {
  readonly from: number;
  readonly to: number;
}

const PROBATION_SHARE = 0.15;
const PROBATION_MOST = 750;

/** Rows in which nothing counts: 15 % of the file, at most 750. */
export function probation(rows: number): number {
  return Math.floor(Math.min(PROBATION_SHARE * rows, PROBATION_MOST));
}

/** From 1 (far before the end of a window) through 0 (its end) to -1. */
export function scaledSigmoid(position: number): number {
  return position > 3 ? -1 : 2 / (1 + Math.exp(5 * position)) - 1;
}

export function windowsOf(labels: Uint8Array): Window[] {
  const windows: Window[] = [];
  for (let index = 0; index < labels.length; index++) {
    if (labels[index] !== 1) continue;
    const last = windows.at(-1);
    if (last && last.to === index - 1) windows[windows.length - 1] = { from: last.from, to: index };
    else windows.push({ from: index, to: index });
  }
  return windows;
}

/** What one detection at a row is worth before weights, and the window it lies in (-1: none). */
function worth(windows: readonly Window[], row: number): { readonly window: number; readonly value: number } {
  let past: Window | null = null;
  for (const [index, window] of windows.entries()) {
    if (row < window.from) break;
    if (row <= window.to) {
      const position = -(window.to - row + 1) / (window.to - window.from + 1);
      return { window: index, value: scaledSigmoid(position) / scaledSigmoid(-1) };
    }
    past = window;
  }
  if (!past) return { window: -1, value: -1 };
  return { window: -1, value: scaledSigmoid((row - past.to) / Math.max(1, past.to - past.from)) };
}

/** One detection, and what it adds when the threshold falls to its score. */
interface Detection {
  readonly score: number;
  readonly file: number;
  readonly window: number;
  readonly value: number;
}

/**
 * The normalised score (0: a detector that says nothing, 100: a perfect one) at the best threshold over all files.
 * @returns the score and that threshold
 */
export function nabScore(files: readonly ScoredFile[], weights: Weights): { score: number; threshold: number } {
  const detections: Detection[] = [];
  let total = 0;
  files.forEach(({ scores, labels }, file) => {
    const windows = windowsOf(labels);
    total += windows.length;
    for (let row = probation(labels.length); row < scores.length; row++) {
      if (scores[row]! > 0) detections.push({ score: scores[row]!, file, ...worth(windows, row) });
    }
  });
  detections.sort((a, b) => b.score - a.score);
  const least = -weights.falseNegative * total;
  const most = weights.truePositive * total;
  let raw = least;
  let best = { raw, threshold: Infinity };
  const found = new Map<string, number>();
  for (let index = 0; index < detections.length; index++) {
    const { score, file, window, value } = detections[index]!;
    if (window < 0) {
      raw += weights.falsePositive * value;
    } else {
      const key = `${file}/${window}`;
      const before = found.get(key);
      if (before === undefined) raw += weights.falseNegative + weights.truePositive * value;
      else if (value > before) raw += weights.truePositive * (value - before);
      found.set(key, Math.max(value, before ?? -Infinity));
    }
    // Rows of one score are detected together.
    if (detections[index + 1]?.score !== score && raw > best.raw) best = { raw, threshold: score };
  }
  return { score: total > 0 ? (100 * (best.raw - least)) / (most - least) : NaN, threshold: best.threshold };
}
