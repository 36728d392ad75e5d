/* Examples of the README do what they say, as they stand; only their imports lead here. In a browser: xy-websocket-integration-tests. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { mock, test } from 'node:test';
import { FakeWebSocket } from './fake-web-socket.js';
import { settled } from './kit.js';

const GLOBALS = ['WebSocket', 'location', 'show', 'position', 'fetch'];

test('the first example', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const [, example] = /```js\n(.*?)```/s.exec(readme);
  const module = example.replace("'/xy-websocket.js'", `'${new URL('../src/xy-websocket.js', import.meta.url)}'`);
  assert.notEqual(module, example);

  const before = GLOBALS.map((name) => Object.getOwnPropertyDescriptor(globalThis, name));
  const shown = [];
  const globals = [FakeWebSocket, { href: 'http://test/' }, (value) => shown.push(value), (courier) => ({ courier, x: 1 }), async (url) => ({ json: () => url })];
  GLOBALS.forEach((name, i) => Object.defineProperty(globalThis, name, { value: globals[i], configurable: true, writable: true }));
  try {
    const finished = import(`data:text/javascript,${encodeURIComponent(module)}`);
    while (FakeWebSocket.sockets.length === 0) await settled(); // the call is made before the socket is open
    await settled();
    const socket = FakeWebSocket.last.accept();
    assert.deepEqual(socket.frames, [{ e: 'c.stock.level', p: { sku: 'a1' }, id: '1', ttl: 5_000 }]);
    socket.receive({ e: 'resolve.stock.level', id: '1', p: { level: 7 } });
    await finished;

    assert.deepEqual(socket.frames[1], { e: 'e.parcel.scanned', p: { parcel: 'P-1' } });
    socket.receive({ e: 'e.stock.changed', p: 'change' });
    for (const name of ['courier.locate', 'courier.accept', 'courier.route']) socket.receive({ e: `c.${name}`, p: 'c1', id: name });
    await settled();
    const answers = Object.fromEntries(socket.frames.slice(2).map(({ id, p }) => [id, p]));
    assert.deepEqual(answers, {
      'courier.locate': { courier: 'c1', x: 1 },
      'courier.accept': { ok: false, status: 409, message: 'busy', until: '17:00' },
      'courier.route': '/route/c1',
    });
    socket.drop(1000);
    assert.deepEqual(shown, ['change', 'closed']);
  } finally {
    GLOBALS.forEach((name, i) => (before[i] ? Object.defineProperty(globalThis, name, before[i]) : delete globalThis[name]));
  }
});

test('the example of a log of what is slow', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const example = [...readme.matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code).find((code) => code.includes('{ log }'));
  const before = ['WebSocket', 'location'].map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]);
  Object.defineProperty(globalThis, 'WebSocket', { value: FakeWebSocket, configurable: true });
  Object.defineProperty(globalThis, 'location', { value: { href: 'http://test/' }, configurable: true });
  const warn = mock.method(console, 'warn', () => {});
  try {
    const module = `import { connect } from '${new URL('../src/xy-websocket.js', import.meta.url)}';\n${example}\nexport { xy };`;
    const { xy } = await import(`data:text/javascript,${encodeURIComponent(module)}`);
    const socket = FakeWebSocket.last.accept();
    for (const [millis, id] of [[500, '1'], [501, '2']]) {
      const answer = xy.call(`f${id}`);
      mock.timers.tick(millis);
      socket.receive({ e: `resolve.f${id}`, id });
      await answer;
    }
    xy.close();
    assert.deepEqual(warn.mock.calls.map((call) => call.arguments), [['slow', 'f2', 501]]);
  } finally {
    for (const [name, property] of before) property ? Object.defineProperty(globalThis, name, property) : delete globalThis[name];
  }
});
