/*
 * node silence.js HOST:PORT HEARTBEAT: a client that only listens, behind a proxy that stops passing anything on and tells neither end,
 * as a NAT that has forgotten them. Writes its states; "quiet" after some heartbeats in which nobody said anything; "noticed" and the
 * milliseconds that it took, once the proxy has stopped; and "answer" and what the server answers on the next connection.
 */
import { createConnection, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from '../../src/xy-websocket.js';
import { WebSocket } from 'ws';

const [address, heartbeat] = process.argv.slice(2);
const [host, port] = address.split(':');
const links = [];

const proxy = createServer((near) => {
  const link = { cut: false };
  links.push(link);
  const far = createConnection({ host, port: Number(port) });
  for (const [from, to] of [[near, far], [far, near]]) {
    from.on('data', (bytes) => link.cut || to.write(bytes));
    from.on('close', () => link.cut || to.destroy());
    from.on('error', () => {});
  }
});
await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve));

const xy = connect(`ws://127.0.0.1:${proxy.address().port}/ws`, { WebSocket, heartbeat: Number(heartbeat), backoff: { min: 10 } });
xy.on('price', () => {});
const reached = (state) => new Promise((resolve) => xy.onState((now) => now === state && resolve()));
xy.onState((state, { reason }) => console.log(state, reason ?? ''));

await reached('open');
await pause(2.5 * heartbeat);
console.log('quiet');
const [noticed, back] = [reached('waiting'), reached('open')];
const begin = Date.now();
for (const link of links) link.cut = true;
await noticed;
console.log('noticed', Date.now() - begin);
await back;
console.log('answer', await xy.call('echo', 'here'));
process.exit(0);
