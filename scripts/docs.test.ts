import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { outOfDate } from './docs.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

it('the generated pages say what the code says', async () => {
  assert.deepEqual(await outOfDate(), [], 'run: node scripts/docs.ts');
});

it('every link within the documentation leads somewhere', () => {
  const dead: string[] = [];
  let links = 0;
  for (const page of globSync(['*.md', 'docs/**/*.md', 'test/semantics/**/README.md'], { cwd: root })) {
    const text = readFileSync(join(root, page), 'utf8');
    for (const [, target = '', anchor] of text.matchAll(/\]\(([^)#\s]*)(?:#([^)\s]+))?\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      links++;
      const path = target === '' ? page : join(dirname(page), target);
      if (!existsSync(join(root, path))) dead.push(`${page}: ${target}`);
      else if (anchor !== undefined && path.endsWith('.md') && !anchorsOf(path).includes(anchor)) {
        dead.push(`${page}: ${target}#${anchor}`);
      }
    }
  }
  // Pictures are made by a run of the demo and are put in place with a release.
  assert.deepEqual(
    dead.filter((link) => !link.includes('docs/pictures/')),
    [],
  );
  assert.ok(links > 50, 'the pattern finds the links');
});

/** The anchors of a page's headings, as forges make them. */
function anchorsOf(path: string): string[] {
  return [...readFileSync(join(root, path), 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
      .replaceAll(' ', '-'),
  );
}
