/* What the tests without a network share: the client on a fake WebSocket, in virtual time, with what it says to the console kept. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock } from 'node:test';
import { connect } from '../src/xy-websocket.js';
import { FakeWebSocket } from './fake-web-socket.js';

export let xy;
export let complaints;

beforeEach(() => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  mock.method(performance, 'now', () => Date.now());
  FakeWebSocket.sockets = [];
  FakeWebSocket.refuse = null;
  complaints = [];
  const keep = (...text) => text[0].startsWith('xy: ') && complaints.push(text.join(' ')); // Node warns of its mocks there
  for (const level of ['warn', 'error']) mock.method(console, level, keep);
});

afterEach(async () => {
  xy?.close();
  await settled(); // before the console is given back
  xy = undefined;
  mock.timers.reset();
  mock.restoreAll();
});

export function start(options) {
  xy = connect('ws://test/ws', { WebSocket: FakeWebSocket, ...options });
  return FakeWebSocket.last;
}

export const open = (options) => start(options).accept();
export const settled = () => new Promise((resolve) => setImmediate(resolve));
export const failure = (promise) => promise.then(() => assert.fail('was not rejected'), (error) => error);

/** Advances the clock in steps, so that timers which are set by timers get their turn. */
export function pass(millis, step = 50) {
  for (let passed = 0; passed < millis; passed += step) mock.timers.tick(step);
}

/** A page around the client: what it would be told by `window` and `document`. */
export async function inAPage(test) {
  const page = new EventTarget();
  const document = Object.assign(new EventTarget(), { visibilityState: 'visible', baseURI: 'http://test/' });
  globalThis.document = document;
  globalThis.addEventListener = page.addEventListener.bind(page);
  globalThis.removeEventListener = page.removeEventListener.bind(page);
  try {
    await test({
      tell: (type) => page.dispatchEvent(new Event(type)),
      show(visibilityState) {
        document.visibilityState = visibilityState;
        document.dispatchEvent(new Event('visibilitychange'));
      },
    });
  } finally {
    xy?.close();
    delete globalThis.document;
    delete globalThis.addEventListener;
    delete globalThis.removeEventListener;
  }
}
