import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MIGRATIONS } from './index.ts';

test('steps count up from 1, and those that are not called breaking only add', () => {
  assert.deepEqual(
    MIGRATIONS.map(({ version }) => version),
    MIGRATIONS.map((_, index) => index + 1),
  );
  for (const { name, breaking, statements } of MIGRATIONS.slice(1)) {
    if (breaking) continue;
    for (const statement of [...statements('sqlite'), ...statements('postgres')]) {
      assert.doesNotMatch(statement, /\b(DROP|RENAME)\b (?!INDEX|TRIGGER|FUNCTION)/i, `${name}: ${statement}`);
      const added = /ADD COLUMN (.*)$/is.exec(statement)?.[1];
      if (added === undefined) continue;
      // A program that does not know the column leaves it out.
      assert.ok(!/NOT NULL/i.test(added) || /DEFAULT/i.test(added), `${name}: a column needs a default: ${statement}`);
    }
  }
});
