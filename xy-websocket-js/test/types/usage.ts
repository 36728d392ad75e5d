/* Compiled, never run: each @ts-expect-error is an error of its own if the line below it is none. */
import { connect, XyError, type ConnectOptions, type Xy, type XyEnd, type XyState, type XyStateInfo } from 'xy-websocket-js';

interface Level {
  sku: string;
  amount: number;
}

declare class Socket {
  constructor(url: string, protocols?: string | string[], options?: object);
}

const options: ConnectOptions = {
  timeout: 1_000,
  waitForConnection: true,
  connectTimeout: 2_000,
  heartbeat: 10_000,
  backoff: { min: 10 },
  protocols: ['xy'],
  token: async () => null,
  reconnect: (code, reason) => code !== 4003 && reason.length > 0,
  includeMessage: true,
  prefixes: { call: 'fn:' },
  WebSocket: Socket,
};
const xy: Xy = connect(new URL('ws://localhost/ws'), options);
connect('/ws', { token: () => undefined, WebSocket });
connect('/ws', { heartbeat: false });

const level: Promise<Level> = xy.call<Level>('stock.level', { sku: 'a' }, { timeout: 1, signal: AbortSignal.timeout(1) });
const unknown: Promise<unknown> = xy.call('stock.level');
const sent: boolean = xy.send('note');
const end: () => void = xy.on<Level>('stock.changed', ({ sku, amount }) => sku.repeat(amount));
xy.once('stock.changed', async (change: Level) => change);
const listener = (text: string) => text;
xy.on('note', listener);
xy.off('note', listener);
const withdraw: () => void = xy.register('courier.locate', async (courier: string) => courier.length);
xy.register('courier.route', async (to: string, { signal }) => (await fetch(to, { signal })).json());
const was: boolean = xy.unregister('courier.locate');
const heard: () => void = xy.onAny((name, payload) => console.log(name.length, payload.anything));
xy.ready.then(() => heard());
xy.onState((state: XyState, info: XyStateInfo) => console.log(state, info.code, info.reason, info.delay?.toFixed()))();
const state: 'connecting' | 'open' | 'waiting' | 'idle' | 'closed' = xy.state;
xy.close();
xy.open();
connect('/ws', { token: 'fixed', WebSocket });

const error = new XyError(409, 'busy', { until: '17:00' });
const parts: [number, string, false, unknown] = [error.status, error.message, error.ok, error.details.until];
const called: string | undefined = error.function;
const { code, reason, error: cause } = error.cause as XyEnd;
const same: Error = XyError.from('anything');
console.log(level, unknown, sent, end, withdraw, was, state, parts, called, code.toFixed(), reason, cause, same, JSON.stringify(error.toJSON()));

// @ts-expect-error an address is needed
connect();
// @ts-expect-error in milliseconds
connect('/ws', { timeout: '5s' });
// @ts-expect-error how long?
connect('/ws', { heartbeat: true });
// @ts-expect-error a function
connect('/ws', { reconnect: false });
// @ts-expect-error no such setting
connect('/ws', { retries: 3 });
// @ts-expect-error a text
connect('/ws', { token: () => 7 });
// @ts-expect-error the answer may be anything until the program says what it is
xy.call('stock.level').then((answer) => answer.amount);
// @ts-expect-error not for the function to abort
xy.register('f', (payload, { signal }) => signal.abort());
// @ts-expect-error a function
xy.on('note', 'text');
// @ts-expect-error only told, not set
xy.state = 'open';
// @ts-expect-error no such state
xy.onState((now) => now === 'connected');
// @ts-expect-error the status comes first
new XyError('busy');
// @ts-expect-error only told, not set
error.status = 410;
