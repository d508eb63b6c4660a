/**
 * Writes the pages of the documentation that follow from the code: docs/configuration.md, docs/api.md, docs/faults.md.
 * With `--check` nothing is written; the exit status is 1 when a page is out of date.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { permissionList } from '../src/core/actor.ts';
import { faultList } from '../src/core/fault.ts';
import { apiPage } from './docs-api.ts';
import { configurationPage } from './docs-configuration.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const NOTE =
  '<!-- Written by `node scripts/docs.ts` from the code. Change the code or the script, not this page. -->\n\n';

/** Every generated page by its path in the project. */
export async function pages(): Promise<Readonly<Record<string, string>>> {
  return {
    'docs/configuration.md': NOTE + configurationPage(),
    'docs/api.md': NOTE + (await apiPage(permissionList())),
    'docs/faults.md': NOTE + faultsPage(),
  };
}

/** The pages that differ from what the code says, by their paths. */
export async function outOfDate(): Promise<string[]> {
  const wanted = await pages();
  return Object.keys(wanted).filter((path) => {
    const file = join(root, path);
    return !existsSync(file) || readFileSync(file, 'utf8') !== wanted[path];
  });
}

function faultsPage(): string {
  const rows = faultList().map(
    ({ code, status, retryable, template }) =>
      `| \`${code}\` | ${status} | ${retryable ? 'yes' : 'no'} | ${template.replaceAll('|', '\\|').replaceAll('\n', ' ')} |`,
  );
  return `# What can go wrong

Every refusal is one of this closed list. Over HTTP it is an RFC 9457 problem (\`application/problem+json\`) with \`type\`
\`urn:lamplighter:fault:CODE\`, \`title\`, \`status\`, \`detail\` (the words), \`code\` and \`retryable\`. On the command line the words
go to standard error and the exit status is 1. Words in braces are filled in.

*Again* says whether the same request may succeed later. Then the answer carries \`Retry-After\`.

The Prometheus query API under \`/api/v1\` answers in Prometheus' own form (\`status\`, \`errorType\`, \`error\`) instead, once the
request is let in.

| code | status | again | words |
|---|---|---|---|
${rows.join('\n')}
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--check')) {
    const stale = await outOfDate();
    for (const path of stale) console.error(`${path} is out of date. Run: node scripts/docs.ts`);
    process.exitCode = stale.length === 0 ? 0 : 1;
  } else {
    for (const [path, text] of Object.entries(await pages())) writeFileSync(join(root, path), text);
  }
}
