// Makes a fresh clone ready: installs what package-lock.json names, packs the server and builds the web part when their
// sources changed.
// Runs on any Node >= 20, before anything is installed; the npm script after it then runs on the pinned Node.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const pinned = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
const installStamp = join(root, 'node_modules', '.lamplighter-install');
const buildStamp = join(root, 'web', 'dist', '.lamplighter-build');

function fail(message) {
  console.error(message);
  process.exit(1);
}

function run(title, command, args, shell = false) {
  console.error(`${title} ...`);
  const started = Date.now();
  const result = spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 64 << 20, shell });
  if (result.status !== 0) fail(`${title} failed:\n${result.stdout ?? ''}\n${result.stderr ?? result.error ?? ''}`);
  console.error(`${title}: done in ${Math.round((Date.now() - started) / 1000)} s`);
}

function digest(paths) {
  const hash = createHash('sha256');
  for (const path of paths.sort())
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(root, path)))
      .update('\0');
  return hash.digest('hex');
}

function filesBelow(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1));
}

/** The pinned runtime comes with headers for building addons, which nothing here does: 60 MB less. */
function trimRuntime() {
  const holder = join(root, 'node_modules', 'node', 'node_modules');
  if (!existsSync(holder)) return;
  for (const runtime of readdirSync(holder, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    for (const part of ['include', 'share']) rmSync(join(holder, runtime.name, part), { recursive: true, force: true });
  }
}

const stamp = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : '');

if (Number(process.versions.node.split('.')[0]) < 20)
  fail(`Node 20 or newer is needed to set up; this is ${process.version}.`);

const wanted = digest(['package.json', 'package-lock.json']);
if (stamp(installStamp) !== wanted || !existsSync(pinned)) {
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  if (npm && /\.c?js$/.test(npm)) run('Installing packages', process.execPath, [npm, ...args]);
  else run('Installing packages', 'npm', args, process.platform === 'win32');
  trimRuntime();
  writeFileSync(installStamp, wanted);
}

if (existsSync(join(root, 'src')) && existsSync(join(root, 'node_modules', 'vite'))) {
  const packStamp = join(root, 'dist', '.packed');
  const sources = [
    'package-lock.json',
    'scripts/pack.mjs',
    ...filesBelow('src').filter((path) => path.endsWith('.ts')),
  ];
  const packed = digest(sources);
  if (stamp(packStamp) !== packed) {
    run('Packing the server', pinned, [join('scripts', 'pack.mjs')]);
    writeFileSync(packStamp, packed);
  } else utimesSync(packStamp, new Date(), new Date());
}

if (existsSync(join(root, 'web', 'index.html'))) {
  const sources = [
    'package-lock.json',
    'src/api/contract.ts',
    ...filesBelow('web').filter((path) => !/^web[\\/](dist|node_modules)[\\/]/.test(path)),
  ];
  const built = digest(sources);
  if (stamp(buildStamp) !== built) {
    run('Building the web part', pinned, [
      join('node_modules', 'vite', 'bin', 'vite.js'),
      'build',
      'web',
      '--logLevel',
      'warn',
    ]);
    mkdirSync(dirname(buildStamp), { recursive: true });
    writeFileSync(buildStamp, built);
  }
}
