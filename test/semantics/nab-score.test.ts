/** The benchmark's score is ours to compute, so it is held against cases that can be worked out by hand. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nabScore, probation, PROFILES, scaledSigmoid, type ScoredFile } from '../../bench/levels/nab-score.ts';

const ROWS = 1000;

/** A file with windows of 100 rows at 300 and 600, and detections at some rows. */
function file(...rows: readonly (readonly [row: number, score: number])[]): ScoredFile {
  const labels = new Uint8Array(ROWS);
  labels.fill(1, 300, 400).fill(1, 600, 700);
  const scores = new Float64Array(ROWS);
  for (const [row, score] of rows) scores[row] = score;
  return { scores, labels };
}
const standard = (one: ScoredFile): number => nabScore([one], PROFILES.standard).score;
const near = (actual: number, wanted: number): void =>
  assert.ok(Math.abs(actual - wanted) < 0.01, `${actual} is not ${wanted}`);

describe('the score of the Numenta benchmark', () => {
  it('is 100 for a detection at the first row of each window, and 0 for silence', () => {
    near(standard(file([300, 1], [600, 1])), 100);
    near(standard(file()), 0);
    near(standard(file([300, 1])), 50);
  });

  it('is the lower the later a window is found, and counts its first detection alone', () => {
    const late = standard(file([399, 1], [600, 1]));
    // The last row stands at -1/100 of the window: of two windows one is worth that little, both are found.
    const worth = scaledSigmoid(-0.01) / scaledSigmoid(-1);
    near(late, (100 * (worth + 1 + 2)) / 4);
    near(standard(file([300, 1], [350, 1], [399, 1], [600, 1])), 100);
  });

  it('takes off what a false detection weighs: all of it before any window, less just behind one', () => {
    near(standard(file([300, 1], [600, 1], [200, 1])), 100 - (100 * 0.11) / 4);
    near(nabScore([file([300, 1], [600, 1], [200, 1])], PROFILES['low FP']).score, 100 - (100 * 0.22) / 4);
    const behind = standard(file([300, 1], [600, 1], [401, 1]));
    assert.ok(behind > 99.5 && behind < 100);
  });

  it('counts a miss twice where misses weigh more', () => {
    near(nabScore([file([300, 1])], PROFILES['low FN']).score, 50);
    const withFalse = file([300, 1], [600, 1], [200, 1]);
    near(nabScore([withFalse], PROFILES['low FN']).score, 100 - (100 * 0.11) / 6);
  });

  it('chooses one threshold for all files', () => {
    const loud = file([300, 0.9], [600, 0.9], [200, 0.5]);
    const found = nabScore([loud, file([300, 0.8], [600, 0.7])], PROFILES.standard);
    near(found.score, 100);
    assert.equal(found.threshold, 0.7);
  });

  it('says nothing about the first 15 % of a file, at most 750 rows', () => {
    assert.equal(probation(ROWS), 150);
    assert.equal(probation(20_000), 750);
    near(standard(file([300, 1], [600, 1], [149, 1])), 100);
  });
});
