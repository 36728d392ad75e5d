/* xy.ready: the first open connection, or why there is none. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mock, test } from 'node:test';
import { FakeWebSocket } from './fake-web-socket.js';
import { complaints, failure, open, settled, start, xy } from './kit.js';

/** 'pending', 'resolved', or the XyError that it was rejected with. */
async function now(promise) {
  let end = 'pending';
  promise.then(() => (end = 'resolved'), (error) => (end = error));
  await settled();
  return end;
}

test('is resolved with the first connection, however many tries that takes', async () => {
  const socket = start();
  const { ready } = xy;
  socket.drop();
  assert.equal(await now(ready), 'pending');
  mock.timers.tick(10_000);
  assert.equal(await now(ready), 'pending');
  FakeWebSocket.last.accept();
  assert.equal(await ready, undefined);
  assert.equal(await xy.ready, undefined);
});

test('stays resolved while a connection that broke is made anew, or is idle', async () => {
  const socket = open();
  socket.drop();
  assert.equal(xy.state, 'waiting');
  assert.equal(await now(xy.ready), 'resolved');
  mock.timers.tick(10_000);
  FakeWebSocket.last.accept().drop(1000, 'idle');
  assert.equal(xy.state, 'idle');
  assert.equal(await now(xy.ready), 'resolved');
});

test('is rejected when it is closed before it was open', async () => {
  start();
  const { ready } = xy;
  xy.close();
  const error = await failure(ready);
  assert.deepEqual(
    [error.name, error.status, error.message, error.cause],
    ['XyError', 503, 'Not connected: closed with 1000 closed by this side', { code: 1000, reason: 'closed by this side' }],
  );
});

test('is rejected for whoever asks after an end that is none to come back from', async () => {
  const socket = open();
  const before = xy.ready;
  socket.drop(4403, 'no\nentry');
  const error = await failure(xy.ready);
  assert.deepEqual([error.message, error.cause], ['Not connected: closed with 4403 no?entry', { code: 4403, reason: 'no\nentry' }]);
  assert.equal(await now(before), 'resolved');
});

test('is a new promise after open()', async () => {
  start();
  xy.close();
  const gone = xy.ready;
  xy.open();
  const { ready } = xy;
  assert.equal(await now(ready), 'pending');
  FakeWebSocket.last.accept();
  assert.equal(await now(ready), 'resolved');
  assert.equal((await now(gone)).status, 503);
});

test('open() after close() connects, and functions, listeners and calls work as before', async () => {
  open();
  const heard = [];
  xy.on('e', (payload) => heard.push(payload));
  xy.register('f', () => 'here');
  xy.close();
  xy.open();
  const answer = xy.call('g');
  const socket = FakeWebSocket.last.accept();
  socket.receive({ e: 'resolve.g', id: socket.frames[0].id, p: 7 });
  socket.receive({ e: 'e.e', p: 1 });
  socket.receive({ e: 'c.f', id: 'a' });
  assert.equal(await answer, 7);
  await settled();
  assert.deepEqual(heard, [1]);
  assert.deepEqual(socket.frames[1], { e: 'resolve.f', id: 'a', p: 'here' });
});

test('a listener that closes in the moment of opening leaves it rejected', async () => {
  const socket = start();
  xy.onState((state) => state === 'open' && xy.close());
  socket.accept();
  assert.equal((await now(xy.ready)).status, 503);
});

test('nobody has to wait for it: its rejection ends no process', () => {
  const program = `
    import { connect } from './src/xy-websocket.js';
    connect('ws://test/ws', { WebSocket: class { close() {} } }).close();`;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  assert.deepEqual([status, stderr], [0, '']);
  assert.deepEqual(complaints, []);
});
