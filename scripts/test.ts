/**
 * `npm test`: the checks on the source (types, lint, format, borders, sizes, unused exports), then all tests. With the
 * argument `peers`, the suites against real peers; with `fault`, processes killed, disks filled and clocks set, and the
 * simulation (`LAMPLIGHTER_FAULT=full` for the long form). The last line is `N passed, N failed, N skipped`.
 */
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { run } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkBorders } from './borders.ts';
import { checkSizes } from './sizes.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const totals = { passed: 0, failed: 0, skipped: 0 };
const failures: string[] = [];

function settle(title: string, problems: readonly string[], started: number): void {
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (problems.length === 0) {
    totals.passed++;
    console.log(`  ok    ${title} (${seconds} s)`);
    return;
  }
  totals.failed++;
  failures.push(`${title}\n${problems.join('\n')}`);
  console.log(`  FAIL  ${title} (${seconds} s)\n${problems.join('\n')}`);
}

async function tool(title: string, script: string, args: readonly string[]): Promise<void> {
  const started = performance.now();
  const child = spawn(process.execPath, [join(root, 'node_modules', script), ...args], { cwd: root });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  settle(title, code === 0 ? [] : [output.trim() || `exit status ${code}`], started);
}

async function checks(): Promise<void> {
  console.log('Checks on the source');
  let started = performance.now();
  settle(
    'borders',
    checkBorders(root).map(({ file, line, text }) => `src/${file}:${line}: ${text}`),
    started,
  );
  started = performance.now();
  settle('file sizes', checkSizes(root), started);
  await Promise.all([
    tool('types', 'typescript/bin/tsc', ['--noEmit', '-p', 'tsconfig.json']),
    tool('lint', 'oxlint/bin/oxlint', [
      '--type-aware',
      '--quiet',
      'src',
      'test',
      'demo',
      'scripts',
      'bench',
      'web/src',
    ]),
  ]);
  await Promise.all([
    tool('types of web', 'typescript/bin/tsc', ['--noEmit', '-p', 'web/tsconfig.json']),
    tool('format', 'prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.']),
  ]);
  await tool('unused exports', 'knip/bin/knip.js', ['--no-progress']);
}

/** Runs the test files and adds up their leaves; a skipped test says why. */
async function tests(patterns: readonly string[], concurrency: number): Promise<void> {
  const files = patterns.flatMap((pattern) => globSync(pattern, { cwd: root })).sort();
  console.log(`Tests: ${files.length} files`);
  // A file that hangs is ended. The long forms take hours, and the thousand seeds of the short one some minutes.
  const timeout = process.env['LAMPLIGHTER_FAULT'] === 'full' ? 14_400_000 : 1_500_000;
  const stream = run({ files: files.map((file) => join(root, file)), concurrency, timeout });
  for await (const event of stream) {
    if (
      event.type === 'test:stderr' &&
      /(Error|Warning: (?!.*(SQLite|Experimental)))/.test(event.data.message) &&
      process.env['VERBOSE']
    ) {
      process.stderr.write(event.data.message);
    }
    // Lines of a table of figures.
    if (event.type === 'test:stdout' && event.data.message.startsWith('|')) process.stdout.write(event.data.message);
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    const { data } = event;
    if (data.details.type === 'suite') continue;
    const where = data.file ? relative(root, data.file) : '';
    if (data.name === data.file || join(root, data.name) === data.file) {
      // The file itself is reported too: it counts only when it could not be run.
      if (event.type === 'test:pass') continue;
    }
    if (data.skip !== undefined) {
      totals.skipped++;
      console.log(`  skip  ${where}: ${data.name}${typeof data.skip === 'string' ? ` (${data.skip})` : ''}`);
    } else if (event.type === 'test:pass') {
      totals.passed++;
    } else {
      totals.failed++;
      const error = event.data.details.error;
      const cause =
        error.cause instanceof Error
          ? (error.cause.stack ?? error.cause.message)
          : String(error.cause ?? error.message);
      failures.push(`${where}:${data.line ?? ''} ${data.name}\n${cause}`);
      console.log(`  FAIL  ${where}: ${data.name}\n${cause}`);
    }
  }
}

const mode = process.argv[2] ?? 'all';
if (mode === 'peers') await tests(['test/peers/**/*.test.ts'], 1);
else if (mode === 'fault') await tests(['test/{fault,simulation}/**/*.test.ts'], 1);
else {
  if (mode !== 'tests') await checks();
  if (mode !== 'checks')
    await tests(
      [
        'src/**/*.test.ts',
        'scripts/**/*.test.ts',
        'demo/**/*.test.ts',
        'test/{semantics,contract,scenario,fuzz,e2e}/**/*.test.ts',
      ],
      2,
    );
}
if (failures.length > 0) console.log(`\nFailed:\n${failures.map((failure) => `- ${failure}`).join('\n')}`);
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exit(totals.failed === 0 && totals.passed > 0 ? 0 : 1);
