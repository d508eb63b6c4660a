import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runPromqlTest } from '../../src/promql/index.ts';

/** Prometheus' own fixtures are not part of this repository; they are run where they lie beside it. */
const REFERENCE = join(import.meta.dirname, '../../../shared/data/promql');
const OWN = join(import.meta.dirname, 'promql');

function runFolder(folder: string): void {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.test'))) {
    test(`promql fixture ${file}`, () => {
      const report = runPromqlTest(readFileSync(join(folder, file), 'utf8'), file);
      assert.deepEqual(report.failures, []);
      assert.ok(report.passed > 0, 'the fixture has no query');
      assert.equal(report.skipped, 0);
    });
  }
}

runFolder(OWN);
if (existsSync(REFERENCE)) runFolder(REFERENCE);
else test('promql reference fixtures', { skip: `no folder ${REFERENCE}` }, () => {});
