import { readFileSync } from 'node:fs';
import { runPromqlTest } from '../../promql/index.ts';

/** Runs files in the PromQL test language; exit status 1 when one fails. */
export function promqlTest(files: readonly string[]): void {
  const totals = { passed: 0, failed: 0, skipped: 0 };
  for (const file of files) {
    const report = runPromqlTest(readFileSync(file, 'utf8'), file);
    totals.passed += report.passed;
    totals.failed += report.failed;
    totals.skipped += report.skipped;
    for (const { line, got, wanted } of report.failures)
      console.log(`${file}:${line}\n  got    ${got}\n  wanted ${wanted}`);
  }
  console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
  process.exitCode = totals.failed === 0 ? 0 : 1;
}
