/*
 * node node.js URL [SETTINGS as JSON]: the scenarios in Node, with the package ws and with Node's own WebSocket, if it has one.
 * Settings: boom, what the server tells of an unexpected error; prefixes; passesOn, whether it passes deadlines and cancellations on.
 */
import { spawnSync } from 'node:child_process';
import * as client from '../../src/xy-websocket.js';
import { WebSocket } from 'ws';
import { run } from './scenarios.js';

const FLAG = '--experimental-websocket'; // before Node 22
if (!globalThis.WebSocket && process.allowedNodeEnvironmentFlags.has(FLAG)) {
  process.exit(spawnSync(process.execPath, [FLAG, ...process.argv.slice(1)], { stdio: 'inherit' }).status);
}

const [url, settings = '{}'] = process.argv.slice(2);
const classes = { ws: WebSocket };
if (globalThis.WebSocket) classes.own = undefined;
const failed = [];
for (const [name, each] of Object.entries(classes)) {
  console.log(`== WebSocket: ${name}`);
  failed.push(...(await run({ client, url, WebSocket: each, ...JSON.parse(settings) }, console.log)));
}
process.exit(failed.length === 0 ? 0 : 1);
