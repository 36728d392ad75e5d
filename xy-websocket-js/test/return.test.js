/* After which ends the client comes back by itself, and how it does after the others. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mock, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FakeWebSocket } from './fake-web-socket.js';
import { complaints, failure, inAPage, open, pass, settled, start, xy } from './kit.js';

/** Whether it is there again, or on its way, by itself, an hour later. */
function returns() {
  const before = FakeWebSocket.sockets.length;
  pass(3_600_000, 60_000);
  return FakeWebSocket.sockets.length > before;
}

/** An open connection; with a token that is asked for only after a turn. */
async function opened(options) {
  start(options);
  await settled();
  return FakeWebSocket.last.accept();
}

test('it comes back by itself after what breaks, not after what is meant', async () => {
  const ends = [
    [1000, '', false], [1000, 'bye', false], [4403, 'forbidden', false], [4401, 'login expired', false],
    [1001, 'shutting down', true], [1005, '', true], [1006, '', true], [1008, 'rate limit', true], [1009, 'too large', true],
    [1011, '', true], [1012, '', true], [1013, 'try again later', true], [4000, '', true], [4003, 'kicked', true],
  ];
  for (const [code, reason, expected] of ends) {
    const socket = await opened();
    const told = [];
    xy.onState((state, info) => told.push([state, info.code, info.reason]));
    socket.drop(code, reason);
    assert.deepEqual(told, [[expected ? 'waiting' : 'closed', code, reason]]);
    assert.equal(returns(), expected, `${code} ${reason}`);
    xy.close();
  }
});

test('after 4401 it comes back if a function gives it a new token', async () => {
  for (const [token, expected] of [[() => 'new', true], [async () => 'new', true], [() => null, true], ['fixed', false], [undefined, false], [null, false]]) {
    const socket = await opened({ token });
    socket.drop(4401, 'login expired');
    assert.equal(xy.state, expected ? 'waiting' : 'closed', String(token));
    xy.close();
  }
});

test('a token may be a text, and is offered at each try', async () => {
  const socket = open({ token: 'fixed' });
  assert.deepEqual(socket.protocols, ['xy', 'xy.bearer.fixed']);
  socket.drop();
  mock.timers.tick(100);
  assert.deepEqual(FakeWebSocket.last.protocols, ['xy', 'xy.bearer.fixed']);
});

test('what reconnect says goes for every end of a connection', async () => {
  for (const answer of [true, false]) {
    for (const [code, reason] of [[1000, ''], [1000, 'idle'], [1001, 'shutting down'], [1006, ''], [4003, 'kicked'], [4401, ''], [4403, '']]) {
      const asked = [];
      const socket = await opened({ reconnect: (...end) => asked.push(end) && answer, token: 'fixed' });
      socket.drop(code, reason);
      assert.deepEqual(asked, [[code, reason]]);
      assert.equal(xy.state === 'waiting', answer, `${code} ${reason}`);
      assert.equal(returns(), answer);
      xy.close();
    }
  }
});

test('reconnect is asked about a connection that is given up, and not about tries that fail', async () => {
  const asked = [];
  start({ reconnect: (...end) => asked.push(end) && false, heartbeat: 1_000 }).drop();
  while (xy.state !== 'connecting') pass(50);
  FakeWebSocket.last.accept();
  assert.deepEqual(asked, []);
  pass(2_000);
  assert.deepEqual([asked, xy.state], [[[1006, 'no sign of life']], 'closed']);
});

test('a reconnect that throws says yes', async () => {
  const socket = open({
    reconnect() {
      throw new Error('boom');
    },
  });
  socket.drop(1000);
  assert.deepEqual([xy.state, complaints.length], ['waiting', 1]);
});

test('a reconnect that closes is heeded', async () => {
  for (const answer of [true, false]) {
    const states = [];
    const socket = open({ reconnect: () => xy.close() ?? answer });
    xy.onState((state) => states.push(state));
    const error = failure(xy.call('f'));
    socket.drop();
    assert.deepEqual([states, returns(), (await error).status], [['closed'], false, 503]);
  }
});

test('a connection that has ended for now fails its calls, and later ones at once, with the end as the cause', async () => {
  const socket = open({ waitForConnection: true });
  const running = failure(xy.call('f'));
  socket.readyState = 2;
  const waiting = failure(xy.call('g'));
  socket.drop(4403, 'forbidden\n');
  assert.deepEqual(complaints, ['xy: closed with 4403 forbidden?: not connected again before open()']);
  const later = failure(xy.call('h'));
  for (const [error, message] of [
    [running, "'f' was not answered"],
    [waiting, "'g' was not called"],
    [later, "'h' was not called"],
  ]) {
    const { status, cause } = await error;
    assert.deepEqual([status, (await error).message, cause], [503, `Not connected: ${message}`, { code: 4403, reason: 'forbidden\n' }]);
  }
  assert.deepEqual([xy.send('n'), FakeWebSocket.sockets.length], [false, 1]);
});

test('open() is the way back, also after close(); calls wait for its try', async () => {
  for (const end of [(socket) => socket.drop(4403), (socket) => socket.drop(1000, 'bye'), () => xy.close()]) {
    const socket = open();
    let heard = 0;
    xy.on('n', () => heard++);
    end(socket);
    assert.equal(xy.state, 'closed');
    xy.open();
    xy.open();
    assert.equal(xy.state, 'connecting');
    const answer = xy.call('f');
    const next = FakeWebSocket.last.accept();
    xy.open();
    next.receive({ e: 'resolve.f', id: next.frames[0].id, p: 1 });
    next.receive({ e: 'e.n' });
    assert.deepEqual([await answer, heard, socket.onmessage], [1, 1, null]);
    next.drop();
    assert.equal(xy.state, 'waiting'); // an ordinary connection again
    xy.close();
  }
});

test('open() ends the pause', () => {
  mock.method(Math, 'random', () => 1);
  start({ backoff: { min: 60_000, max: 60_000 }, heartbeat: false }).drop();
  xy.open();
  assert.equal(xy.state, 'connecting');
  FakeWebSocket.last.accept();
  pass(120_000, 1_000);
  assert.equal(FakeWebSocket.sockets.length, 2);
});

test('open() from within a state listener is heeded, and its calls are its own', async () => {
  const socket = open();
  let answer;
  xy.onState((state) => {
    if (state !== 'closed' || answer) return;
    xy.open();
    answer = xy.call('f');
  });
  const before = failure(xy.call('g'));
  socket.drop(1000);
  assert.equal((await before).status, 503);
  FakeWebSocket.last.accept().receive({ e: 'resolve.f', id: '2', p: 'there' });
  assert.deepEqual([await answer, xy.state], ['there', 'open']);
});

test('a function that closes, or opens, when it is told that the connection is gone, is heeded', async () => {
  for (const [act, expected] of [[() => xy.close(), 'closed'], [() => xy.open(), 'waiting']]) {
    const states = [];
    const socket = open();
    xy.onState((state) => states.push(state));
    xy.register('f', (payload, { signal }) => new Promise((end) => signal.addEventListener('abort', () => end(act()))));
    socket.receive({ e: 'c.f', id: 1 });
    socket.drop();
    assert.deepEqual([states, xy.state], [[expected], expected]);
    xy.close();
    xy.close();
    assert.equal(states.at(-1), 'closed');
    assert.equal(states.filter((state) => state === 'closed').length, 1);
  }
});

test('close() that is called in the midst of itself is one', () => {
  const states = [];
  const socket = open();
  xy.onState((state) => states.push(state));
  xy.register('f', (payload, { signal }) => new Promise((end) => signal.addEventListener('abort', () => end(xy.close()))));
  socket.receive({ e: 'c.f', id: 1 });
  xy.close();
  assert.deepEqual(states, ['closed']);
});

// ---- idle

test('after an idle close nothing happens until the next call, which connects and is sent', async () => {
  const socket = open();
  const told = [];
  xy.onState((state, info) => told.push([state, info.code, info.reason]));
  socket.drop(1000, 'idle');
  assert.deepEqual([told, complaints], [[['idle', 1000, 'idle']], []]);
  assert.equal(returns(), false);
  const answer = xy.call('f');
  assert.equal(xy.state, 'connecting');
  FakeWebSocket.last.accept().receive({ e: 'resolve.f', id: '1', p: 'here' });
  assert.deepEqual([await answer, FakeWebSocket.sockets.length], ['here', 2]);
});

test('a call that wakes an idle client fails with its try, after which others follow', async () => {
  open().drop(1000, 'idle');
  const error = failure(xy.call('f'));
  FakeWebSocket.last.onerror({ error: new Error('ECONNREFUSED') });
  assert.deepEqual([(await error).status, (await error).cause.reason, xy.state], [503, 'ECONNREFUSED', 'waiting']);
  assert.equal(returns(), true);
});

test('an event wakes an idle client, but is gone; one that is not JSON does not', () => {
  open().drop(1000, 'idle');
  assert.throws(() => xy.send('n', 1n), TypeError);
  assert.equal(xy.state, 'idle');
  assert.deepEqual([xy.send('n'), xy.state], [false, 'connecting']);
});

test('a call that is aborted, has no time, or is not JSON wakes nobody', async () => {
  open().drop(1000, 'idle');
  await failure(xy.call('f', 1, { signal: AbortSignal.abort() }));
  await failure(xy.call('f', 1n));
  assert.equal(xy.state, 'idle');
});

test('a call that waits already when the idle close comes connects at once', async () => {
  const socket = open({ waitForConnection: true });
  socket.readyState = 2; // its close is under way
  const answer = xy.call('f');
  socket.drop(1000, 'idle');
  assert.equal(xy.state, 'connecting');
  FakeWebSocket.last.accept().receive({ e: 'resolve.f', id: '1', p: 1 });
  assert.equal(await answer, 1);
});

test('a look brings an idle client back, and none that has been closed', () =>
  inAPage(({ show, tell }) => {
    const looks = [() => show('hidden') ?? show('visible'), () => tell('focus'), () => tell('online')];
    for (const look of looks) {
      open().drop(1000, 'idle');
      show('hidden');
      assert.equal(xy.state, 'idle');
      show('visible');
      assert.equal(xy.state, 'connecting');
      xy.close();
      open().drop(1000, 'idle');
      look();
      assert.equal(xy.state, 'connecting');
      xy.close();
      for (const end of [[4403, ''], [1000, 'bye']]) {
        open().drop(...end);
        look();
        assert.equal(xy.state, 'closed');
        xy.open();
        FakeWebSocket.last.accept().drop(1000, 'idle');
        look();
        assert.equal(xy.state, 'connecting'); // it looks again since open()
        xy.close();
      }
    }
  }));

test('a focus asks nothing of an open connection', () =>
  inAPage(({ tell }) => {
    const socket = open();
    tell('focus');
    assert.deepEqual([socket.sent, xy.state], [[], 'open']);
  }));

test('a closed client is held by nothing in the page', () =>
  inAPage(() => {
    let held = 0;
    for (const target of [globalThis, document]) {
      const types = new Set();
      mock.method(target, 'addEventListener', (type) => types.has(type) || (types.add(type), held++));
      mock.method(target, 'removeEventListener', (type) => types.delete(type) && held--);
    }
    for (const end of [() => xy.close(), () => FakeWebSocket.last.drop(4403)]) {
      open();
      assert.equal(held, 3);
      end();
      assert.equal(held, 0);
    }
  }));

// ---- pauses

test('the backoff starts anew after a connection on which anything came, or that lasted a second', () => {
  mock.method(Math, 'random', () => 1);
  const delays = [];
  start();
  xy.onState((state, info) => state === 'waiting' && delays.push(info.delay));
  const end = (live, ...close) => {
    FakeWebSocket.last.accept();
    live?.(FakeWebSocket.last);
    FakeWebSocket.last.drop(...close);
    while (xy.state !== 'connecting') pass(50);
  };
  const answer = (socket) => socket.receive({ e: 'e.n' });
  for (let i = 0; i < 3; i++) end();
  assert.deepEqual(delays.splice(0), [100, 200, 400]);
  for (let i = 0; i < 3; i++) end(answer);
  assert.deepEqual(delays.splice(0), [100, 100, 100]);
  end();
  end((socket) => socket.receive('no frame'));
  assert.deepEqual(delays.splice(0), [200, 400]);
  end(() => pass(1_000));
  end();
  assert.deepEqual(delays.splice(0), [100, 200]);
});

test('an answer is not enough where the server has sent the client away', async () => {
  mock.method(Math, 'random', () => 1);
  for (const code of [1008, 1013, 4401]) {
    const delays = [];
    start({ token: async () => 'expired' });
    xy.onState((state, info) => state === 'waiting' && delays.push(info.delay));
    for (let i = 0; i < 4; i++) {
      await settled();
      FakeWebSocket.last.accept().receive({ e: 'e.n' });
      FakeWebSocket.last.drop(code);
      while (xy.state !== 'connecting') pass(50);
    }
    assert.deepEqual(delays, [100, 200, 400, 800]);
    xy.close();
  }
});

// ---- in Node

test('close() leaves nothing that keeps a process alive, and neither does an idle client', () => {
  const programs = {
    closed: `
      const running = new AbortController();
      xy.call('f', 1, { timeout: 60_000, signal: running.signal }).catch(() => {});
      xy.call('g', 1, { timeout: 60_000 }).catch(() => {});
      xy.register('h', (payload, { signal }) => new Promise((end) => signal.addEventListener('abort', end)));
      FakeWebSocket.last.accept().receive({ e: 'c.h', id: 1, ttl: 60_000 });
      xy.close();`,
    connecting: 'xy.close();',
    waiting: 'FakeWebSocket.last.drop(); xy.close();',
    idle: "FakeWebSocket.last.accept().drop(1000, 'idle');",
    forbidden: "FakeWebSocket.last.accept().drop(4403); ",
  };
  for (const [name, program] of Object.entries(programs)) {
    const whole = `
      const { connect } = await import('./src/xy-websocket.js');
      const { FakeWebSocket } = await import('./test/fake-web-socket.js');
      const xy = connect('ws://test/ws', { WebSocket: FakeWebSocket, connectTimeout: 60_000, backoff: { min: 60_000, max: 60_000 } });
      ${program}`;
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', whole], {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      timeout: 20_000,
    });
    assert.equal(status, 0, `${name}: ${stderr}`);
  }
});
