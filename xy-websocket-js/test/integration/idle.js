/*
 * node idle.js URL: a client of a server that closes whoever says nothing. Writes its states with the reasons, "stayed" when it has left it at that
 * for a while, and "answer" and what the server answers to the call that follows.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from '../../src/xy-websocket.js';
import { WebSocket } from 'ws';

const xy = connect(process.argv[2], { WebSocket, backoff: { min: 10, max: 20 } });
const idle = new Promise((resolve) => xy.onState((state) => state === 'idle' && resolve()));
xy.onState((state, { reason }) => console.log(state, reason ?? ''));
await xy.call('echo', 1);
await idle;
await pause(500);
console.log('stayed');
console.log('answer', await xy.call('echo', 'here'));
xy.close();
