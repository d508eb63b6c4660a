import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { weigh, type ProofInput } from './proof.ts';

const MIN = 60_000;
const DAY = 24 * 60 * MIN;
const base: ProofInput = {
  at: 29 * DAY,
  incidentId: 'inc_1',
  window: { from: 28 * DAY, to: 28 * DAY + 60 * MIN },
  knownIncidents: [],
  historyFrom: 0,
  historyTo: 28 * DAY,
  before: [],
  after: [],
};
const firing = (firedAt: number) => ({ firedAt, resolvedAt: null });

describe('the proof of an improvement', () => {
  it('says how much earlier, and that nothing else would have fired', () => {
    const proof = weigh({ ...base, before: [firing(28 * DAY + 9 * MIN)], after: [firing(28 * DAY + 5 * MIN)] });
    assert.equal(proof.earlierBy, 4 * MIN);
    assert.equal(proof.verdict, 'would have alerted 4 min earlier, 0 extra alerts in the history at hand (28 days)');
  });

  it('counts firings outside known incidents once per burst', () => {
    const proof = weigh({
      ...base,
      knownIncidents: [{ from: 3 * DAY, to: 4 * DAY }],
      after: [firing(DAY), firing(DAY + MIN), firing(2 * DAY), firing(3 * DAY + MIN), firing(28 * DAY + MIN)],
    });
    assert.equal(proof.alertsAfter, 2);
    assert.equal(
      proof.verdict,
      "would have alerted; today's rule did not, +2 extra alerts in the history at hand (28 days)",
    );
  });

  it('is honest when the change makes it worse', () => {
    const proof = weigh({ ...base, before: [firing(28 * DAY + MIN), firing(5 * DAY)], after: [] });
    assert.equal(proof.verdict, 'would no longer have alerted, −1 extra alerts in the history at hand (28 days)');
  });
});
