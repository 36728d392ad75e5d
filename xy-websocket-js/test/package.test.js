/* What is shipped: the files, the size, the types. Needs the development dependencies. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { minify } from 'terser';

const FOLDER = new URL('..', import.meta.url);
const run = promisify(execFile);
const read = (name) => readFile(new URL(name, FOLDER), 'utf8');

test('the package contains the module, its types, a readme and the license, and depends on nothing', async () => {
  const { stdout } = await run('npm', ['pack', '--dry-run', '--json'], { cwd: FOLDER });
  const [pack] = [JSON.parse(stdout)].flat();
  const names = pack.files.map((file) => file.path).sort();
  assert.deepEqual(names, ['LICENSE', 'README.md', 'package.json', 'src/xy-websocket.d.ts', 'src/xy-websocket.js']);
  assert.equal(JSON.parse(await read('package.json')).dependencies, undefined);
});

test('the package can be imported by its name', async () => {
  assert.deepEqual(Object.keys(await import('xy-websocket-client')), ['XyError', 'connect']);
});

test('the module is smaller than 4.5 KB, minified and gzipped', async () => {
  const { code } = await minify(await read('src/xy-websocket.js'), { module: true });
  const size = gzipSync(code, { level: 9 }).length;
  console.log(`${code.length} bytes minified, ${size} gzipped`);
  assert.ok(size < 4_608, `${size} bytes`);
});

test('the types say what a program may write and what it may not', async () => {
  const tsc = fileURLToPath(new URL('node_modules/typescript/bin/tsc', FOLDER));
  try {
    await run(process.execPath, [tsc, '--project', 'test/types'], { cwd: FOLDER });
  } catch (failure) {
    assert.fail(failure.stdout || failure);
  }
});
