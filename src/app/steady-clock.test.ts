import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SteadyClock } from './steady-clock.ts';

const START = Date.UTC(2026, 10, 24);
const HOUR = 3_600_000;

function machine() {
  const state = { wall: START, elapsed: 0 };
  const clock = new SteadyClock(
    () => state.wall,
    () => state.elapsed,
  );
  const pass = (ms: number): void => {
    state.wall += ms;
    state.elapsed += ms;
  };
  return { state, clock, pass };
}

test('a step back is not followed: five minutes take five and a half, and the clocks meet again', () => {
  const { state, clock, pass } = machine();
  pass(1000);
  assert.equal(clock.now(), START + 1000);
  state.wall -= HOUR;
  assert.equal(clock.now(), START + 1000);
  const due = START + 1000 + 300_000;
  pass(330_000);
  assert.equal(clock.now(), START + 1000 + 297_000);
  pass(3334);
  assert.ok(clock.now() >= due);
  let last = clock.now();
  for (let minute = 0; minute < 601; minute++) {
    pass(60_000);
    assert.ok(clock.now() >= last, 'it never goes back');
    last = clock.now();
  }
  assert.equal(clock.now(), state.wall);
  assert.equal(clock.ahead, 0);
});

test('a step forward is followed at once', () => {
  const { state, clock } = machine();
  state.wall += 2 * HOUR;
  assert.equal(clock.now(), START + 2 * HOUR);
});

test('a start after a step back begins where the journal ended', () => {
  const { state, clock, pass } = machine();
  clock.notBefore(START + HOUR);
  assert.equal(clock.now(), START + HOUR);
  clock.notBefore(START);
  assert.equal(clock.now(), START + HOUR);
  pass(1000);
  assert.equal(clock.now(), START + HOUR + 900);
  assert.ok(state.wall < clock.now());
});

test('the time of a shared database is followed, and never backwards', () => {
  const { clock, pass } = machine();
  clock.follow(5000);
  assert.equal(clock.now(), START + 5000);
  clock.follow(0);
  assert.equal(clock.now(), START + 5000);
  pass(60_000);
  assert.equal(clock.now(), START + 60_000);
});
