import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ChainRun, ChainStep } from '../../action/nouns.ts';
import type { Tx } from '../context.ts';
import { nextStepOf } from './chain-next.ts';

const START = 1_000_000;
const MINUTE = 60_000;

/** A chain of a ticket, a page at once, a page after five minutes and a word to the partner after six. */
function runOf(change: Partial<ChainRun>): ChainRun {
  const page = (after: number, target: string): ChainStep => {
    return { after: after * MINUTE, onlyUnaccepted: false, do: 'page', target, by: ['email'] };
  };
  const steps: readonly ChainStep[] = [
    { after: 0, onlyUnaccepted: false, do: 'open-ticket' },
    page(0, 'focal'),
    page(5, 'deputy'),
    { after: 6 * MINUTE, onlyUnaccepted: false, do: 'contact-partner', partner: 'cause' },
  ];
  const snapshot = {
    steps,
    repeatEvery: 10 * MINUTE,
    maxRounds: 3,
    severity: 'critical',
    people: [],
    fallback: 'x',
    templates: [],
  } as const;
  const rest = { startedAt: START, nextStep: 2, round: 0, nextActionAt: START + 5 * MINUTE, waited: 0, paged: 1 };
  return { id: 'chn_1', incidentId: 'inc_1', chain: 'c', snapshot, state: 'running', ...rest, ...change };
}

async function next(state: 'open' | 'accepted', ...runs: readonly ChainRun[]): Promise<string | null> {
  const tx = { actions: { chainsOf: () => Promise.resolve(runs) } } as unknown as Tx;
  const step = await nextStepOf(tx, { id: 'inc_1', state });
  return step === null ? null : `${(step.at - START) / MINUTE}: ${step.title}`;
}

describe('what happens next by itself', () => {
  it('is the step that waits, at its time', async () => {
    assert.equal(await next('open', runOf({})), '5: page the deputy by email');
  });

  it('is no page once somebody has it, whether or not the chain has heard of it', async () => {
    const partner = '6: contact the partner behind the cause';
    const later = { nextActionAt: START + 6 * MINUTE };
    assert.equal(await next('accepted', runOf(later)), partner);
    assert.equal(await next('accepted', runOf({ ...later, state: 'accepted' })), partner);
  });

  it('is the first page again after the last step', async () => {
    const over = { nextStep: 4, nextActionAt: START + 10 * MINUTE };
    assert.equal(await next('open', runOf(over)), '10: page the focal person by email');
    assert.equal(await next('accepted', runOf(over)), null);
  });

  it('is what comes first of several chains, and nothing of one that has ended', async () => {
    assert.equal(
      await next('open', runOf({ nextActionAt: START + 9 * MINUTE }), runOf({})),
      '5: page the deputy by email',
    );
    assert.equal(await next('open', runOf({ state: 'ended', nextActionAt: null })), null);
  });
});
