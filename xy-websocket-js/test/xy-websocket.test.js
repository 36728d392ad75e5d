import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mock, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { connect, XyError } from '../src/xy-websocket.js';
import { FakeWebSocket } from './fake-web-socket.js';
import { complaints, failure, inAPage, open, pass, settled, start, xy } from './kit.js';

// ---- calls

test('a call is written as e, p, id, ttl and resolved by the answer with its id', async () => {
  const socket = open();
  const answer = xy.call('stock.level', { sku: 'a' });
  assert.equal(socket.sent[0], '{"e":"c.stock.level","p":{"sku":"a"},"id":"1","ttl":5000}');
  socket.receive({ e: 'resolve.stock.level', id: '1', p: { level: 7 } });
  assert.deepEqual(await answer, { level: 7 });
});

test('no payload, null and undefined differ on the wire', async () => {
  const socket = open();
  const answers = [xy.call('f'), xy.call('f', null), xy.call('f', undefined)];
  assert.deepEqual(socket.sent.map((text) => text.includes('"p"')), [false, true, false]);
  socket.receive('{"e":"resolve.f","id":"1"}');
  socket.receive('{"id":"2","p":null,"e":"resolve.f"}');
  socket.receive('{"e":"resolve.f","id":"3","p":0,"unknown":true}');
  assert.deepEqual(await Promise.all(answers), [undefined, null, 0]);
});

test('answers may overtake each other', async () => {
  const socket = open();
  const [first, second] = [xy.call('f', 1), xy.call('f', 2)];
  socket.receive({ e: 'resolve.f', id: '2', p: 'two' });
  socket.receive({ e: 'resolve.f', id: '1', p: 'one' });
  assert.deepEqual(await Promise.all([first, second]), ['one', 'two']);
});

test('a rejection arrives with status, message and details', async () => {
  const socket = open();
  const error = failure(xy.call('f'));
  socket.receive({ e: 'reject.f', id: '1', p: { ok: false, status: 409, message: 'conflict', code: 'E42' } });
  assert.ok((await error) instanceof XyError);
  assert.deepEqual([(await error).status, (await error).message, (await error).details], [409, 'conflict', { code: 'E42' }]);
});

test('a rejection without a payload is still an XyError', async () => {
  const socket = open();
  const errors = [failure(xy.call('f')), failure(xy.call('f'))];
  socket.receive({ e: 'reject.f', id: '1' });
  socket.receive({ e: 'reject.f', id: '2', p: null });
  for (const error of await Promise.all(errors)) assert.deepEqual([error instanceof XyError, error.status], [true, 500]);
});

test('a call that is not answered in time fails with 504, and a late answer harms nobody', async () => {
  const socket = open();
  const error = failure(xy.call('f', 1, { timeout: 200 }));
  const standard = failure(xy.call('g', 1));
  mock.timers.tick(200);
  assert.equal((await error).status, 504);
  socket.receive({ e: 'resolve.f', id: '1', p: 1 });
  mock.timers.tick(4_800);
  assert.equal((await standard).status, 504);
});

test('an endless timeout does not fire at once', async () => {
  const socket = open({ heartbeat: false });
  const answer = xy.call('f', 1, { timeout: Infinity });
  pass(60_000, 1_000);
  socket.receive({ e: 'resolve.f', id: '1', p: 'late' });
  assert.equal(await answer, 'late');
});

test('an aborted call rejects with the reason and is cancelled; one that is aborted before is not sent', async () => {
  const socket = open();
  const controller = new AbortController();
  const running = failure(xy.call('f', 1, { signal: controller.signal }));
  controller.abort(new Error('no longer wanted'));
  assert.equal((await running).message, 'no longer wanted');
  assert.equal((await failure(xy.call('f', 2, { signal: controller.signal }))).message, 'no longer wanted');
  assert.deepEqual(socket.sent.slice(1), ['{"e":"cancel.f","id":"1"}']);
});

test('nothing is cancelled that has been answered, is late, or was never sent', async () => {
  const socket = start({ waitForConnection: true });
  const controllers = [1, 2, 3].map(() => new AbortController());
  const unsent = failure(xy.call('f', 1, { signal: controllers[0].signal }));
  controllers[0].abort();
  await unsent;
  socket.accept();
  const answered = xy.call('f', 2, { signal: controllers[1].signal });
  socket.receive({ e: 'resolve.f', id: '2', p: 1 });
  await answered;
  const late = failure(xy.call('f', 3, { signal: controllers[2].signal, timeout: 10 }));
  mock.timers.tick(10);
  await late;
  for (const controller of controllers) controller.abort();
  assert.deepEqual(socket.frames.map((frame) => frame.e).slice(0, 2), ['c.f', 'c.f']);
  assert.ok(!socket.sent.some((text) => text.includes('cancel')), socket.sent);
});

test('the time that is left goes along in whole milliseconds, whatever the timeout', async () => {
  const socket = open();
  for (const timeout of [1500, 0.5, 0, -1, NaN, Infinity]) xy.call('f', 1, { timeout }).catch(() => {});
  assert.deepEqual(socket.frames.map((frame) => frame.ttl), [1500, 1, 1, 1, 1, 2 ** 31 - 1]);
});

test('what a waiting call has waited is taken off the time that is left', async () => {
  const socket = start({ waitForConnection: true });
  xy.call('f').catch(() => {});
  mock.timers.tick(1_200);
  socket.accept();
  assert.equal(socket.frames[0].ttl, 3_800);
});

test('a call in the pause between tries fails at once with 503', async () => {
  start().drop();
  const error = await failure(xy.call('f'));
  assert.deepEqual([error.status, error.message], [503, "Not connected: 'f' was not called"]);
});

test('calls wait for the first try, and are sent after what the state listeners send', async () => {
  const socket = start();
  xy.onState((state) => state === 'open' && xy.send('hello'));
  const answer = xy.call('f', 1);
  assert.equal(xy.send('early'), false);
  mock.timers.tick(1_000);
  socket.accept();
  assert.deepEqual(socket.frames, [{ e: 'e.hello' }, { e: 'c.f', p: 1, id: '1', ttl: 4_000 }]);
  socket.receive({ e: 'resolve.f', id: '1', p: 'done' });
  assert.equal(await answer, 'done');
});

test('calls wait for the first try, and for no other', async () => {
  const socket = start();
  const first = failure(xy.call('f'));
  socket.drop();
  assert.deepEqual([(await first).status, (await first).message], [503, "Not connected: 'f' was not called"]);
  mock.timers.tick(100);
  assert.equal(xy.state, 'connecting');
  assert.equal((await failure(xy.call('f'))).status, 503);
});

test('calls wait for the first try until their timeout, then they have not been called', async () => {
  const socket = start();
  const error = failure(xy.call('f', 1, { timeout: 200 }));
  mock.timers.tick(200);
  assert.deepEqual([(await error).status, (await error).message], [503, "Not connected: 'f' was not called"]);
  socket.accept();
  assert.deepEqual(socket.sent, []);
});

test('calls wait for the first try also while the token is awaited', async () => {
  let give;
  start({ token: () => new Promise((resolve) => (give = resolve)) });
  const answer = xy.call('f');
  give('t');
  await settled();
  FakeWebSocket.last.accept().receive({ e: 'resolve.f', id: '1', p: 7 });
  assert.equal(await answer, 7);
});

test('an answer to a call that has not been sent is none', async () => {
  const socket = start();
  const answer = xy.call('f');
  xy.onState((state) => {
    if (state !== 'open') return;
    socket.receive({ e: 'resolve.f', id: '1', p: 'made up' });
    socket.receive({ e: 'reject.f', id: '1' });
  });
  socket.accept();
  socket.receive({ e: 'resolve.f', id: '1', p: 'true' });
  assert.equal(await answer, 'true');
});

test('pending calls fail at once when the connection breaks', async () => {
  const socket = open();
  const errors = [failure(xy.call('f')), failure(xy.call('g'))];
  socket.drop();
  for (const error of await Promise.all(errors)) assert.match(`${error.status}: ${error.message}`, /^503: Not connected: '[fg]' was not answered$/);
});

test('a call fails with 503 when sending fails or the socket is closing', async () => {
  const socket = open();
  socket.sendFails = true;
  assert.equal((await failure(xy.call('f'))).status, 503);
  socket.readyState = 2;
  assert.equal((await failure(xy.call('f'))).status, 503);
  assert.equal(xy.send('e'), false);
});

test('a call with waitForConnection is sent once connected, after what the state listeners send', async () => {
  const socket = start();
  xy.onState((state) => state === 'open' && xy.send('hello'));
  const answer = xy.call('f', 1, { waitForConnection: true });
  socket.accept();
  assert.deepEqual(socket.frames.map((frame) => frame.e), ['e.hello', 'c.f']);
  socket.receive({ e: 'resolve.f', id: '1', p: 'done' });
  assert.equal(await answer, 'done');
});

test('a waiting call outlives failed tries but not its timeout, nor close()', async () => {
  const socket = start({ waitForConnection: true });
  const [timedOut, closed] = [failure(xy.call('f', 1, { timeout: 300 })), failure(xy.call('f', 2))];
  socket.drop();
  mock.timers.tick(300);
  assert.deepEqual([(await timedOut).status, (await timedOut).message], [503, "Not connected: 'f' was not called"]);
  xy.close();
  assert.equal((await closed).status, 503);
});

test('a payload that is not JSON rejects the call and throws from send', async () => {
  open();
  const cyclic = {};
  cyclic.self = cyclic;
  assert.ok((await failure(xy.call('f', cyclic))) instanceof TypeError);
  assert.throws(() => xy.send('e', cyclic), TypeError);
});

test('no timer and no abort listener stays behind after an answer', async () => {
  const socket = open();
  const { signal } = new AbortController();
  let listening = 0;
  mock.method(signal, 'addEventListener', () => listening++);
  mock.method(signal, 'removeEventListener', () => listening--);
  const cleared = mock.method(globalThis, 'clearTimeout');
  const answer = xy.call('f', 1, { signal });
  socket.receive({ e: 'resolve.f', id: '1' });
  await answer;
  assert.deepEqual([listening, cleared.mock.callCount()], [0, 1]);
});

// ---- being called

test('a function is called with the payload, and the answer repeats the id unread', async () => {
  const socket = open();
  xy.register('courier.locate', async (courier) => ({ courier, x: 1 }));
  for (const id of ['a', 7, { of: ['mine'] }, null, false]) socket.receive({ e: 'c.courier.locate', p: 'c1', id });
  await settled();
  assert.equal(socket.sent[0], '{"e":"resolve.courier.locate","id":"a","p":{"courier":"c1","x":1}}');
  assert.deepEqual(socket.frames.map((frame) => frame.id), ['a', 7, { of: ['mine'] }, null, false]);
});

test('a function that returns nothing answers without p, one that returns null with null', async () => {
  const socket = open();
  xy.register('nothing', () => {});
  xy.register('null', () => null);
  socket.receive({ e: 'c.nothing', id: 1 });
  socket.receive({ e: 'c.null', id: 2 });
  await settled();
  assert.deepEqual(socket.sent, ['{"e":"resolve.nothing","id":1}', '{"e":"resolve.null","id":2,"p":null}']);
});

test('an unknown function is answered with 404, names of built-in properties included', async () => {
  const socket = open();
  for (const name of ['nobody', '__proto__', 'constructor', 'toString']) socket.receive({ e: `c.${name}`, id: name });
  await settled();
  for (const { e, id, p } of socket.frames) {
    assert.equal(e, `reject.${id}`);
    assert.deepEqual(p, { ok: false, status: 404, message: `'${id}' not found` });
  }
  assert.equal(socket.sent.length, 4);
});

test('what a function throws crosses as the protocol says', async () => {
  const socket = open();
  const thrown = {
    xyError: [new XyError(409, 'conflict', { code: 'E42' }), { ok: false, status: 409, message: 'conflict', code: 'E42' }],
    data: [{ ok: false, status: 402, message: 'pay', due: [1] }, { ok: false, status: 402, message: 'pay', due: [1] }],
    dataError: [Object.assign(new Error('e'), { ok: false, status: 403 }), { ok: false, status: 403, message: 'e' }],
  };
  for (const [name, [error]] of Object.entries(thrown)) {
    xy.register(name, () => {
      throw error;
    });
    socket.receive({ e: `c.${name}`, id: name });
  }
  await settled();
  for (const frame of socket.frames) assert.deepEqual(frame.p, thrown[frame.id][1]);
  assert.deepEqual([socket.sent.length, complaints], [3, []]);
});

test('a rejection that escapes from a function passes on as it was', async () => {
  const socket = open();
  xy.register('relay', () => xy.call('origin'));
  socket.receive({ e: 'c.relay', id: 'r' });
  await settled();
  socket.receive({ e: 'reject.origin', id: '1', p: { ok: false, status: 410, message: 'gone', since: 'May' } });
  await settled();
  assert.deepEqual(socket.frames[1], { e: 'reject.relay', id: 'r', p: { ok: false, status: 410, message: 'gone', since: 'May' } });
});

test('a result or details that are not JSON are answered with 500', async () => {
  const socket = open();
  xy.register('result', () => 1n);
  xy.register('details', () => {
    throw new XyError(409, 'conflict', { big: 1n });
  });
  socket.receive({ e: 'c.result', id: 1 });
  socket.receive({ e: 'c.details', id: 2 });
  await settled();
  assert.deepEqual(socket.frames.map(({ id, p }) => [id, p.status]).sort(), [[1, 500], [2, 500]]);
});

test('a call without id is not run and gets a reject without id', async () => {
  const socket = open();
  xy.register('f', () => assert.fail('was run'));
  socket.receive({ e: 'c.f', p: 1 });
  await settled();
  assert.deepEqual([socket.frames[0].e, 'id' in socket.frames[0], socket.frames[0].p.status], ['reject.f', false, 400]);
});

test('an answer that is ready after the connection broke is not sent on the next one', async () => {
  const socket = open();
  let finish;
  xy.register('slow', () => new Promise((resolve) => (finish = resolve)));
  socket.receive({ e: 'c.slow', id: 1 });
  socket.drop();
  mock.timers.tick(100);
  const next = FakeWebSocket.last.accept();
  finish('late');
  await settled();
  assert.deepEqual([next.sent, socket.sent], [[], []]);
});

// What a function sees of a call, and what was sent of what it did.
function serving(socket, frame) {
  const calls = [];
  let finish;
  xy.register('slow', (payload, call) => {
    calls.push(call);
    return new Promise((resolve, reject) => (finish = { resolve, reject }));
  });
  socket.receive({ e: 'c.slow', id: 'a', ...frame });
  return { call: calls[0], finish };
}

test('a function is told that its caller has cancelled the call, and its result is not sent', async () => {
  const socket = open();
  const { call, finish } = serving(socket);
  assert.equal(call.signal.aborted, false);
  socket.receive({ e: 'cancel.slow', id: 'b' });
  socket.receive({ e: 'cancel.slow' });
  assert.equal(call.signal.aborted, false);
  socket.receive({ e: 'cancel.slow', id: 'a' });
  assert.deepEqual([call.signal.aborted, call.signal.reason.status], [true, 499]);
  finish.resolve(1);
  await settled();
  assert.deepEqual([socket.sent, complaints], [[], []]);
});

test('what a cancelled function throws is neither sent nor complained of', async () => {
  const socket = open();
  const { finish } = serving(socket);
  socket.receive({ e: 'cancel.slow', id: 'a' });
  finish.reject(new Error('aborted'));
  await settled();
  assert.deepEqual([socket.sent, complaints], [[], []]);
});

test('a signal that is asked for late is aborted too', async () => {
  const socket = open();
  const { call } = serving(socket);
  socket.receive({ e: 'cancel.slow', id: 'a' });
  assert.equal(call.signal.aborted, true);
});

test('a function is told that the time of its caller is over', async () => {
  const socket = open();
  const { call, finish } = serving(socket, { ttl: 100 });
  const { signal } = call;
  mock.timers.tick(99);
  assert.equal(signal.aborted, false);
  mock.timers.tick(1);
  assert.deepEqual([signal.aborted, signal.reason.status], [true, 504]);
  finish.resolve(1);
  await settled();
  assert.deepEqual(socket.sent, []);
});

test('a result that comes too late is not sent, whether or not the function asked for the signal', async () => {
  const socket = open();
  const { call, finish } = serving(socket, { ttl: 100 });
  mock.timers.tick(100);
  finish.resolve(1);
  await settled();
  assert.deepEqual([socket.sent, call.signal.aborted], [[], true]);
});

test('a call that is handed the signal of another has no more time than is left of that one', async () => {
  const socket = open();
  const { call } = serving(socket, { ttl: 300 });
  const { signal } = call;
  mock.timers.tick(100);
  const errors = [{ signal }, { signal, timeout: 60_000 }, { signal, timeout: 150 }].map((options) => failure(xy.call('f', 1, options)));
  const free = failure(xy.call('f', 1, { signal: new AbortController().signal, timeout: 200 }));
  assert.deepEqual(socket.frames.map((frame) => frame.ttl), [200, 200, 150, 200]);
  mock.timers.tick(150);
  assert.equal((await errors[2]).message, "'f' did not answer within 150 ms");
  mock.timers.tick(50);
  assert.deepEqual((await Promise.all([...errors, free])).map((error) => error.status), [504, 504, 504, 504]);
  assert.deepEqual([signal.aborted, socket.sent.filter((text) => text.includes('cancel'))], [true, []]);
});

test('a call with the signal of one that has no deadline, or has been answered, has its own time', async () => {
  const socket = open();
  const first = serving(socket);
  xy.call('f', 1, { signal: first.call.signal }).catch(() => {});
  xy.unregister('slow');
  const { call, finish } = serving(socket, { id: 'b', ttl: 300 });
  const { signal } = call;
  finish.resolve(1);
  await settled();
  mock.timers.tick(400);
  xy.call('f', 1, { signal }).catch(() => {});
  assert.deepEqual(socket.frames.filter((frame) => frame.e === 'c.f').map((frame) => frame.ttl), [5_000, 5_000]);
});

test('a ttl that is no positive number is none', async () => {
  for (const ttl of [0, -5, null, '5', true, [5], {}]) {
    const socket = open();
    const { call, finish } = serving(socket, { ttl });
    const { signal } = call;
    pass(10_000, 1_000);
    finish.resolve(1);
    await settled();
    assert.deepEqual([socket.sent.length, signal.aborted], [1, false], JSON.stringify(ttl));
    xy.close();
  }
});

test('a function is told that the connection is gone', async () => {
  const socket = open();
  const { call } = serving(socket);
  const { signal } = call;
  socket.drop();
  assert.deepEqual([signal.aborted, signal.reason.status], [true, 503]);
});

test('when the connection ends, a call that was handed the signal of another fails, and nothing else', async () => {
  const faults = [];
  const fault = (error) => faults.push(error);
  process.on('uncaughtException', fault);
  for (const end of [(socket) => socket.drop(), () => xy.close()]) {
    const socket = open();
    const { call } = serving(socket);
    const nested = failure(xy.call('f', 1, { signal: call.signal }));
    end(socket);
    assert.equal((await nested).status, 503);
    await settled();
    await new Promise((resolve) => process.nextTick(resolve));
    assert.deepEqual([faults, socket.sent.length], [[], 1]);
    xy.close();
  }
  process.off('uncaughtException', fault);
});

test('a call that has been answered is over: no signal, no timer, nothing to cancel', async () => {
  const socket = open();
  const set = mock.method(globalThis, 'setTimeout');
  const cleared = mock.method(globalThis, 'clearTimeout');
  const { call, finish } = serving(socket, { ttl: 100 });
  assert.equal(set.mock.callCount(), 0);
  const { signal } = call;
  finish.resolve(1);
  await settled();
  assert.deepEqual([set.mock.callCount(), cleared.mock.callCount()], [1, 1]);
  socket.receive({ e: 'cancel.slow', id: 'a' });
  mock.timers.tick(100);
  assert.deepEqual([signal.aborted, socket.sent.length], [false, 1]);

  let kept;
  xy.register('quick', (payload, asked) => (kept = asked) && 1);
  socket.receive({ e: 'c.quick', id: 'b', ttl: 100 });
  await settled();
  assert.deepEqual([kept.signal.aborted, set.mock.callCount()], [false, 1]);
});

test('a cancellation that an old peer would take for something else is not sent', async () => {
  for (const prefixes of [{ call: 'can' }, { event: 'cancel.f' }, { cancel: '' }]) {
    const socket = open({ prefixes });
    const controller = new AbortController();
    const aborted = failure(xy.call('f', 1, { signal: controller.signal }));
    controller.abort();
    await aborted;
    assert.equal(socket.sent.length, 1, JSON.stringify(prefixes));
    xy.close();
  }
  assert.throws(() => start({ prefixes: { call: 'c', cancel: 'cancel.' } }), /can't be told/);
});

test('a taken name is refused, a withdrawn one is free again', async () => {
  const socket = open();
  const withdraw = xy.register('f', () => 1);
  assert.throws(() => xy.register('f', () => 2), /already registered/);
  withdraw();
  xy.register('f', () => 2);
  withdraw(); // concerns the first registration only
  socket.receive({ e: 'c.f', id: 1 });
  await settled();
  assert.equal(socket.frames[0].p, 2);
  assert.deepEqual([xy.unregister('f'), xy.unregister('f')], [true, false]);
});

// ---- events

test('an event is written without id, and send says whether it went', () => {
  const socket = start();
  assert.equal(xy.send('note', 'lost'), false);
  socket.accept();
  assert.equal(xy.send('note', 'kept'), true);
  assert.equal(xy.send('bare'), true);
  assert.deepEqual(socket.sent, ['{"e":"e.note","p":"kept"}', '{"e":"e.bare"}']);
});

test('listeners hear in order; one that throws, now or later, does not stop the next', async () => {
  const socket = open();
  const heard = [];
  xy.on('n', () => {
    throw new Error('now');
  });
  xy.on('n', async () => {
    throw new Error('later');
  });
  xy.on('n', (payload) => heard.push(payload));
  socket.receive({ e: 'e.n', p: 1 });
  socket.receive({ e: 'e.n' });
  await settled();
  assert.deepEqual(heard, [1, undefined]);
  assert.equal(complaints.length, 4);
});

test('onAny hears every event with its name, before the listeners of that name; what it throws stops nothing', async () => {
  const socket = open();
  const heard = [];
  xy.on('a', (payload) => heard.push(['on', payload]));
  xy.onAny(() => {
    throw new Error('broken');
  });
  const end = xy.onAny((name, payload) => heard.push([name, payload]));
  socket.receive({ e: 'e.a', p: 1 });
  socket.receive({ e: 'e.__proto__' });
  socket.receive({ e: 'c.a', id: '1' });
  end();
  socket.receive({ e: 'e.b' });
  assert.deepEqual(heard, [['a', 1], ['on', 1], ['__proto__', undefined]]);
  await settled();
  assert.deepEqual(complaints, Array(3).fill('xy: onAny listener failed Error: broken'));
});

test('once hears once, off ends, also in the middle of an event', () => {
  const socket = open();
  const heard = [];
  const late = () => heard.push('late');
  xy.once('n', () => heard.push('once'));
  const off = xy.on('n', () => {
    heard.push('on');
    xy.off('n', late);
  });
  xy.on('n', late);
  socket.receive({ e: 'e.n' });
  socket.receive({ e: 'e.n' });
  off();
  socket.receive({ e: 'e.n' });
  assert.deepEqual(heard, ['once', 'on', 'on']);
});

test('events named like built-in properties are ordinary', () => {
  const socket = open();
  const heard = [];
  for (const name of ['__proto__', 'constructor', 'hasOwnProperty']) {
    socket.receive({ e: `e.${name}` });
    xy.on(name, () => heard.push(name));
    socket.receive({ e: `e.${name}` });
  }
  assert.deepEqual(heard, ['__proto__', 'constructor', 'hasOwnProperty']);
});

test('a remote connected or disconnected event does not touch the state', () => {
  const socket = open();
  const states = [];
  xy.onState((state) => states.push(state));
  for (const name of ['connected', 'disconnected', 'close', 'error', 'open']) socket.receive({ e: `e.${name}` });
  assert.deepEqual([states, xy.state], [[], 'open']);
});

// ---- frames

test('the warning of what is not a frame says how large it is, not what it is', () => {
  for (const [data, told] of [['{"secret":7}', 'a text of 12 characters'], [Buffer.from('secret'), 'a binary message']]) {
    const socket = open();
    socket.onmessage({ data });
    xy.close();
    assert.deepEqual(complaints.splice(0), [`xy: ignored what is not a frame: ${told}`]);
  }
});

test('what is not a frame is ignored with one warning per connection', async () => {
  const socket = open();
  const answer = xy.call('f');
  xy.on('n', () => assert.fail('a binary message was taken for a text'));
  for (const bad of ['', 'not json', 'null', '7', '"e.x"', '[]', '{}', '{"e":7}', new Blob(['{}']), Buffer.from('{"e":"e.n"}')]) {
    socket.onmessage({ data: bad });
  }
  assert.equal(complaints.length, 1);
  socket.receive({ e: 'resolve.f', id: '1', p: 'still here' });
  assert.equal(await answer, 'still here');
});

test('unknown prefixes and answers to nothing are ignored in silence', () => {
  const socket = open();
  socket.receive({ e: 'x.future', id: 1 });
  socket.receive({ e: 'resolve.f', id: 'nobody' });
  socket.receive({ e: 'reject.f', id: '__proto__' });
  assert.deepEqual([complaints, socket.sent], [[], []]);
});

test('prefixes can be set', async () => {
  const socket = open({ prefixes: { event: 'ev:', resolve: 'ok:', reject: 'no:', call: '' } });
  const heard = [];
  xy.on('n', (payload) => heard.push(payload));
  xy.register('f', (payload) => payload);
  xy.send('n', 1);
  socket.receive({ e: 'ev:n', p: 2 });
  socket.receive({ e: 'f', p: 3, id: 'i' });
  await settled();
  assert.deepEqual(socket.frames, [{ e: 'ev:n', p: 1 }, { e: 'ok:f', id: 'i', p: 3 }]);
  assert.deepEqual(heard, [2]);
});

// ---- the connection's life

test('where there is no WebSocket, connect says so', { skip: 'WebSocket' in globalThis }, () => {
  assert.throws(() => connect('ws://test/ws'), /there is no WebSocket here/);
});

test('settings that are undefined are as good as none', () => {
  mock.method(Math, 'random', () => 1);
  const delays = [];
  const nothing = { min: undefined, max: undefined, event: undefined, call: undefined };
  const socket = open({ backoff: nothing, prefixes: nothing, connectTimeout: undefined, protocols: undefined });
  xy.onState((state, info) => state === 'waiting' && delays.push(info.delay));
  xy.send('n');
  socket.drop();
  assert.deepEqual([socket.sent, socket.protocols, delays], [['{"e":"e.n"}'], ['xy'], [100]]);
});

test('a try that fails with an error, and without a close, has failed at once', () => {
  const socket = start();
  socket.onerror({});
  assert.deepEqual([xy.state, socket.readyState], ['waiting', 2]);
  socket.onerror({}); // again, because it was closed
  mock.timers.tick(100);
  FakeWebSocket.last.accept();
  FakeWebSocket.last.onerror({}); // its close is still to come
  assert.deepEqual([xy.state, FakeWebSocket.sockets.length], ['open', 2]);
});

test('a try may take for ever', () => {
  const socket = start({ connectTimeout: Infinity });
  pass(60_000, 1_000);
  socket.accept();
  assert.equal(xy.state, 'open');
});

test('state goes from connecting to open to waiting and back, and listeners are told', () => {
  const socket = start();
  const states = [];
  xy.onState((state, info) => states.push([state, info.code]));
  assert.equal(xy.state, 'connecting');
  socket.accept();
  socket.drop(1001, 'going away');
  mock.timers.tick(100);
  FakeWebSocket.last.accept();
  xy.close();
  assert.deepEqual(states, [['open', undefined], ['waiting', 1001], ['connecting', undefined], ['open', undefined], ['closed', undefined]]);
});

test('in open the connection can be used', () => {
  const socket = start();
  xy.onState((state) => state === 'open' && assert.equal(xy.send('hello'), true));
  socket.accept();
  assert.deepEqual([socket.sent.length, complaints], [1, []]);
});

test('a state listener that throws stops neither the next nor the connection', async () => {
  const socket = start();
  const heard = [];
  xy.onState(() => {
    throw new Error('boom');
  });
  xy.onState((state) => heard.push(state));
  socket.accept();
  await settled();
  assert.deepEqual([heard, complaints.length], [['open'], 1]);
});

test('tries come with doubling pauses with full jitter, for ever', () => {
  const delays = [];
  mock.method(Math, 'random', () => 0.5);
  const socket = start({ backoff: { min: 100, max: 1_000 } });
  xy.onState((state, info) => state === 'waiting' && delays.push(info.delay));
  socket.drop();
  for (let i = 0; i < 7; i++) {
    mock.timers.tick(500);
    FakeWebSocket.last.drop();
  }
  assert.deepEqual(delays, [50, 100, 200, 400, 500, 500, 500, 500]);
  assert.equal(FakeWebSocket.sockets.length, 8);
});

test('comes back when a server that shuts down has asked for it, within a minute', () => {
  mock.method(Math, 'random', () => 0.5);
  const delays = [];
  const socket = start({ backoff: { min: 100, max: 100 } });
  xy.onState((state, info) => state === 'waiting' && delays.push(info.delay));
  socket.accept();
  for (const [code, reason] of [
    [1001, 'shutting down, retry in 1234 ms'],
    [1001, 'shutting down, retry in 7 ms'],
    [1001, 'shutting down, retry in 99999999999 ms'],
    [1001, 'shutting down'],
    [1008, 'shutting down, retry in 1234 ms'],
  ]) {
    FakeWebSocket.last.drop(code, reason);
    while (xy.state !== 'connecting') pass(50);
    FakeWebSocket.last.accept();
  }
  assert.deepEqual(delays, [1234, 50, 60_000, 50, 50]);
});

test('the backoff starts anew after a stable connection, not after one that broke at once', () => {
  const delays = [];
  mock.method(Math, 'random', () => 1);
  const socket = start();
  xy.onState((state, info) => state === 'waiting' && delays.push(info.delay));
  socket.accept().drop();
  mock.timers.tick(100);
  FakeWebSocket.last.accept().drop();
  mock.timers.tick(200);
  FakeWebSocket.last.accept();
  mock.timers.tick(1_000);
  FakeWebSocket.last.drop();
  assert.deepEqual(delays, [100, 200, 100]);
});

test('a try that hangs is given up', () => {
  const socket = start({ connectTimeout: 2_000 });
  mock.timers.tick(2_000);
  assert.deepEqual([xy.state, socket.readyState], ['waiting', 2]);
  socket.accept(); // too late, nobody listens
  assert.equal(xy.state, 'waiting');
});

test('the token is asked for at each try and offered beside the sub-protocol', async () => {
  let count = 0;
  start({ token: async () => `t${++count}` });
  await settled();
  assert.deepEqual(FakeWebSocket.last.protocols, ['xy', 'xy.bearer.t1']);
  FakeWebSocket.last.drop();
  mock.timers.tick(100);
  await settled();
  assert.deepEqual(FakeWebSocket.last.protocols, ['xy', 'xy.bearer.t2']);
});

test('without a token only the sub-protocol is offered', async () => {
  start({ token: () => null });
  await settled();
  assert.deepEqual(FakeWebSocket.last.protocols, ['xy']);
});

test('a token supplier or a constructor that throws is a failed try', async () => {
  let fails = true;
  start({
    token: () => {
      if (fails) throw new Error('not logged in');
      return 't';
    },
  });
  await settled();
  assert.deepEqual([xy.state, FakeWebSocket.sockets.length], ['waiting', 0]);
  fails = false;
  FakeWebSocket.refuse = new SyntaxError('bad token');
  mock.timers.tick(100);
  await settled();
  assert.equal(xy.state, 'waiting');
  FakeWebSocket.refuse = null;
  mock.timers.tick(200);
  await settled();
  FakeWebSocket.last.accept();
  assert.equal(xy.state, 'open');
});

test('a token supplier that hangs is not asked again, and its late answer serves the try of that moment', async () => {
  const asked = [];
  start({ token: () => new Promise((resolve) => asked.push(resolve)), connectTimeout: 1_000 });
  for (let i = 0; i < 20; i++) {
    pass(2_000);
    await settled();
  }
  assert.equal(asked.length, 1);
  while (xy.state !== 'connecting') pass(50);
  asked[0]('late');
  await settled();
  assert.deepEqual(FakeWebSocket.sockets.map((each) => each.protocols), [['xy', 'xy.bearer.late']]);
  FakeWebSocket.last.drop();
  while (xy.state !== 'connecting') pass(50);
  await settled();
  assert.equal(asked.length, 2);
});

test('close() ends tries, also while the token is awaited', async () => {
  let give;
  start({ token: () => new Promise((resolve) => (give = resolve)) });
  xy.close();
  give('t');
  await settled();
  pass(30_000, 1_000);
  assert.deepEqual([FakeWebSocket.sockets.length, xy.state], [0, 'closed']);
});

test('close() fails pending calls, closes with 1000 and nothing is heard afterwards', async () => {
  const socket = open();
  const heard = [];
  xy.on('n', () => heard.push('event'));
  const error = failure(xy.call('f'));
  xy.close();
  socket.receive({ e: 'e.n' });
  socket.drop();
  pass(30_000, 1_000);
  assert.equal((await error).status, 503);
  assert.equal((await failure(xy.call('f', 1, { waitForConnection: true }))).status, 503);
  assert.deepEqual([socket.closedWith, heard, xy.state, FakeWebSocket.sockets.length], [1000, [], 'closed', 1]);
});

test('close() from within a state listener is heeded at once', () => {
  for (const moment of ['open', 'waiting', 'connecting']) {
    const socket = start();
    const current = xy;
    current.onState((state) => state === moment && current.close());
    socket.accept().drop();
    const before = FakeWebSocket.sockets.length;
    pass(30_000, 1_000);
    assert.deepEqual([moment, current.state, FakeWebSocket.sockets.length], [moment, 'closed', before]);
  }
});

test('a network or a look that comes back ends the pause', () =>
  inAPage(({ show, tell }) => {
    mock.method(Math, 'random', () => 1);
    const socket = start({ backoff: { min: 60_000, max: 60_000 } });
    socket.drop();
    show('hidden');
    assert.equal(xy.state, 'waiting');
    show('visible');
    assert.equal(xy.state, 'connecting');
    FakeWebSocket.last.drop();
    tell('online');
    tell('online');
    assert.equal(FakeWebSocket.sockets.length, 3);
    xy.close();
    tell('online');
    assert.equal(FakeWebSocket.sockets.length, 3);
  }));

test('a network that comes back while the connection looks open makes a new one', () =>
  inAPage(async ({ tell }) => {
    const socket = open();
    const error = failure(xy.call('f'));
    tell('online');
    assert.deepEqual([xy.state, socket.readyState], ['waiting', 2]);
    assert.equal((await error).status, 503);
    mock.timers.tick(100);
    FakeWebSocket.last.accept();
    assert.deepEqual([xy.state, FakeWebSocket.sockets.length], ['open', 2]);
  }));

test('a call without an answer, and with nothing else that came, is followed by a question, and that by the end', async () => {
  const socket = open();
  const states = [];
  xy.onState((state, { reason }) => states.push([state, reason]));
  const silent = failure(xy.call('f', 1, { timeout: 1_000 }));
  const other = failure(xy.call('g', 1, { timeout: 9_000 }));
  mock.timers.tick(1_000);
  assert.equal((await silent).status, 504);
  assert.deepEqual([xy.state, socket.frames.at(-1).e], ['open', 'c.xy.alive']);
  mock.timers.tick(5_000);
  assert.equal((await other).status, 503);
  assert.deepEqual([xy.state, socket.readyState], ['waiting', 2]);
  mock.timers.tick(100);
  FakeWebSocket.last.accept();
  assert.deepEqual(states, [['waiting', 'no sign of life'], ['connecting', undefined], ['open', undefined]]);
});

test('a slow function on a quiet connection costs the call, not the connection', async () => {
  const socket = open({ heartbeat: false });
  const slow = failure(xy.call('f', 1, { timeout: 1_000 }));
  const slower = xy.call('g', 1, { timeout: 60_000 });
  mock.timers.tick(1_000);
  assert.equal((await slow).status, 504);
  const { id } = socket.frames.at(-1);
  socket.receive({ e: 'reject.xy.alive', id, p: { ok: false, status: 404, message: 'not found' } });
  mock.timers.tick(50_000);
  socket.receive({ e: 'resolve.g', id: '2', p: 'late' });
  assert.deepEqual([await slower, xy.state], ['late', 'open']);
});

test('whatever came since a call was sent shows that the connection lives', async () => {
  const socket = open({ timeout: 1_000 });
  const slow = failure(xy.call('f'));
  socket.receive('anything');
  mock.timers.tick(1_000);
  assert.deepEqual([(await slow).status, xy.state, socket.sent.length], [504, 'open', 1]);
});

test('a connection of which nothing comes any more is asked, and given up within two heartbeats', () => {
  for (const [options, heartbeat, patience] of [[{}, 30_000, 5_000], [{ heartbeat: 1_000 }, 1_000, 1_000]]) {
    const socket = open(options);
    const ends = [];
    xy.onState((state, { reason }) => state === 'waiting' && ends.push(reason));
    pass(heartbeat / 2);
    socket.receive({ e: 'e.price', p: 1 });
    pass(heartbeat - 50);
    assert.deepEqual(socket.sent, []);
    pass(50);
    assert.deepEqual(socket.frames, [{ e: 'c.xy.alive', id: '1', ttl: patience }]);
    pass(patience - 50);
    assert.deepEqual(ends, []);
    pass(50);
    assert.deepEqual([ends, socket.readyState, socket.sent.length], [['no sign of life'], 2, 1]);
    xy.close();
  }
});

test('a quiet connection that answers stays, and is asked again; one on which enough comes is never asked', async () => {
  const socket = open({ heartbeat: 1_000 });
  for (let asked = 1; asked <= 5; asked++) {
    pass(1_000);
    assert.equal(socket.sent.length, asked);
    socket.receive({ e: 'reject.xy.alive', id: String(asked), p: { ok: false, status: 404, message: 'not found' } });
  }
  for (let i = 0; i < 20; i++) {
    pass(950);
    socket.receive({ e: 'e.price', p: i });
  }
  await settled();
  assert.deepEqual([xy.state, socket.sent.length, complaints], ['open', 5, []]);
});

test('whatever comes after the question shows that the connection lives', () => {
  const socket = open();
  pass(30_000, 1_000);
  socket.receive('anything');
  pass(29_000, 1_000);
  assert.deepEqual([xy.state, socket.sent.length], ['open', 1]);
});

test('one timer watches a connection, however much comes, and none is left of it', () => {
  const socket = open();
  const set = mock.method(globalThis, 'setTimeout');
  for (let i = 0; i < 1_000; i++) socket.receive({ e: 'e.price', p: i });
  assert.equal(set.mock.callCount(), 0);
  xy.close();
  pass(60_000, 1_000);
  assert.deepEqual([set.mock.callCount(), socket.sent], [0, []]);
});

test('without a heartbeat nobody is asked for silence', () => {
  for (const heartbeat of [0, false, -1, NaN, Infinity]) {
    const socket = open({ heartbeat });
    pass(100_000, 1_000);
    assert.deepEqual([xy.state, socket.sent], ['open', []], String(heartbeat));
    xy.close();
  }
});

test('the heartbeat keeps no process alive', async () => {
  const program = `
    const { connect } = await import('./src/xy-websocket.js');
    const { FakeWebSocket } = await import('./test/fake-web-socket.js');
    connect('ws://test/ws', { WebSocket: FakeWebSocket });
    FakeWebSocket.last.accept();`;
  const begin = process.hrtime.bigint();
  const ended = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    timeout: 20_000,
  });
  assert.deepEqual([ended.status, String(ended.stderr)], [0, ''], `after ${(process.hrtime.bigint() - begin) / 1_000_000n} ms`);
});

test('a page that is looked at again asks at once whether its connection lives', () =>
  inAPage(({ show }) => {
    const socket = open();
    show('hidden');
    assert.deepEqual(socket.sent, []);
    show('visible');
    assert.deepEqual(socket.frames.map((frame) => frame.e), ['c.xy.alive']);
    pass(5_000);
    assert.deepEqual([xy.state, socket.readyState], ['waiting', 2]);
    xy.close();
    const other = open({ heartbeat: false });
    show('hidden');
    show('visible');
    assert.deepEqual(other.sent, []);
  }));

test('a thousand reconnects leave one live socket and keep listeners and functions', async () => {
  let socket = open();
  let heard = 0;
  xy.on('n', () => heard++);
  xy.register('f', () => 'there');
  for (let i = 0; i < 1_000; i++) {
    socket.drop();
    mock.timers.tick(10_000);
    socket = FakeWebSocket.last.accept();
  }
  socket.receive({ e: 'e.n' });
  socket.receive({ e: 'c.f', id: 1 });
  await settled();
  assert.deepEqual([heard, socket.frames[0].p], [1, 'there']);
  assert.equal(FakeWebSocket.sockets.filter((each) => each.onmessage).length, 1);
});

test('addresses are resolved against the page', () => {
  globalThis.location = { href: 'https://shop.test/app/page.html?x#y' };
  try {
    const resolved = (url) => {
      const connection = connect(url, { WebSocket: FakeWebSocket });
      connection.close();
      return FakeWebSocket.last.url;
    };
    assert.equal(resolved('/ws'), 'wss://shop.test/ws');
    assert.equal(resolved('ws'), 'wss://shop.test/app/ws');
    assert.equal(resolved('http://other.test:81/ws#z'), 'ws://other.test:81/ws');
    assert.equal(resolved('ws://other.test/ws'), 'ws://other.test/ws');
    assert.throws(() => connect('ftp://other.test/ws', { WebSocket: FakeWebSocket }), TypeError);
  } finally {
    delete globalThis.location;
  }
});
