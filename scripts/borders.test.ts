import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkFile } from './borders.ts';

describe('the border check bites', () => {
  const cases: { title: string; path: string; text: string; want: RegExp | null }[] = [
    {
      title: 'a stage may import to its left',
      path: 'incident/a.ts',
      text: "import { x } from '../alert/index.ts';",
      want: null,
    },
    {
      title: 'a stage may not import to its right',
      path: 'alert/a.ts',
      text: "import { x } from '../incident/index.ts';",
      want: /"alert" imports "incident"/,
    },
    {
      title: 'nor through several lines',
      path: 'alert/a.ts',
      text: "import {\n  x,\n} from '../incident/index.ts';",
      want: /"alert" imports "incident"/,
    },
    {
      title: 'nor by import()',
      path: 'alert/a.ts',
      text: "const x = await import('../store/index.ts');",
      want: /"alert" imports "store"/,
    },
    {
      title: 'nobody but app imports store',
      path: 'api/a.ts',
      text: "import type { x } from '../store/index.ts';",
      want: /"api" imports "store"/,
    },
    { title: 'app may', path: 'app/a.ts', text: "import { x } from '../store/index.ts';", want: null },
    { title: 'a stage reads no clock', path: 'alert/a.ts', text: 'const t = Date.now();', want: /Take a Clock/ },
    { title: 'a comment may speak of it', path: 'alert/a.ts', text: '// never Date.now()', want: null },
    { title: 'a stage sets no timer', path: 'action/a.ts', text: 'setTimeout(() => {}, 1);', want: /Take a Clock/ },
    {
      title: 'a stage fetches nothing',
      path: 'signal/a.ts',
      text: "const r = await fetch('http://x');",
      want: /Take a Clock/,
    },
    {
      title: 'but may call a port of that name',
      path: 'signal/a.ts',
      text: 'const r = await this.#options.fetch({});',
      want: null,
    },
    { title: 'SQL stays in store', path: 'ticket/a.ts', text: "const q = 'SELECT * from ticket';", want: /holds SQL/ },
    { title: 'an unknown folder must be placed', path: 'misc/a.ts', text: '', want: /not in the table/ },
    {
      title: 'src imports no program',
      path: 'app/a.ts',
      text: "import { x } from '../../demo/index.ts';",
      want: /outside src/,
    },
  ];
  for (const { title, path, text, want } of cases) {
    it(title, () => {
      const found = checkFile(path, text)
        .map((violation) => violation.text)
        .join('\n');
      if (want) assert.match(found, want);
      else assert.equal(found, '');
    });
  }
});
