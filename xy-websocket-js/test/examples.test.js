/* The README's examples with a bundler: in a project that has this package installed as it says, with the real Vite, React and TypeScript. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { after, before, mock, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Window } from 'happy-dom';
import { build, createServer } from 'vite';
import { WebSocket, WebSocketServer } from 'ws';
import { connect } from '../src/xy-websocket.js';
import { FakeWebSocket } from './fake-web-socket.js';

const settled = () => new Promise((resolve) => setImmediate(resolve));
const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const PROJECT = `${PACKAGE}test/.examples/`;
const readme = await readFile(`${PACKAGE}README.md`, 'utf8');

/** The first block of that language that has this text in it. */
function block(language, text) {
  const blocks = [...readme.matchAll(new RegExp('```' + language + '\\n(.*?)```', 'gs'))].map(([, code]) => code);
  return blocks.find((code) => code.includes(text)) ?? assert.fail(`no ${language} with ${text}`);
}

before(async () => {
  process.env.NODE_ENV = 'test'; // else Vite sets it, to what React has no act() for
  await rm(PROJECT, { recursive: true, force: true });
  await mkdir(`${PROJECT}node_modules`, { recursive: true });
  await mkdir(`${PROJECT}src`);
  await symlink(PACKAGE, `${PROJECT}node_modules/xy-websocket-js`, 'dir'); // as npm install FOLDER does
  await writeFile(`${PROJECT}package.json`, '{ "type": "module" }');
  for (const name of ['vite.config.js', 'src/xy.js']) await writeFile(PROJECT + name, block('js', `// ${name}\n`));
  await writeFile(`${PROJECT}src/Stock.jsx`, block('jsx', '// src/Stock.jsx\n'));
});

after(() => rm(PROJECT, { recursive: true, force: true }));

test("Vite's proxy passes the WebSocket on, with the origin and host that the server compares", { timeout: 60_000 }, async () => {
  const application = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'xy' });
  await once(application, 'listening');
  const handshake = new Promise((resolve) => application.on('connection', (socket, request) => {
    resolve(request.headers);
    socket.on('message', (data) => {
      const { id, p } = JSON.parse(data);
      socket.send(JSON.stringify({ e: 'resolve.echo', id, p }));
    });
  }));
  const { default: config } = await import(`${PROJECT}vite.config.js`);
  const { proxy } = config.server;
  assert.equal(proxy['/ws'].target, 'ws://localhost:8080');
  proxy['/ws'].target = `ws://127.0.0.1:${application.address().port}`;
  const vite = await createServer({ ...config, server: { ...config.server, port: 0, host: '127.0.0.1' }, root: PROJECT, configFile: false, logLevel: 'error' });
  let xy;
  try {
    await vite.listen();
    const { port } = vite.httpServer.address();
    const host = `localhost:${port}`;
    class FromThePage extends WebSocket {
      constructor(url, protocols) {
        super(url, protocols, { origin: `http://${host}`, headers: { host } });
      }
    }
    xy = connect(`ws://127.0.0.1:${port}/ws`, { WebSocket: FromThePage });
    assert.equal(await xy.call('echo', 'through Vite'), 'through Vite');
    const { origin, host: told } = await handshake;
    assert.deepEqual([origin, told], [`http://${host}`, host]);
  } finally {
    xy?.close();
    await vite.close();
    application.close();
  }
});

test('the React component shows what the server says, and asks again after a reconnect', { timeout: 60_000 }, async () => {
  const [{ output }] = [
    await build({
      root: PROJECT,
      configFile: false,
      logLevel: 'error',
      build: { write: false, minify: false, lib: { entry: 'src/Stock.jsx', formats: ['es'] }, rollupOptions: { external: /^react/ } },
    }),
  ].flat();
  await writeFile(`${PROJECT}bundle.js`, output[0].code);

  const window = new Window({ url: 'http://shop.test/' });
  const globals = { window, document: window.document, navigator: window.navigator, WebSocket: FakeWebSocket, IS_REACT_ACT_ENVIRONMENT: true };
  const had = Object.keys(globals).map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]);
  for (const [name, value] of Object.entries(globals)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  mock.method(Math, 'random', () => 0); // comes back at once
  const { act, createElement } = await import('react');
  const { createRoot } = await import('react-dom/client');
  const root = createRoot(window.document.body.appendChild(window.document.createElement('main')));
  const text = () => window.document.querySelector('p').textContent;
  const lastCall = () => FakeWebSocket.last.frames.findLast(({ e }) => e.startsWith('c.'));
  const answer = (p) => act(async () => FakeWebSocket.last.receive({ e: 'resolve.stock.level', id: lastCall().id, p }));
  try {
    const { Stock } = await import(`${PROJECT}bundle.js`);
    await act(async () => root.render(createElement(Stock, { sku: 'a1' })));
    assert.equal(text(), 'a1: …');
    assert.equal(FakeWebSocket.last.url, 'ws://shop.test/ws');
    await act(async () => FakeWebSocket.last.accept());
    assert.equal(window.document.querySelector('p').className, 'open');
    assert.deepEqual(lastCall().p, { sku: 'a1' });
    await answer({ sku: 'a1', amount: 7 });
    assert.equal(text(), 'a1: 7');
    await act(async () => FakeWebSocket.last.receive({ e: 'e.stock.changed', p: { sku: 'a1', amount: 6 } }));
    await act(async () => FakeWebSocket.last.receive({ e: 'e.stock.changed', p: { sku: 'b2', amount: 1 } }));
    assert.equal(text(), 'a1: 6');

    const sockets = FakeWebSocket.sockets.length;
    await act(async () => FakeWebSocket.last.drop());
    for (let i = 0; i < 1_000 && FakeWebSocket.sockets.length === sockets; i++) await act(settled);
    await act(async () => FakeWebSocket.last.accept());
    await answer({ sku: 'a1', amount: 5 });
    assert.equal(text(), 'a1: 5');

    await act(async () => root.render(createElement(Stock, { sku: 'b2' })));
    const { id } = lastCall();
    await act(async () => root.unmount());
    assert.deepEqual(FakeWebSocket.last.frames.at(-1), { e: 'cancel.stock.level', id });
  } finally {
    FakeWebSocket.last?.drop(1000);
    mock.restoreAll();
    for (const [name, before] of had) before ? Object.defineProperty(globalThis, name, before) : delete globalThis[name];
    await window.happyDOM.close();
  }
});

test('the TypeScript example compiles, and a page without a build is checked as it says', { timeout: 60_000 }, async () => {
  await writeFile(`${PROJECT}shop.ts`, block('ts', 'connect<Shop>'));
  await writeFile(`${PROJECT}page.js`, block('js', "from '/xy-websocket.js'").replaceAll('show(', 'console.log(').replace('position(courier)', 'courier'));
  await writeFile(`${PROJECT}xy-websocket.d.ts`, await readFile(`${PACKAGE}src/xy-websocket.d.ts`));
  const { compilerOptions } = JSON.parse(block('json', 'checkJs'));
  Object.assign(compilerOptions, { noEmit: true, strict: true, target: 'es2022', module: 'nodenext', lib: ['es2022', 'dom'], types: [] });
  await writeFile(`${PROJECT}tsconfig.json`, JSON.stringify({ compilerOptions, files: ['shop.ts', 'page.js'] }));
  try {
    await promisify(execFile)(process.execPath, [`${PACKAGE}node_modules/typescript/bin/tsc`, '--project', PROJECT]);
  } catch (failure) {
    assert.fail(failure.stdout || failure);
  }
});
