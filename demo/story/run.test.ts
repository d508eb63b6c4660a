import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Console } from '../console.ts';
import { never, notYet, seen, type Act, type Stage } from './act.ts';
import { playStory } from './run.ts';

/** A stage whose clock moves a simulated minute with each reading, so that no test waits. */
function stage(): Stage {
  let now = 0;
  const clock = { speed: 1e-9, now: () => (now += 60_000), wall: () => '17:00' };
  const stop = new AbortController();
  return { clock, metrics: { trouble: null }, signal: stop.signal } as unknown as Stage;
}

function act(number: number, change: Partial<Act>): Act {
  return { number, title: `act ${number}`, within: 1, expects: 'something', look: async () => seen('it'), ...change };
}

async function told(acts: readonly Act[]): Promise<{ missed: number[]; text: string }> {
  let text = '';
  const console = new Console({ write: (line) => void (text += line), colour: false, live: false, columns: () => 80 });
  return { missed: await playStory(acts, stage(), console), text };
}

test('a missed act is named with what was expected and seen, and the next acts are still played', async () => {
  const { missed, text } = await told([
    act(1, {}),
    act(2, { look: async () => notYet('half of it') }),
    act(3, { look: async () => never('the contrary') }),
    act(4, {}),
  ]);
  assert.deepEqual(missed, [2, 3]);
  assert.match(text, /✗ Act 2 .*\n +expected: something\n +seen: half of it/);
  assert.match(text, /✗ Act 3 .*\n +expected: something\n +seen: the contrary/);
  assert.match(text, /✓ Act 4 /);
});

test('what went wrong while playing or looking is in the report', async () => {
  const { missed, text } = await told([
    act(1, {
      play: () => Promise.reject(new Error('the door is shut')),
      look: () => Promise.reject(new Error('the window too')),
    }),
  ]);
  assert.deepEqual(missed, [1]);
  assert.match(text, /seen: the door is shut; the window too/);
});
