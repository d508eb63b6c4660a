import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countedOnce } from './once.ts';

const loss = (indicator: string, city: string, startsAt: number, endsAt: number, amount: number, side = 'below') => ({
  indicator,
  labels: { city },
  side: side as 'below' | 'above',
  startsAt,
  endsAt,
  amount,
});

test('what two watches saw of one series at the same time counts once, the larger of both', () => {
  const losses = [
    loss('bookings', 'berlin', 0, 100, 40),
    loss('bookings', 'berlin', 50, 90, 25),
    loss('bookings', 'berlin', 100, 120, 5),
    loss('bookings', 'lisbon', 50, 90, 7),
    loss('trips', 'berlin', 50, 90, 9),
    loss('bookings', 'porto', 0, 100, 99, 'above'),
  ];
  assert.deepEqual(
    countedOnce(losses).map(({ amount }) => amount),
    [40, 9, 7, 5],
  );
});
