import assert from 'node:assert/strict';
import { it } from 'node:test';
import { outOfDate } from './docs.ts';

it('the generated pages say what the code says', async () => {
  assert.deepEqual(await outOfDate(), [], 'run: node scripts/docs.ts');
});
