/*
 * A peer of its own, to test ours against: written from the description of the protocol and of how the JavaScript library
 * behaves, and from none of our code. With the library's habits:
 *
 *  - ids of 22 characters; members in the order e, p, id for a call, e, id, p for an answer; no p for undefined
 *  - a handler is started when its frame arrives, whatever the handlers before it are waiting for
 *  - local notifications ('connected' …) and remote events share one namespace
 *  - one table of pending calls for all connections; a call whose connection closes waits for its timeout
 *  - the server pings, and drops nobody; the client reconnects for ever, after 100 ms, doubling up to 10 s
 *
 * Where the library would end the process (a text that is not a frame, say) this one writes to stderr.
 */
import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { WebSocket, WebSocketServer } from 'ws';

const DEFAULTS = {
  event_prefix: 'e.',
  call_prefix: 'c.',
  resolve_prefix: 'resolve.',
  reject_prefix: 'reject.',
  call_timeout: 5_000,
  ping_interval: 30_000,
  first_pause: 100,
  longest_pause: 10_000,
  fragment: Infinity, // characters of a message that go into one WebSocket frame
};

/** One live connection. */
class Remote {
  sent = [];
  received = [];
  pings = 0;
  pongs = 0;

  constructor(node, socket) {
    this.node = node;
    this.socket = socket;
    socket.on('message', (data) => this.#arrived(String(data)));
    // written, because to be asked for them would be traffic too
    socket.on('ping', () => console.log('ping', ++this.pings));
    socket.on('pong', () => console.log('pong', ++this.pongs));
    socket.on('error', (error) => console.error('socket:', error.message));
  }

  send(event, payload) {
    return this.#write({ e: this.node.settings.event_prefix + event, p: payload });
  }

  call(name, payload) {
    const { settings, pending } = this.node;
    const id = randomBytes(16).toString('base64url');
    return new Promise((resolve, reject) => {
      if (!this.#write({ e: settings.call_prefix + name, p: payload, id })) {
        reject(new Error('not-connected'));
        return;
      }
      pending.set(id, { resolve, reject });
      setTimeout(() => pending.delete(id) && reject(new Error('call-timeout')), settings.call_timeout);
    });
  }

  #write(frame) {
    if (this.socket.readyState !== WebSocket.OPEN) return false;
    const text = JSON.stringify(frame);
    this.sent.push(text);
    const { fragment } = this.node.settings;
    let rest = text;
    while (rest.length > fragment) {
      const end = rest.codePointAt(fragment - 1) > 0xffff ? fragment + 1 : fragment; // not through a pair
      this.socket.send(rest.slice(0, end), { fin: false });
      rest = rest.slice(end);
    }
    this.socket.send(rest, { fin: true });
    return true;
  }

  #arrived(text) {
    this.received.push(text);
    try {
      this.#handle(JSON.parse(text));
    } catch (error) {
      console.error('would have ended the process:', error);
    }
  }

  #handle({ e, p, id }) {
    const { settings, functions, pending } = this.node;
    const name = (prefix) => e.slice(prefix.length);
    if (e.startsWith(settings.event_prefix)) {
      this.node.emit(name(settings.event_prefix), p, this);
    } else if (e.startsWith(settings.call_prefix)) {
      this.#run(name(settings.call_prefix), functions, p, id);
    } else if (e.startsWith(settings.resolve_prefix)) {
      pending.get(id)?.resolve(p);
      pending.delete(id);
    } else if (e.startsWith(settings.reject_prefix)) {
      pending.get(id)?.reject(p);
      pending.delete(id);
    }
  }

  async #run(name, functions, payload, id) {
    const { resolve_prefix, reject_prefix } = this.node.settings;
    try {
      const f = functions.get(name);
      if (!f) throw { ok: false, status: 404, message: `'${name}' not found` };
      const result = await f(payload, this);
      this.#write({ e: resolve_prefix + name, id, p: result });
    } catch (error) {
      const data = error.ok === false ? error : { ok: false, status: 500, message: `${error.name}: ${error.message}` };
      this.#write({ e: reject_prefix + name, id, p: data });
    }
  }
}

class XyNode extends EventEmitter {
  functions = new Map();
  pending = new Map();

  constructor(settings) {
    super();
    this.settings = { ...DEFAULTS, ...settings };
  }

  register(name, f) {
    this.functions.set(name, f);
  }
}

export class Server extends XyNode {
  remotes = new Set();

  listen(port) {
    const server = new WebSocketServer({ port, host: '127.0.0.1' });
    server.on('connection', (socket) => {
      const remote = new Remote(this, socket);
      this.remotes.add(remote);
      socket.on('close', () => {
        this.remotes.delete(remote);
        this.emit('disconnected', undefined, remote);
      });
      this.emit('connected', undefined, remote);
    });
    setInterval(() => this.remotes.forEach((remote) => remote.socket.ping()), this.settings.ping_interval);
    return new Promise((listening) => server.on('listening', () => listening(server.address().port)));
  }

  broadcast(event, payload) {
    for (const remote of this.remotes) remote.send(event, payload);
  }
}

export class Client extends XyNode {
  #pause;

  connect(url) {
    this.#pause ??= this.settings.first_pause;
    const socket = new WebSocket(url);
    const remote = new Remote(this, socket);
    socket.on('open', () => {
      this.#pause = this.settings.first_pause;
      this.emit('connected', undefined, remote);
    });
    socket.on('close', () => {
      this.emit('disconnected', undefined, remote);
      setTimeout(() => this.connect(url), this.#pause);
      this.#pause = Math.min(2 * this.#pause, this.settings.longest_pause);
    });
  }
}
