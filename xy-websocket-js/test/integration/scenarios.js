/*
 * What the client must do against a real server, written once for the browser and for Node. The server offers the functions
 * echo, nothing, null, slow, boom, conflict, notes, relay, tell and broadcast, and listens to note and hang.up.
 *
 * A scenario gets { client, begin, open, boom, passesOn }: the module under test, functions that give a new and an open connection, what
 * this server tells of an error that it did not expect, and whether it passes deadlines and cancellations on.
 */

function equal(actual, expected) {
  const text = (value) => JSON.stringify(value, (key, each) => (each === undefined ? 'no value' : each));
  const [have, want] = [text(actual), text(expected)];
  if (have !== want) throw new Error(`expected ${want}, not ${have}`);
}

/** What the promise is rejected with. */
async function failure(promise) {
  const value = await promise.then(String, (error) => ({ error }));
  if (!value.error) throw new Error(`was not rejected, but gave ${value}`);
  return value.error;
}

async function errorOf(promise) {
  const { name, ok, status, message, details } = await failure(promise);
  return { name, ok, status, message, details };
}

/** The next n events of a name. */
function events(xy, name, n) {
  const heard = [];
  return new Promise((resolve) => {
    const off = xy.on(name, (payload) => {
      heard.push(payload);
      if (heard.length === n) {
        off();
        resolve(heard);
      }
    });
  });
}

/** Offers a function that waits until nobody waits for it any more: when it was called, and the status that it was told. */
function holding(xy) {
  let begin;
  const told = new Promise((resolve) => (begin = resolve));
  const seen = new Promise((resolve) => {
    xy.register('hold', (payload, { signal }) => {
      begin();
      return new Promise((end) => signal.addEventListener('abort', () => end(resolve(signal.reason.status))));
    });
  });
  return { told, seen };
}

/** Waits until the client is in that state. */
const reaches = (xy, state) => new Promise((resolve) => xy.onState((now, info) => now === state && resolve(info)));

const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));
const unique = () => Math.random().toString(36).slice(2);

export const scenarios = {
  async 'values come back as they were'({ open }) {
    const xy = await open();
    const texts = ['', 'ü "quoted" \u2028 \\ 😀'];
    const objects = [{}, { '': 1, ['__proto__']: { a: [] } }];
    for (const value of [0, -1.5, 1e21, true, false, ...texts, [], [[1, [null]]], ...objects]) {
      equal(await xy.call('echo', value), value);
    }
    const nested = JSON.parse('['.repeat(200) + ']'.repeat(200));
    equal(await xy.call('echo', nested), nested);
  },

  async 'no value and null differ, both ways'({ open }) {
    const xy = await open();
    equal(await xy.call('echo'), undefined);
    equal(await xy.call('echo', undefined), undefined);
    equal(await xy.call('echo', null), null);
    equal(await xy.call('nothing'), undefined);
    equal(await xy.call('null'), null);
    const got = [];
    xy.register('here', (payload) => (got.push(payload), payload));
    equal(await xy.call('relay', { function: 'here' }), undefined);
    equal(await xy.call('relay', { function: 'here', payload: null }), null);
    equal(got, [undefined, null]);
  },

  async 'an error arrives with status, message and details'({ open, boom }) {
    const xy = await open();
    const details = { code: 'E42', left: [{ a: null }, 1.5] };
    equal(await errorOf(xy.call('conflict')), { name: 'XyError', ok: false, status: 409, message: 'conflict', details });
    equal((await errorOf(xy.call('nobody'))).status, 404);
    equal((await errorOf(xy.call('nobody'))).message, "'nobody' not found");
    equal((await errorOf(xy.call('__proto__'))).status, 404);
    const unexpected = await errorOf(xy.call('boom'));
    equal([unexpected.status, unexpected.message], [500, boom]);
  },

  async 'an error goes out whole, and comes back through the server as it was'({ open, client }) {
    const xy = await open();
    const details = { until: '17:00', list: [null, { a: 1 }] };
    xy.register('busy', () => {
      throw new client.XyError(409, 'busy', details);
    });
    xy.register('data', () => {
      throw { ok: false, status: 402, message: 'pay', due: 3 };
    });
    const relayed = (name) => errorOf(xy.call('relay', { function: name }));
    const name = 'XyError';
    equal(await relayed('busy'), { name, ok: false, status: 409, message: 'busy', details });
    equal(await relayed('data'), { name, ok: false, status: 402, message: 'pay', details: { due: 3 } });
    equal(await relayed('nobody'), { name, ok: false, status: 404, message: "'nobody' not found", details: {} });
  },

  async 'the text of an unexpected exception stays here, under an id'({ open }) {
    const xy = await open();
    xy.register('fails', () => {
      throw new RangeError('secret');
    });
    const { error } = console;
    const lines = [];
    console.error = (line) => lines.push(line);
    const { status, message, details } = await errorOf(xy.call('relay', { function: 'fails' })).finally(() => (console.error = error));
    equal([status, message, lines], [500, 'Internal error', [`xy: function 'fails' failed, errorId ${details.errorId}`]]);
  },

  async "another function's 404 that passes through a function is not its own"({ open }) {
    const xy = await open();
    xy.register('through', () => xy.call('nobody'));
    const { status, message, details } = await errorOf(xy.call('relay', { function: 'through' }));
    equal([status, message, details], [404, "'nobody' not found", { function: 'nobody' }]);
  },

  async 'what a caller catches says which call it was, and where that was made'({ open }) {
    const xy = await open();
    const error = await failure((function takeOne() {
      return xy.call('conflict');
    })());
    equal([String(error), error.function, error.message], ["XyError: 409 calling 'conflict': conflict", 'conflict', 'conflict']);
    if (!/^.*conflict\n.*takeOne/.test(error.stack)) throw new Error(`the stack is not that of the call: ${error.stack}`);
  },

  async 'a call made before the connection is open waits for it'({ begin }) {
    const xy = begin();
    const answer = xy.call('echo', 'early');
    equal([xy.state, await answer, xy.state], ['connecting', 'early', 'open']);
  },

  async 'a call ends after its timeout, or when its signal says so'({ open }) {
    const xy = await open();
    const error = await errorOf(xy.call('slow', 400, { timeout: 50 }));
    equal([error.name, error.status], ['XyError', 504]);
    const controller = new AbortController();
    const aborted = failure(xy.call('slow', 400, { signal: controller.signal }));
    controller.abort(new Error('no longer wanted'));
    equal((await aborted).message, 'no longer wanted');
    equal((await failure(xy.call('slow', 400, { signal: AbortSignal.timeout(20) }))).name, 'TimeoutError');
    equal(await xy.call('slow', 450, { timeout: 5_000, signal: new AbortController().signal }), 'slow'); // the late answers are in
  },

  async 'a fast call overtakes a slow one'({ open }) {
    const xy = await open();
    const done = [];
    const slow = xy.call('slow', 1_000).then((value) => done.push(value));
    await xy.call('echo', 'fast').then((value) => done.push(value));
    await slow;
    equal(done, ['fast', 'slow']);
  },

  async 'a call sees the events before it'({ open }) {
    const xy = await open();
    const topic = unique();
    const seen = [];
    for (let i = 0; i < 20; i++) {
      xy.send('note', { topic, text: `note ${i}` });
      seen.push(xy.call('notes', topic));
    }
    // at least those: a later event doesn't wait for an earlier call
    (await Promise.all(seen)).forEach((notes, i) => equal(notes.length > i, true));
    equal((await xy.call('notes', topic)).at(-1), 'note 19');
  },

  async 'what the server sent before it answered arrives before the answer'({ open }) {
    const xy = await open();
    const order = [];
    xy.on('told', (payload) => order.push(payload));
    for (let i = 0; i < 20; i++) order.push(await xy.call('tell', { event: 'told', payload: i }));
    equal(order, [...Array(20).keys()].flatMap((i) => [i, undefined]));
  },

  async 'a broadcast reaches everybody, its sender too'({ open }) {
    const [a, b] = [await open(), await open()];
    const name = unique();
    const heard = [events(a, name, 2), events(b, name, 2)];
    await a.call('broadcast', { event: name, payload: { n: 1 } });
    await b.call('broadcast', { event: name, payload: null });
    equal(await Promise.all(heard), [[{ n: 1 }, null], [{ n: 1 }, null]]);
  },

  async 'on hears until off, once hears once'({ open }) {
    const xy = await open();
    const heard = [];
    const listener = (payload) => heard.push(payload);
    xy.on('a', listener);
    xy.once('b', listener);
    const off = xy.on('c', listener);
    const tellAll = async (payload) => {
      for (const event of ['a', 'b', 'c']) await xy.call('tell', { event, payload: event + payload });
    };
    await tellAll(1);
    off();
    await tellAll(2);
    xy.off('a', listener);
    await tellAll(3);
    equal(heard, ['a1', 'b1', 'c1', 'a2']);
  },

  async 'ready tells of the first connection, and of the next one after open()'({ begin }) {
    const xy = begin();
    await xy.ready;
    equal(await xy.call('echo', 1), 1);
    xy.close();
    equal((await failure(xy.ready)).status, 503);
    xy.open();
    await xy.ready;
    equal([xy.state, await xy.call('echo', 2)], ['open', 2]);
  },

  async 'the log sees every frame, and onAny every event'({ open }) {
    const frames = [];
    const xy = await open({ log: (frame) => frames.push(frame) });
    frames.length = 0;
    const heard = [];
    xy.onAny((...event) => heard.push(event));
    xy.register('here', () => 'ü');
    await xy.call('tell', { event: 'told', payload: 'secret' });
    await xy.call('relay', { function: 'here' });
    await failure(xy.call('conflict'));
    equal(heard, [['told', 'secret']]);
    const lines = frames.map(({ direction, kind, name, status = '' }) => `${direction} ${kind} ${name} ${status}`.trim());
    equal(lines, [
      ...['out call tell', 'in event told', 'in answer tell 200'],
      ...['out call relay', 'in call here', 'out answer here 200', 'in answer relay 200'],
      ...['out call conflict', 'in rejection conflict 409'],
    ]);
    equal(frames.every(({ size, ms = 0 }) => size > 10 && ms >= 0) && !JSON.stringify(frames).includes('secret'), true);
  },

  async 'events named like the states, or like built-in properties, are ordinary'({ open }) {
    const xy = await open();
    const heard = [];
    for (const event of ['connected', 'disconnected', 'close', '__proto__', 'constructor']) {
      xy.on(event, () => heard.push(event));
      await xy.call('tell', { event });
    }
    equal(heard, ['connected', 'disconnected', 'close', '__proto__', 'constructor']);
    equal(xy.state, 'open');
  },

  async 'a function is there from register to unregister'({ open }) {
    const xy = await open();
    const ask = () => xy.call('relay', { function: 'f', payload: 1 }).catch(({ status }) => status);
    equal(await ask(), 404);
    xy.register('f', async (n) => n + 1);
    equal(await ask(), 2);
    xy.unregister('f');
    equal(await ask(), 404);
    const withdraw = xy.register('f', (n) => n + 2);
    equal(await ask(), 3);
    withdraw();
    equal(await ask(), 404);
  },

  async 'calls go to and fro, many levels deep'({ open }) {
    const xy = await open();
    let depth = 0;
    xy.register('deeper', async (levels) => {
      depth++;
      return levels === 0 ? 'bottom' : xy.call('relay', { function: 'deeper', payload: levels - 1 });
    });
    equal(await xy.call('relay', { function: 'deeper', payload: 20 }), 'bottom');
    equal(depth, 21);
  },

  async 'a cancelled call is cancelled at the other end, and so is what that has called'({ open, passesOn }) {
    const xy = await open();
    const controller = new AbortController();
    const { told, seen } = holding(xy);
    const cancelled = failure(xy.call('relay', { function: 'hold' }, { signal: controller.signal }));
    await told;
    controller.abort(new Error('no longer wanted'));
    equal((await cancelled).message, 'no longer wanted');
    if (passesOn) equal(await seen, 499);
    equal(await xy.call('echo', 'alive'), 'alive');
  },

  async 'the time of a call is over at the other end too, and for what that has called'({ open, passesOn }) {
    const xy = await open();
    const { seen } = holding(xy);
    equal((await errorOf(xy.call('relay', { function: 'hold' }, { timeout: 1_000 }))).status, 504);
    if (passesOn) equal([499, 504].includes(await seen), true); // whichever of the two comes first
    equal(await xy.call('echo', 'alive'), 'alive');
  },

  async 'a thousand calls at once get their own answers'({ open }) {
    const xy = await open();
    xy.register('twice', (n) => 2 * n);
    const numbers = [...Array(500).keys()];
    const [there, back] = [[], []];
    for (const n of numbers) {
      there.push(xy.call('echo', n));
      back.push(xy.call('relay', { function: 'twice', payload: n }));
    }
    equal(await Promise.all(there), numbers);
    equal(await Promise.all(back), numbers.map((n) => 2 * n));
  },

  async 'a large message passes, both ways'({ open }) {
    const xy = await open();
    const large = 'ä😀'.repeat(50_000);
    xy.register('here', (payload) => payload);
    equal(await xy.call('relay', { function: 'here', payload: large }), large);
  },

  async 'the connection comes back by itself, and what was registered is still there'({ open }) {
    const xy = await open({ backoff: { min: 10 }, reconnect: () => true });
    const heard = [];
    xy.on('told', (payload) => heard.push(payload));
    xy.register('here', () => 'still here');
    for (let times = 0; times < 3; times++) {
      const inFlight = errorOf(xy.call('slow', 4_000));
      const [waiting, opened] = [reaches(xy, 'waiting'), reaches(xy, 'open')];
      xy.send('hang.up');
      equal((await inFlight).status, 503);
      equal(typeof (await waiting).code, 'number');
      equal([xy.send('note', {}), (await errorOf(xy.call('echo', 1))).status], [false, 503]);
      equal(await xy.call('echo', 'patient', { waitForConnection: true }), 'patient');
      await opened;
      equal(await xy.call('relay', { function: 'here' }), 'still here');
      await xy.call('tell', { event: 'told', payload: times });
    }
    equal(heard, [0, 1, 2]);
  },

  async 'the token is asked for at each connection and offered with it'({ open }) {
    let asked = 0;
    const xy = await open({ token: async () => `t.${++asked}`, backoff: { min: 10 }, reconnect: () => true });
    const opened = reaches(xy, 'open');
    xy.send('hang.up');
    await opened;
    equal([asked, await xy.call('echo', 1)], [2, 1]);
  },

  async 'after an end that is meant it stays away, until open()'({ open, passesOn }) {
    // ours hangs up with 1000; the other server cuts the connection
    const xy = await open(passesOn ? {} : { reconnect: () => false });
    xy.register('here', () => 'still here');
    const closed = reaches(xy, 'closed');
    xy.send('hang.up');
    equal((await closed).code, passesOn ? 1000 : 1006);
    await pause(300);
    const lost = await failure(xy.call('echo', 1, { waitForConnection: true }));
    equal([xy.state, lost.status, lost.cause], ['closed', 503, await closed]);
    xy.open();
    equal(await xy.call('relay', { function: 'here' }), 'still here');
  },

  async 'where nobody listens it tries again, until it is closed'({ client, WebSocket }) {
    const states = [];
    const xy = client.connect('ws://127.0.0.1:9/ws', { WebSocket, backoff: { min: 10, max: 20 } });
    xy.onState((state) => states.push(state));
    const { warn } = console;
    const told = [];
    console.warn = (...line) => told.push(line);
    const patient = failure(xy.call('echo', 1, { waitForConnection: true, timeout: 1_000 }));
    const first = await failure(xy.call('echo', 1));
    const error = await patient;
    console.warn = warn;
    equal([first.status, error.status, error.message], [503, 503, "Not connected: 'echo' was not called"]);
    if (!globalThis.document) equal([told.length, error.cause.reason !== ''], [1, true]); // a browser tells pages nothing
    xy.close();
    const tries = states.length;
    await pause(100);
    equal([xy.state, states.length, states[0]], ['closed', tries, 'waiting']);
    if (tries < 3) throw new Error(`did not try again: ${states}`);
  },

  async 'close ends everything'({ open }) {
    const xy = await open();
    const inFlight = errorOf(xy.call('slow', 4_000));
    xy.close();
    equal((await inFlight).status, 503);
    equal([xy.state, xy.send('note'), (await errorOf(xy.call('echo'))).status], ['closed', false, 503]);
  },
};

/**
 * Runs them all, one after the other.
 *
 * @param environment { client, url, WebSocket, prefixes, boom, passesOn }
 * @param {(line: string) => void} print
 * @returns {Promise<string[]>} what failed
 */
export async function run({ client, url, WebSocket, prefixes, boom, passesOn }, print) {
  const failed = [];
  for (const [name, scenario] of Object.entries(scenarios)) {
    const started = Date.now();
    const connections = [];
    const begin = (options) => {
      const xy = client.connect(url, { WebSocket, prefixes, ...options });
      connections.push(xy);
      return xy;
    };
    const open = async (options) => {
      const xy = begin(options);
      await xy.call('echo', 'ready', { waitForConnection: true });
      return xy;
    };
    const late = pause(15_000).then(() => Promise.reject(new Error('did not end')));
    late.catch(() => {});
    try {
      await Promise.race([scenario({ client, begin, open, WebSocket, boom, passesOn }), late]);
      print(`ok      ${name} (${Date.now() - started} ms)`);
    } catch (error) {
      print(`failed  ${name}: ${error?.stack ?? error}`);
      failed.push(`${name}: ${error}`);
    }
    for (const xy of connections) xy.close();
  }
  return failed;
}
