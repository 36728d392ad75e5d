// "View source": shows what a call or an event runs, cut out of the very files that the page and the server are made of.
// The build copies the Java sources to source/.

import { html } from './svg.js';

const SERVER = ['CityFunctions', 'CourierFunctions', 'ParcelFunctions', 'People', 'Notes', 'Drivers', 'Depot', 'TownLife'];
const byId = (id) => document.getElementById(id);
const files = new Map(); // address → promise of its lines

const linesOf = (address) => {
  if (!files.has(address)) files.set(address, load(address));
  return files.get(address);
};

async function load(address) {
  try {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`${address} was answered with ${answer.status}`);
    return (await answer.text()).split('\n');
  } catch (error) {
    files.delete(address); // the next one who asks tries again
    throw error;
  }
}

const indent = (line) => line.search(/\S/);

/**
 * The pieces of code in which the text occurs, each whole: a method of a class, or a statement of a script. Such a piece begins
 * at the given depth, after an empty line or the end of another piece, and ends with a line of that depth that closes it.
 */
export function pieces(lines, text, depth) {
  const found = [];
  let end = -1;
  for (let hit = 0; hit < lines.length; hit++) {
    if (hit <= end || !lines[hit].includes(text)) continue;
    const closes = (line) => indent(line) === depth && /^\s*[})\]]|;$/.test(line);
    let start = hit;
    while (start > 0 && !(indent(lines[start]) === depth && (!lines[start - 1].trim() || closes(lines[start - 1])))) start--;
    end = hit;
    while (end < lines.length - 1 && !closes(lines[end])) end++;
    found.push(lines.slice(start, end + 1).map((line) => line.slice(depth)));
  }
  return found;
}

/** The code of both sides that has to do with this name: what is registered, called, sent and listened to under it. */
export async function sourceOf(name) {
  const page = linesOf('town.js').then((lines) => ({ file: 'town.js', pieces: pieces(lines, `'${name}'`, 0) }));
  const server = SERVER.map(async (type) => ({
    file: `${type}.java`,
    pieces: pieces(await linesOf(`source/${type}.java`), `"${name}"`, 4),
  }));
  return (await Promise.all([page, ...server])).filter(({ pieces }) => pieces.length);
}

/** Puts the name, comments and the rest into elements of their own, to be told apart by their colours. */
function coloured(code, name) {
  return code.split(/(\/\*\*[^]*?\*\/|\/\/.*|(?:"[^"\n]*")|(?:'[^'\n]*'))/).map((part) => {
    if (part.startsWith('/*') || part.startsWith('//')) return html('i', {}, part);
    return part.slice(1, -1) === name ? html('mark', {}, part) : part;
  });
}

async function show(name) {
  byId('source-title').textContent = name;
  byId('source-text').replaceChildren();
  byId('source').showModal();
  const found = await sourceOf(name).catch(() => null);
  if (byId('source-title').textContent !== name) return; // another one has been asked for meanwhile
  byId('source-text').replaceChildren(
    ...(found ?? []).map(({ file, pieces }) =>
      html('figure', { 'data-file': file },
        html('figcaption', {}, file.endsWith('.java') ? 'On the server, ' : 'In the page, ', html('b', {}, file)),
        html('pre', {}, html('code', {}, coloured(pieces.map((piece) => piece.join('\n')).join('\n\n'), name))))),
    ...(found?.length ? [] : [html('p', {}, found ? 'The library itself calls this.' : 'The source could not be loaded.')]));
}

/** From now on, every element with data-source opens the source of what it names. */
export function offerSources() {
  document.addEventListener('click', (event) => {
    const name = event.target.closest?.('[data-source]')?.dataset.source;
    if (name) show(name);
  });
  byId('source-close').onclick = () => byId('source').close();
  byId('source').onclick = (event) => event.target === byId('source') && byId('source').close(); // beside it
}
