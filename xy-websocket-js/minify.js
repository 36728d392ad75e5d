/* What the starter serves: `npm run minify` writes dist/xy-websocket.min.js, which is committed, so that building the jar needs no Node. */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { minify } from 'terser';

export const MINIFIED = new URL('dist/xy-websocket.min.js', import.meta.url);

/** The module, minified. Its first line says what it was made from, which the Java build compares too. */
export async function minified() {
  const read = async (name) => (await readFile(new URL(name, import.meta.url), 'utf8')).replace(/\r\n/g, '\n');
  const source = await read('src/xy-websocket.js');
  const { version, license } = JSON.parse(await read('package.json'));
  const { code } = await minify(source, { module: true, ecma: 2022, compress: { passes: 3 }, format: { comments: false } });
  const hash = createHash('sha256').update(source).digest('hex').slice(0, 16);
  return `/*! xy-websocket-js ${version}, ${license}, of source ${hash} */\n${code}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(MINIFIED, await minified());
