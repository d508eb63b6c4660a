// Packs the server into a few files under dist/: types stripped, what is not used left out. The program runs from its
// sources just as well; packed it needs 70 MB less memory and starts faster, because Node keeps each loaded file with
// its source, its module and its cache. Names stay as they are, so that a stack in the log can be read.
import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, 'src');

/** Every thread is a file of its own. */
const threads = readdirSync(source, { recursive: true })
  .filter((path) => path.endsWith('-worker.ts'))
  .map((path) => [path.slice(path.lastIndexOf(sep) + 1, -'.ts'.length), join(source, path)]);

/** Files lie elsewhere than they were written: threads beside each other, everything else is found from the old place. */
const places = {
  name: 'places',
  enforce: 'pre',
  transform(code, id) {
    if (!id.startsWith(source) || !code.includes('import.meta.url')) return null;
    const before = relative(root, id).split(sep).join('/');
    return code
      .replaceAll(
        /new URL\('(?:\.\/)?([\w-]+-worker)\.ts', import\.meta\.url\)/g,
        "new URL('./$1.js', import.meta.THREAD)",
      )
      .replaceAll('import.meta.url', `new URL('../${before}', import.meta.url).href`)
      .replaceAll('import.meta.THREAD', 'import.meta.url');
  },
};

await build({
  configFile: false,
  root,
  logLevel: 'warn',
  publicDir: false,
  plugins: [places],
  ssr: { noExternal: true, target: 'node' },
  build: {
    ssr: true,
    outDir: 'dist',
    emptyOutDir: true,
    target: 'esnext',
    rolldownOptions: {
      input: { main: join(source, 'main.ts'), ...Object.fromEntries(threads) },
      // The demo is a program of its own; date-holidays and pg-native are looked for only when they are asked for.
      external: [/demo\/index\.ts$/, 'pg-native', 'date-holidays'],
      output: {
        format: 'esm',
        entryFileNames: '[name].js',
        chunkFileNames: 'part-[hash].js',
        minify: { compress: true, mangle: false, codegen: true },
      },
    },
  },
});
writeFileSync(join(root, 'dist', '.packed'), '');
