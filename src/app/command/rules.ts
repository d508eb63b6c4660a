import { globSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { parseRuleFile, parseRuleTestFile, runRuleTest, type RuleGroup } from '../../expectation/index.ts';
import { wrongExpression } from '../../config/index.ts';

/** Checks rule files as promtool does; exit status 1 when one has a mistake. */
export function rulesCheck(files: readonly string[]): void {
  for (const file of files) {
    console.log(`Checking ${file}`);
    try {
      const { groups, faults } = parseRuleFile(readFileSync(file, 'utf8'), file, wrongExpression);
      if (faults.length === 0)
        console.log(`  SUCCESS: ${groups.reduce((sum, { rules }) => sum + rules.length, 0)} rules found`);
      else failed(faults.map(({ line, message }) => `${file}:${line}: ${message}`));
    } catch (error) {
      failed([messageOf(error)]);
    }
    console.log();
  }
}

/** Runs files of rule tests in promtool's form; exit status 1 when one fails. */
export function rulesTest(files: readonly string[]): void {
  const totals = { passed: 0, failed: 0, skipped: 0 };
  for (const path of files) {
    console.log(`Unit Testing:  ${path}`);
    try {
      const file = parseRuleTestFile(readFileSync(path, 'utf8'));
      const report = runRuleTest(file, groupsOf(file.ruleFiles, dirname(path)));
      totals.passed += report.passed;
      totals.failed += report.failed;
      totals.skipped += report.skipped;
      if (report.failures.length === 0) console.log('  SUCCESS');
      else failed(report.failures);
    } catch (error) {
      totals.failed++;
      failed([messageOf(error)]);
    }
    console.log();
  }
  console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
}

/** The groups of the rule files; patterns are relative to the folder of the test file. @throws Error */
function groupsOf(patterns: readonly string[], folder: string): RuleGroup[] {
  const faults: string[] = [];
  const groups = patterns.flatMap((pattern) => {
    const files = globSync(isAbsolute(pattern) ? pattern : join(folder, pattern)).sort();
    if (files.length === 0) console.error('  WARNING: no file match pattern', pattern);
    return files.flatMap((path) => {
      const parsed = parseRuleFile(readFileSync(path, 'utf8'), path, wrongExpression);
      faults.push(...parsed.faults.map(({ line, message }) => `${path}:${line}: ${message}`));
      return parsed.groups;
    });
  });
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return groups;
}

function failed(lines: readonly string[]): void {
  process.exitCode = 1;
  console.error('  FAILED:');
  for (const line of lines) console.error(line);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
