/* connect(url, { log }): what is told of the frames, and what is not. */
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { XyError } from '../src/xy-websocket.js';
import { complaints, failure, open, settled, start, xy } from './kit.js';

/** A connection of which every frame is noted. */
function watched(options) {
  const seen = [];
  const socket = open({ log: (frame) => seen.push(frame), ...options });
  return { seen, socket };
}

const bytes = (text) => Buffer.byteLength(text);

test('each frame is told once, in either direction, with kind, name, id, size, status and milliseconds', async () => {
  const { seen, socket } = watched();
  xy.register('here', () => 'ü');
  xy.register('busy', () => {
    throw new XyError(409, 'busy');
  });
  xy.send('note', 'ä€');
  const answer = xy.call('level', 1);
  const refused = failure(xy.call('take', 2));
  mock.timers.tick(12);
  socket.receive({ e: 'resolve.level', id: '1', p: 'x' });
  mock.timers.tick(8);
  socket.receive({ e: 'reject.take', id: '2', p: { ok: false, status: 404, message: 'none' } });
  await answer;
  await refused;
  socket.receive({ e: 'e.changed', p: [1] });
  socket.receive({ e: 'c.here', id: 7 });
  await settled();
  socket.receive({ e: 'c.busy', id: 'b', ttl: 10 });
  await settled();
  const controller = new AbortController();
  const given = failure(xy.call('slow', 3, { signal: controller.signal }));
  controller.abort();
  await given;
  socket.receive({ e: 'cancel.here', id: 9 });

  const sizes = socket.sent.map(bytes);
  const size = (frame) => bytes(JSON.stringify(frame));
  assert.deepEqual(seen, [
    { direction: 'out', kind: 'event', name: 'note', size: sizes[0] },
    { direction: 'out', kind: 'call', name: 'level', id: '1', size: sizes[1] },
    { direction: 'out', kind: 'call', name: 'take', id: '2', size: sizes[2] },
    { direction: 'in', kind: 'answer', name: 'level', id: '1', size: size({ e: 'resolve.level', id: '1', p: 'x' }), status: 200, ms: 12 },
    {
      direction: 'in', kind: 'rejection', name: 'take', id: '2', status: 404, ms: 20,
      size: size({ e: 'reject.take', id: '2', p: { ok: false, status: 404, message: 'none' } }),
    },
    { direction: 'in', kind: 'event', name: 'changed', size: size({ e: 'e.changed', p: [1] }) },
    { direction: 'in', kind: 'call', name: 'here', id: 7, size: size({ e: 'c.here', id: 7 }) },
    { direction: 'out', kind: 'answer', name: 'here', id: 7, size: sizes[3], status: 200, ms: 0 },
    { direction: 'in', kind: 'call', name: 'busy', id: 'b', size: size({ e: 'c.busy', id: 'b', ttl: 10 }) },
    { direction: 'out', kind: 'rejection', name: 'busy', id: 'b', size: sizes[4], status: 409, ms: 0 },
    { direction: 'out', kind: 'call', name: 'slow', id: '3', size: sizes[5] },
    { direction: 'out', kind: 'cancel', name: 'slow', id: '3', size: sizes[6] },
    { direction: 'in', kind: 'cancel', name: 'here', id: 9, size: size({ e: 'cancel.here', id: 9 }) },
  ]);
});

test('what was not sent, and what is no frame, is not told', () => {
  const seen = [];
  const socket = start({ log: (frame) => seen.push(frame) });
  xy.send('early');
  socket.accept();
  socket.receive('no frame');
  socket.sendFails = true;
  xy.send('lost');
  assert.deepEqual(seen, []);
});

test('a frame with an unknown prefix is told, or nobody would see that prefixes differ', () => {
  const { seen, socket } = watched();
  socket.receive({ e: 'fn:f', id: 1 });
  assert.deepEqual(seen, [{ direction: 'in', kind: 'unknown', name: 'fn:f', id: 1, size: 19 }]);
});

test('an answer that nobody waits for has no milliseconds', () => {
  const { seen, socket } = watched();
  socket.receive({ e: 'resolve.f', id: 'x' });
  assert.deepEqual(seen.map(({ kind, ms }) => [kind, ms]), [['answer', undefined]]);
});

test('true writes a line a frame with console.debug, without the payload', async () => {
  const debug = mock.method(console, 'debug', () => {});
  const socket = open({ log: true });
  const refused = failure(xy.call('stock.take', { secret: 'token-1' }));
  mock.timers.tick(5);
  socket.receive({ e: 'reject.stock.take', id: '1', p: { ok: false, status: 409, message: 'secret-2' } });
  await refused;
  socket.receive({ e: 'e.changed', p: 'secret-3' });
  const lines = debug.mock.calls.map((call) => call.arguments);
  assert.deepEqual(lines, [
    [`xy out call 'stock.take' id="1" bytes=${bytes(socket.sent[0])}`],
    [`xy in rejection 'stock.take' id="1" bytes=85 status=409 ms=5`],
    [`xy in event 'changed' bytes=32`],
  ]);
});

test('a line stays one line, and no long one, whatever a peer writes', () => {
  const debug = mock.method(console, 'debug', () => {});
  const socket = open({ log: true });
  socket.receive({ e: 'e.a\nxy out call forged\u202e', p: 1 });
  socket.receive({ e: `e.${'n'.repeat(10_000)}` });
  socket.receive({ e: 'resolve.f', id: { toString: 1, long: 'i'.repeat(10_000) } });
  const lines = debug.mock.calls.map((call) => call.arguments[0]);
  assert.equal(lines[0], `xy in event 'a?xy out call forged?' bytes=40`);
  assert.equal(lines.length, 3);
  for (const line of lines) assert.ok(line.length < 600, line);
  assert.match(lines[2], /id=\{"toString":1,"long":"i+… bytes=/);
});

test('a log that throws, now or later, is told of once and not called again', async () => {
  for (const fails of [() => { throw new Error('broken'); }, async () => { throw new Error('broken'); }]) {
    let calls = 0;
    const socket = open({ log: () => (calls++, fails()) });
    const answer = xy.call('f');
    await settled();
    socket.receive({ e: 'resolve.f', id: '1', p: 'there' });
    assert.equal(await answer, 'there');
    assert.equal(calls, 1);
    xy.close();
  }
  assert.deepEqual(complaints, Array(2).fill('xy: log failed, and is not called any more Error: broken'));
});

test('without log nothing is measured', () => {
  const measured = mock.method(globalThis, 'Blob', class {});
  const socket = open();
  xy.send('note');
  socket.receive({ e: 'e.changed' });
  assert.equal(measured.mock.callCount(), 0);
});
