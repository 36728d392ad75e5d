/* Compiled, never run: what connect<Api>() checks. Each @ts-expect-error is an error of its own if the line below it is none. */
import { connect, type Xy, type XyApi, type XyFrame } from 'xy-websocket-js';

interface Level {
  sku: string;
  amount: number;
}

/** Named types, as a generator would write them: interfaces have no index signature. */
interface Functions {
  'stock.level'(query: { sku: string }): Level;
  'stock.find'(text?: string): Promise<Level[]>;
  'server.time'(): string;
}

interface Shop {
  call: Functions;
  send: { 'parcel.scanned': { parcel: string }; ping: void; note: string | undefined };
  register: { 'courier.locate'(courier: string): { x: number }; 'page.title'(): string };
  on: { 'stock.changed': Level; closing: void };
}

const xy = connect<Shop>('/ws', { log: (frame: XyFrame) => console.log(frame.kind, frame.ms?.toFixed()) });
const same: Xy<Shop> = xy;

async function calls() {
  await xy.ready;
  const level: Level = await xy.call('stock.level', { sku: 'a' }, { timeout: 1 });
  const found: Level[] = await xy.call('stock.find');
  await xy.call('stock.find', 'a', { waitForConnection: true });
  const time: string = await xy.call('server.time', undefined, { timeout: 1 });
  console.log(level.amount, found.length, time.length, await xy.call('server.time'));
  // @ts-expect-error no such function
  xy.call('stock.levle', { sku: 'a' });
  // @ts-expect-error the payload is missing
  xy.call('stock.level');
  // @ts-expect-error another payload
  xy.call('stock.level', 'a');
  // @ts-expect-error a misspelt member
  xy.call('stock.level', { skuu: 'a' });
  // @ts-expect-error takes no payload
  xy.call('server.time', 7);
  // @ts-expect-error another answer
  const wrong: string = await xy.call('stock.level', { sku: 'a' });
  // @ts-expect-error no such option
  xy.call('stock.level', { sku: 'a' }, { timeOut: 1 });
}

const sent: boolean = xy.send('parcel.scanned', { parcel: 'P-1' });
xy.send('ping');
xy.send('note');
xy.send('note', 'text');
// @ts-expect-error the payload is missing
xy.send('parcel.scanned');
// @ts-expect-error another payload
xy.send('parcel.scanned', { parcel: 1 });
// @ts-expect-error the server sends it
xy.send('stock.changed', { sku: 'a', amount: 1 });

const end: () => void = xy.on('stock.changed', ({ sku, amount }) => sku.repeat(amount));
xy.on('closing', () => end());
const listener = (level: Level) => level.amount;
xy.once('stock.changed', listener);
xy.off('stock.changed', listener);
// @ts-expect-error no such event
xy.on('stock.chnaged', () => {});
// @ts-expect-error another payload
xy.on('stock.changed', (level: string) => level);
// @ts-expect-error no such member
xy.on('stock.changed', (level) => level.count);

xy.onAny((name, payload) => {
  if (name === 'stock.changed') console.log(payload.amount);
  // @ts-expect-error no such event
  if (name === 'other') console.log(payload);
})();

xy.register('courier.locate', (courier, { signal }) => ({ x: signal.aborted ? 0 : courier.length }))();
xy.register('courier.locate', async (courier) => ({ x: courier.length }));
xy.register('page.title', () => document.title);
xy.unregister('page.title');
// @ts-expect-error no such function
xy.register('courier.lokate', () => ({ x: 1 }));
// @ts-expect-error another answer
xy.register('courier.locate', (courier) => courier);
// @ts-expect-error another answer, later
xy.register('courier.locate', async (courier) => courier);
// @ts-expect-error another payload
xy.register('courier.locate', (courier: number) => ({ x: courier }));
// @ts-expect-error no such function
xy.unregister('page');

// Where nothing is said, anything goes.
const half = connect<{ on: { 'stock.changed': Level } }>('/ws');
const answer: Promise<Level> = half.call<Level>('whatever', 1);
half.send('whatever', 1);
half.register('whatever', (payload) => payload.anything);
half.on('stock.changed', ({ amount }) => amount.toFixed());
// @ts-expect-error here something is said
half.on('whatever', () => {});

// Code for any connection.
const title = <Api extends XyApi>(some: Xy<Api>) => some.onState((state) => (document.title = state));
title(xy);
title(half);
title(connect('/ws'));

// @ts-expect-error none of the members
connect<{ calls: Functions }>('/ws');
// @ts-expect-error a function or a boolean
connect('/ws', { log: 'debug' });
// @ts-expect-error only told, not set
xy.ready = Promise.resolve();

console.log(same, calls, sent, answer);
