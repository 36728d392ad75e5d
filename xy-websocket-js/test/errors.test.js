/* What a caller learns of a failure, and what it doesn't. */
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { inspect } from 'node:util';
import { XyError } from '../src/xy-websocket.js';
import { FakeWebSocket } from './fake-web-socket.js';
import { complaints, failure, inAPage, open, pass, settled, start, xy } from './kit.js';

const INTERNAL = { ok: false, status: 500, message: 'Internal error' };

/** What the other side gets for a call of a function that throws this. */
async function answerTo(socket, thrown) {
  xy.unregister('f');
  xy.register('f', () => {
    throw thrown;
  });
  socket.receive({ e: 'c.f', id: 'a' });
  await settled();
  const [{ e, id, p }] = socket.frames.splice(-1);
  assert.deepEqual([e, id], ['reject.f', 'a']);
  return p;
}

// ---- what the other side is told

test('of an unexpected exception the other side gets an id, and the console the rest under that id', async () => {
  const socket = open();
  for (const thrown of [new RangeError('secret'), null, undefined, 'secret', 7, Symbol('secret'), { status: 409, message: 'secret' }]) {
    complaints.length = 0;
    const { errorId, ...rest } = await answerTo(socket, thrown);
    assert.deepEqual(rest, INTERNAL);
    assert.ok(errorId.length > 5, errorId);
    assert.equal(complaints.length, 1);
    assert.ok(complaints[0].startsWith(`xy: function 'f' failed, errorId ${errorId}`), complaints[0]);
  }
  assert.ok(!socket.sent.join().includes('secret'), socket.sent);
});

test('each unexpected exception has its own id', async () => {
  const socket = open();
  const ids = [];
  for (let i = 0; i < 10; i++) ids.push((await answerTo(socket, new Error('boom'))).errorId);
  assert.equal(new Set(ids).size, 10);
});

test('with includeMessage the other side gets class and text', async () => {
  const socket = open({ includeMessage: true });
  assert.deepEqual(await answerTo(socket, new RangeError('boom')), { ok: false, status: 500, message: 'RangeError: boom' });
  assert.deepEqual(await answerTo(socket, null), { ok: false, status: 500, message: 'Error: null' });
  assert.deepEqual(await answerTo(socket, Symbol('boom')), { ok: false, status: 500, message: 'Error: Symbol(boom)' });
  assert.equal(complaints.length, 3);
});

test('a data error passes as it is, without a complaint', async () => {
  const socket = open();
  const data = { ok: false, status: 402, message: 'pay', due: [1] };
  assert.deepEqual(await answerTo(socket, data), data);
  assert.deepEqual(await answerTo(socket, new XyError(409, 'busy', { until: '17:00' })), { ok: false, status: 409, message: 'busy', until: '17:00' });
  for (const status of [404, 500]) assert.deepEqual(await answerTo(socket, new XyError(status, 'own')), { ok: false, status, message: 'own' });
  assert.deepEqual(complaints, []);
});

test('a call is answered whatever was thrown, and whatever the console makes of it', async () => {
  const throwing = () => {
    throw new Error('hostile');
  };
  const hostile = [
    Object.defineProperty(new Error(), 'message', { get: throwing }),
    Object.defineProperty(new Error(), 'name', { get: throwing }),
    Object.defineProperty(new Error(), 'ok', { get: throwing }),
    Object.defineProperty({ ok: false }, 'message', { get: throwing, enumerable: true }),
    Object.create(null),
    Object.assign(new Error('e'), { toString: throwing, toJSON: throwing, [inspect.custom]: throwing }),
    { ok: false, status: 409, message: 'm', toJSON: throwing },
    { ok: false, status: 409, message: 'm', get more() { return throwing(); } },
    { ok: false, status: 409, message: 'm', big: 1n },
    new Proxy({}, { get: throwing, has: throwing, getPrototypeOf: throwing, ownKeys: throwing }),
  ];
  for (const options of [{}, { includeMessage: true }]) {
    const socket = open(options);
    for (const console_ of [(...text) => complaints.push(inspect(text)), throwing]) {
      mock.method(console, 'error', console_);
      for (const [i, thrown] of hostile.entries()) assert.equal((await answerTo(socket, thrown)).ok, false, String(i));
    }
    assert.equal(socket.sent.length, 2 * hostile.length);
    xy.close();
  }
});

test('what can not be shown costs its line of the console no more than itself', async () => {
  const socket = open();
  mock.method(console, 'error', (...text) => complaints.push(inspect(text)));
  const thrown = Object.assign(new Error('e'), {
    [inspect.custom]() {
      throw new Error('hostile');
    },
  });
  const { errorId } = await answerTo(socket, thrown);
  assert.equal(complaints.length, 1);
  assert.ok(complaints[0].includes(errorId), complaints[0]);
});

test('listeners whose errors can not be shown end nothing', async () => {
  const faults = [];
  const fault = (error) => faults.push(error);
  process.on('unhandledRejection', fault);
  const socket = open();
  mock.method(console, 'error', () => {
    throw new Error('broken console');
  });
  mock.method(console, 'warn', console.error);
  xy.on('n', () => Promise.reject(Object.create(null)));
  xy.onState(() => {
    throw null;
  });
  socket.receive({ e: 'e.n' });
  socket.onmessage({ data: 'no frame' });
  socket.drop();
  await settled();
  await settled();
  assert.deepEqual([faults, xy.state], [[], 'waiting']);
  process.off('unhandledRejection', fault);
});

test('a result that is not JSON is an unexpected exception; so are details that are not', async () => {
  const socket = open();
  xy.register('result', () => 1n);
  socket.receive({ e: 'c.result', id: 1 });
  await settled();
  const details = await answerTo(socket, new XyError(409, 'conflict', { big: 1n }));
  for (const { errorId, ...rest } of [socket.frames[0].p, details]) {
    assert.deepEqual(rest, INTERNAL);
    assert.ok(complaints.some((line) => line.includes(errorId)), complaints);
  }
});

test('an id that can not be repeated costs its call, and nothing else', async () => {
  const socket = open();
  xy.register('f', () => assert.fail('was run'));
  const deep = '['.repeat(50_000) + ']'.repeat(50_000);
  socket.receive(`{"e":"c.f","id":${deep}}`);
  socket.receive(`{"e":"cancel.f","id":${deep}}`);
  await settled();
  assert.deepEqual([socket.frames[0].e, 'id' in socket.frames[0], socket.frames[0].p.status], ['reject.f', false, 400]);
  assert.equal(xy.send('alive'), true);
});

test("another function's 404 or 500 that passes through says whose it is; the function's own don't", async () => {
  const socket = open();
  xy.register('relay', () => xy.call('inner'));
  const passedOn = async (p) => {
    socket.receive({ e: 'c.relay', id: 'r' });
    const { id } = socket.frames.at(-1);
    socket.receive({ e: 'reject.inner', id, p });
    await settled();
    return socket.frames.at(-1).p;
  };
  const missing = { ok: false, status: 404, message: "'inner' not found" };
  const failed = { ...INTERNAL, errorId: 'x1' };
  const gone = { ok: false, status: 410, message: 'gone', since: 'May' };
  assert.deepEqual(await passedOn(missing), { ...missing, function: 'inner' });
  assert.deepEqual(await passedOn(failed), { ...failed, function: 'inner' });
  assert.deepEqual(await passedOn({ ...missing, function: 'innermost' }), { ...missing, function: 'innermost' });
  assert.deepEqual(await passedOn(gone), gone);
  assert.deepEqual(complaints, []); // they are in the log of the other side
  socket.receive({ e: 'c.missing', id: 'm' });
  await settled();
  assert.deepEqual(socket.frames.at(-1).p, { ok: false, status: 404, message: "'missing' not found" });
});

// ---- what a caller catches

test('an error names the function, its status and what the other side said, and has the stack of its caller', async () => {
  const socket = open();
  async function takeOne() {
    return xy.call('stock.take', 1);
  }
  const error = failure(takeOne());
  socket.receive({ e: 'reject.stock.take', id: '1', p: { ok: false, status: 409, message: 'Not enough of A-1', available: 0 } });
  const { name, message, status, stack } = await error;
  assert.deepEqual([name, message, status, (await error).function], ['XyError', 'Not enough of A-1', 409, 'stock.take']);
  assert.equal(String(await error), "XyError: 409 calling 'stock.take': Not enough of A-1");
  const [head, first] = stack.split('\n');
  assert.equal(head, String(await error));
  assert.match(first, /takeOne.*errors\.test\.js/);
  assert.ok(inspect(await error).startsWith(head), inspect(await error));
  assert.deepEqual((await error).toJSON(), { ok: false, status: 409, message: 'Not enough of A-1', available: 0 });
});

test('calls that this side ends have the function and the stack of their callers, too', async () => {
  open();
  const [late, lost] = [failure(xy.call('late', 1, { timeout: 10 })), failure(xy.call('lost'))];
  mock.timers.tick(10);
  xy.close();
  for (const error of [await late, await lost, await failure(xy.call('closed'))]) {
    assert.match(error.stack, /^XyError: 50[34] calling '(late|lost|closed)': .*\n.*errors\.test\.js/);
  }
});

test('a stack can be set, as test tools do', async () => {
  open();
  const error = await failure(xy.call('f', 1, { timeout: 1 }).finally(mock.timers.tick(1)));
  error.stack = 'mine';
  assert.equal(error.stack, 'mine');
});

test('an error that was made here has no function', () => {
  const error = new XyError(409, 'busy');
  assert.deepEqual([String(error), 'function' in error, error.cause], ['XyError: 409: busy', false, undefined]);
});

test('an error is told on one line, whatever the other side has written', async () => {
  const socket = open();
  const error = failure(xy.call('f'));
  const message = 'a\nERROR forged\r\u001b[31m\u2028\u202e';
  socket.receive({ e: 'reject.f', id: '1', p: { ok: false, status: 500, message } });
  assert.equal((await error).message, message);
  assert.equal(String(await error), "XyError: 500 calling 'f': a?ERROR forged??[31m??");
  assert.equal((await error).stack.split('\n')[0], String(await error));
  const long = new XyError(500, 'x'.repeat(100_000));
  assert.deepEqual([String(long).length < 600, long.message.length], [true, 100_000]);
});

test('status is always a number, and message a text', async () => {
  const socket = open();
  const payloads = [
    ['{"status":"409","message":"m"}', 409, 'm'],
    ['{"message":"m"}', 500, 'm'],
    ['{"status":null,"message":null}', 500, 'Error'],
    ['{"status":"","message":7}', 500, 'Error'],
    ['{"status":"soon","message":{}}', 500, 'Error'],
    ['{"status":true}', 500, 'Error'],
    ['{"status":[404]}', 500, 'Error'],
    ['{"status":1e999}', 500, 'Error'],
    ['{"ok":true,"status":404,"message":"m"}', 404, 'm'],
    ['"text"', 500, 'Error'],
    ['7', 500, 'Error'],
    ['[]', 500, 'Error'],
    ['null', 500, 'Error'],
  ];
  for (const [payload, status, message] of payloads) {
    const error = failure(xy.call('f'));
    socket.receive(`{"e":"reject.f","id":"${socket.sent.length}","p":${payload}}`);
    assert.deepEqual([(await error).status, (await error).message], [status, message], payload);
  }
  for (const status of ['409', undefined, NaN, 1n, Symbol('s'), {}]) assert.equal(typeof new XyError(status, 'm').status, 'number');
});

test('details named like built-in properties are details', async () => {
  const socket = open();
  const error = failure(xy.call('f'));
  socket.receive('{"e":"reject.f","id":"1","p":{"ok":false,"status":409,"message":"m","__proto__":{"status":1},"stack":"x","function":"y"}}');
  const { status, details, stack } = await error;
  assert.deepEqual([status, Object.keys(details), (await error).function], [409, ['__proto__', 'stack', 'function'], 'f']);
  assert.notEqual(stack, 'x');
});

test('the cause of a call that was lost is the close, and then that of calls that are not sent', async () => {
  const socket = open();
  const lost = failure(xy.call('slow'));
  socket.drop(1009, 'too large');
  const after = failure(xy.call('slow'));
  assert.deepEqual([(await lost).message, (await lost).cause], ["Not connected: 'slow' was not answered", { code: 1009, reason: 'too large' }]);
  assert.deepEqual([(await after).message, (await after).cause], ["Not connected: 'slow' was not called", { code: 1009, reason: 'too large' }]);
  xy.close();
  assert.deepEqual((await failure(xy.call('f'))).cause, { code: 1000, reason: 'closed by this side' });
});

test('an earlier end is no cause of a later failure', async () => {
  open().drop(1009, 'too large');
  mock.timers.tick(100);
  const socket = FakeWebSocket.last.accept();
  socket.sendFails = true;
  assert.equal((await failure(xy.call('f'))).cause, undefined);
});

test('what a WebSocket in Node says of a failed try is in the state, the cause and, once, the console', async () => {
  const reasons = [
    [{ error: new Error('Unexpected server response: 401') }, 'Unexpected server response: 401'],
    [{ error: Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }) }, 'ECONNREFUSED'],
    [{ error: new TypeError('fetch failed', { cause: new Error('certificate has expired') }) }, 'fetch failed: certificate has expired'],
    [{ message: 'non-101 status code' }, 'non-101 status code'],
  ];
  for (const [event, reason] of reasons) {
    const socket = start();
    const told = [];
    xy.onState((state, info) => state === 'waiting' && told.push([info.code, info.reason, info.error]));
    const error = failure(xy.call('f'));
    socket.onerror(event);
    for (let i = 0; i < 5; i++) {
      while (xy.state !== 'connecting') pass(50);
      FakeWebSocket.last.onerror(event);
    }
    assert.deepEqual(told, Array(6).fill([1006, reason, event.error ?? event.message]));
    assert.deepEqual([(await error).status, (await error).cause.reason], [503, reason]);
    assert.deepEqual(complaints.splice(0), [`xy: could not connect ${event.error ?? event.message}`]);
    xy.close();
  }
});

test('a failure is told again when it is another, and when there was a connection in between', () => {
  const fail = (text) => {
    while (xy.state !== 'connecting') pass(50);
    FakeWebSocket.last.onerror({ error: text });
  };
  start();
  for (const text of ['a', 'a', 'b']) fail(text);
  while (xy.state !== 'connecting') pass(50);
  FakeWebSocket.last.accept().drop();
  fail('b');
  assert.deepEqual(complaints, ['a', 'b', 'b'].map((text) => `xy: could not connect ${text}`));
});

test('what a WebSocket in Node says before it closes an open connection is kept', async () => {
  const socket = open();
  const error = failure(xy.call('f'));
  const failed = new RangeError('Max payload size exceeded');
  socket.onerror({ error: failed });
  assert.equal(xy.state, 'open');
  socket.drop(1006, '');
  assert.deepEqual((await error).cause, { code: 1006, reason: 'Max payload size exceeded', error: failed });
});

test('a browser says nothing, and the console is left to it', () =>
  inAPage(async () => {
    const socket = start();
    const error = failure(xy.call('f'));
    socket.onerror(new Event('error'));
    assert.deepEqual([(await error).cause, complaints], [{ code: 1006, reason: '' }, []]);
  }));

test('nobody is shown the token, whatever is wrong with it', async () => {
  const token = 'eyJhbGciOi-secret';
  for (const [bearer, refuse] of [
    [`${token}\n`, null],
    [`${token} `, null],
    [`${token}ü`, null],
    [[token, token], null],
    [{ token }, null],
    [Symbol(token), null],
    [{ toString: () => token }, new SyntaxError(token)],
    [token, new SyntaxError(`Failed to construct 'WebSocket': The subprotocol 'xy.bearer.${token}' is invalid.`)],
    [token, new Error('invalid', { cause: new Error(token) })],
  ]) {
    for (const given of [bearer, () => bearer, async () => bearer]) {
      if (typeof given !== 'function' && typeof bearer !== 'string') continue;
      FakeWebSocket.refuse = refuse;
      const told = [];
      start({ token: given, waitForConnection: true });
      xy.onState((state, info) => told.push(state, info));
      const error = failure(xy.call('f', 1, { timeout: 500 }));
      await settled();
      pass(1_000);
      await settled();
      assert.deepEqual([(await error).status, xy.state === 'open'], [503, false]);
      assert.match((await error).cause.reason, /token/);
      const everything = inspect([told, complaints, await error, (await error).cause, (await error).stack], { depth: 9, showHidden: true });
      assert.ok(!everything.includes('secret'), everything);
      assert.ok(complaints.length > 0);
      xy.close();
    }
  }
});

test('a try that takes too long is told of, once', async () => {
  start({ connectTimeout: 1_000 });
  const error = failure(xy.call('f'));
  pass(60_000);
  assert.deepEqual([(await error).cause, complaints], [{ code: 1006, reason: 'no connection in time' }, ['xy: could not connect no connection in time']]);
});

test('a token supplier that throws is told of, whatever it throws', async () => {
  for (const [thrown, reason] of [[new Error('not logged in'), 'not logged in'], [null, 'no token'], [undefined, 'no token'], [Symbol('s'), 'Symbol(s)'], [Object.create(null), 'an error that has no text']]) {
    start({
      token() {
        throw thrown;
      },
    });
    const error = failure(xy.call('f'));
    await settled();
    assert.deepEqual([(await error).cause.reason, complaints.length], [reason, 1], reason);
    complaints.length = 0;
    xy.close();
  }
});
