/* What is shipped: the files, the size, the types. Needs the development dependencies. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { MINIFIED, minified } from '../minify.js';

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
  assert.deepEqual(Object.keys(await import('xy-websocket-js')), ['XyError', 'connect']);
});

test('the package says what a registry and a bundler ask', async () => {
  const { name, version, license, description, type, sideEffects, exports, types, engines } = JSON.parse(await read('package.json'));
  const pom = await read('../pom.xml');
  const [, project] = /<artifactId>xy-websocket-parent<\/artifactId>\s*<version>([^<]+?)(?:-SNAPSHOT)?<\/version>/.exec(pom);
  assert.deepEqual([name, version, license, type, sideEffects], ['xy-websocket-js', project, 'Apache-2.0', 'module', false]);
  assert.ok(description.length > 20 && engines.node, 'description and engines');
  assert.equal(exports['.'].types, types);
  assert.deepEqual(Object.keys(exports['.']), ['types', 'default']); // types come first, or TypeScript does not see them
  for (const file of Object.values(exports['.'])) await read(file);
});

test('what the starter serves is the module of this version, minified', async () => {
  assert.equal(await readFile(MINIFIED, 'utf8'), await minified(), 'run npm run minify');
});

test('the minified module is the same to a program, and smaller than 5.2 KB gzipped', async () => {
  const text = await readFile(MINIFIED, 'utf8');
  const [module, source] = [await import(MINIFIED), await import('xy-websocket-js')];
  assert.deepEqual(Object.keys(module), Object.keys(source));
  assert.equal(String(new module.XyError(409, 'busy')), String(new source.XyError(409, 'busy')));
  const size = gzipSync(text, { level: 9 }).length;
  console.log(`${text.length} bytes minified, ${size} gzipped`);
  assert.ok(size < 5_200, `${size} bytes`);
});

test('the types say what a program may write and what it may not', async () => {
  const tsc = fileURLToPath(new URL('node_modules/typescript/bin/tsc', FOLDER));
  try {
    await run(process.execPath, [tsc, '--project', 'test/types'], { cwd: FOLDER });
  } catch (failure) {
    assert.fail(failure.stdout || failure);
  }
});
