import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { bitsAt, openForTest, START, WIDTH } from './series-writer.ts';

const ROUNDS = 15;
const writer = fileURLToPath(new URL('series-writer.ts', import.meta.url));

/** Runs the writer and kills it at a random moment after its first acknowledgement. @returns what it acknowledged */
async function writeAndKill(path: string, first: number): Promise<number[]> {
  const child = spawn(process.execPath, [writer, path, String(first)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let errors = '';
  let armed = false;
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    if (armed) return;
    armed = true;
    setTimeout(() => child.kill('SIGKILL'), Math.random() * 300);
  });
  const signal = await new Promise((resolve) => {
    child.on('close', (_code, killedBy) => resolve(killedBy));
  });
  assert.equal(signal, 'SIGKILL', `the writer ended by itself: ${errors}`);
  // A last line that was cut off has no line end.
  return out.split('\n').slice(0, -1).map(Number);
}

/** Bits of all samples by series and batch, as the reopened store gives them. */
function readAll(path: string): { found: Map<string, readonly [number, number]>; inBlocks: number } {
  const store = openForTest(path);
  const found = new Map<string, readonly [number, number]>();
  for (const slice of store.select([{ name: '__name__', op: '=', value: 'kill' }], 0, Infinity)) {
    const words = new Uint32Array(slice.values.buffer, slice.values.byteOffset, slice.values.length * 2);
    slice.times.forEach((time, i) => {
      found.set(`${slice.labels['series']}/${(time - START) / 100}`, [words[2 * i]!, words[2 * i + 1]!]);
    });
  }
  const { samples, headSamples } = store.stats();
  assert.equal(found.size, samples, 'no sample is there twice');
  store.close();
  return { found, inBlocks: samples - headSamples };
}

test(`nothing acknowledged is lost or changed over ${ROUNDS} kills`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'series-kill-'));
  const path = join(folder, 'series.db');
  const acknowledged = new Set<number>();
  let next = 0;
  let inBlocks = 0;
  try {
    for (let round = 0; round < ROUNDS; round++) {
      for (const batch of await writeAndKill(path, next)) acknowledged.add(batch);
      const read = readAll(path);
      for (const batch of acknowledged) {
        for (let s = 0; s < WIDTH; s++) {
          assert.deepEqual(read.found.get(`${s}/${batch}`), bitsAt(batch, s), `batch ${batch}, series ${s}`);
        }
      }
      for (const key of read.found.keys()) next = Math.max(next, Number(key.split('/')[1]) + 1);
      ({ inBlocks } = read);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  assert.ok(acknowledged.size >= ROUNDS, 'the writer got through');
  assert.ok(inBlocks > 0, 'blocks were written on the way');
});
