/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The browser end of the xy protocol. One WebSocket text message is one frame:
 *
 *   event    {"e":"e.NAME","p":PAYLOAD}              no answer
 *   call     {"e":"c.NAME","p":PAYLOAD,"id":ID,"ttl":MS}
 *                                                    exactly one of the following two; none after ttl milliseconds
 *   resolve  {"e":"resolve.NAME","id":ID,"p":RESULT}
 *   reject   {"e":"reject.NAME","id":ID,"p":ERROR}
 *   cancel   {"e":"cancel.NAME","id":ID}             the call with this id needs no answer any more
 *
 * Both ends send all five; peers that know neither "ttl" nor cancel ignore them. A missing "p" is undefined and differs from null.
 */

/** What a call is rejected with; throw one in a registered function and the caller receives it whole. */
export class XyError extends Error {
  /**
   * @param {number} status in the manner of HTTP: 404, 409, 503 …
   * @param {string} message
   * @param {Record<string, unknown>} [details] further members that cross the wire beside status and message
   */
  constructor(status, message, details = {}) {
    super(message);
    this.name = 'XyError';
    this.ok = false;
    this.status = status;
    this.details = details;
  }

  toJSON() {
    return { ...this.details, ok: false, status: this.status, message: this.message };
  }

  /** Anything that was thrown, or that a reject carried, as an XyError. */
  static from(thrown) {
    if (thrown instanceof XyError) return thrown;
    if (thrown?.ok === false) {
      const { ok, status = 500, message = 'Error', ...details } = thrown;
      return new XyError(status, message, details);
    }
    return new XyError(500, thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : `Error: ${thrown}`);
  }
}

const PREFIXES = { event: 'e.', call: 'c.', resolve: 'resolve.', reject: 'reject.', cancel: 'cancel.' };
const TIMEOUT = 5_000;
// Whatever a server that shuts down asks for, nobody stays away for longer.
const LONGEST_HINT = 60_000;
const CONNECT_TIMEOUT = 10_000;
const HEARTBEAT = 30_000;
// A connection that lives shorter than this does not start the backoff anew: a server that accepts
// and hangs up at once would otherwise be asked again every few milliseconds.
const STABLE_AFTER = 1_000;
// Called to see whether anybody answers; servers needn't have it: a 404 is an answer.
const PROBE = 'xy.alive';
// Timers count in signed 32 bits; a longer delay would fire at once.
const LONGEST_TIMER = 2 ** 31 - 1;
// Signal of a call of the other side that is not answered yet → until when its caller waits.
const DEADLINES = new WeakMap();

/**
 * Opens a connection that lasts until `close()`: it is re-established whenever it breaks.
 *
 * @param {string | URL} url ws(s) or http(s); relative ones are resolved against the page, so '/ws' is
 *   absolute on the page's host and 'ws' stays below the page's own path
 * @param {import('./xy-websocket.js').ConnectOptions} [options]
 */
export function connect(url, options) {
  return new Connection(url, options);
}

class Connection {
  #url;
  #options;
  #WebSocket;
  #prefixes = {};
  #state = 'connecting';
  #socket = null;
  #retries = 0;
  #openedAt = 0;
  #heartbeat; // Infinity: none
  #timer; // of the running attempt, of the open connection's heartbeat, or of the pause before the next attempt
  #asking = null; // the token that has been asked for and not been given yet
  #heard = 0; // how many signs of life have come, on whichever connection
  #heardAt; // when the last one has
  #lastId = 0;
  #running = new Map(); // id, as JSON → call of the other side that is not answered yet
  #pending = new Map(); // id → call; Maps throughout, so that "__proto__" is a name like any other
  #functions = new Map(); // name → function
  #listeners = new Map(); // name → Map of listener → whether once
  #stateListeners = new Set();

  constructor(url, options = {}) {
    this.#WebSocket = options.WebSocket ?? globalThis.WebSocket;
    if (!this.#WebSocket) throw new TypeError('there is no WebSocket here: give one in the options');
    this.#url = resolveUrl(url);
    this.#options = options;
    const { heartbeat = HEARTBEAT } = options;
    this.#heartbeat = heartbeat > 0 ? heartbeat : Infinity;
    for (const kind in PREFIXES) this.#prefixes[kind] = options.prefixes?.[kind] ?? PREFIXES[kind];
    const { cancel = '' } = options.prefixes ?? {};
    if (cancel && this.#kind(cancel) !== 'cancel') throw new TypeError(`the prefix '${cancel}' can't be told from the others`);
    globalThis.addEventListener?.('online', this.#wake);
    globalThis.document?.addEventListener('visibilitychange', this.#wake);
    this.#open();
  }

  /** 'connecting', 'open', 'waiting' (for the next try) or 'closed' (for good). */
  get state() {
    return this.#state;
  }

  /** Listens for changes of `state`; returns a function that ends it. */
  onState(listener) {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  /**
   * Calls a function of the other side. Rejects with an XyError: what the other side rejected with, 503 when the
   * connection is not open or breaks before the answer, 504 when no answer comes in time; and with the
   * signal's reason when it is aborted, which the other side is told. With the signal of a call of the other side it has at most the time
   * that is left of that one.
   */
  call(name, payload, options = {}) {
    const { signal, timeout = this.#options.timeout ?? TIMEOUT } = options;
    const waits = options.waitForConnection ?? this.#options.waitForConnection;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) throw signal.reason;
      const now = performance.now();
      const rest = (DEADLINES.get(signal) ?? Infinity) - now;
      if (rest <= 0) throw new XyError(504, `no time is left for '${name}'`);
      const left = Math.min(timeout, rest);
      const heard = this.#heard;
      const id = String(++this.#lastId);
      const begun = JSON.stringify({ e: this.#prefixes.call + name, p: payload, id }).slice(0, -1);
      const until = now + left;
      // The one way out, whichever of the five ends comes first, so that no entry, timer or listener stays behind.
      const settle = (end, value) => {
        if (!this.#pending.delete(id)) return;
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        end(value);
      };
      const abort = () => {
        if (performance.now() < until) this.#cancel(name, id);
        settle(reject, signal.reason);
      };
      const timer = after(left, () => {
        settle(reject, new XyError(504, `'${name}' did not answer within ${Math.ceil(left)} ms`));
        this.#doubt(heard, name);
      });
      signal?.addEventListener('abort', abort);
      const call = {
        waiting: false,
        // what is left when it is sent; at least 1, and 1 for what is no number, as setTimeout has it
        send: () => this.#transmit(`${begun},"ttl":${Math.max(1, Math.ceil(Math.min(until - performance.now(), LONGEST_TIMER))) || 1}}`),
        resolve: (value) => settle(resolve, value),
        reject: (error) => settle(reject, error),
      };
      this.#pending.set(id, call);
      if (!call.send()) {
        if (waits && this.#state !== 'closed') call.waiting = true;
        else call.reject(notConnected());
      }
    });
  }

  /** Sends an event; false when the connection is not open, and then the event is gone. */
  send(name, payload) {
    return this.#transmit(JSON.stringify({ e: this.#prefixes.event + name, p: payload }));
  }

  /** Listens for an event of the other side; returns a function that ends it. */
  on(name, listener) {
    return this.#listen(name, listener, false);
  }

  /** Listens for the next event of this name only. */
  once(name, listener) {
    return this.#listen(name, listener, true);
  }

  /** Ends what `on` or `once` began. */
  off(name, listener) {
    const listeners = this.#listeners.get(name);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.#listeners.delete(name);
  }

  /** Offers a function to the other side; returns a function that withdraws it. */
  register(name, f) {
    if (this.#functions.has(name)) throw new Error(`'${name}' is already registered`);
    this.#functions.set(name, f);
    return () => this.#functions.get(name) === f && this.unregister(name);
  }

  /** Withdraws a function; its calls are answered with 404 from now on. */
  unregister(name) {
    return this.#functions.delete(name);
  }

  /** Ends the connection for good. Pending calls fail at once. */
  close() {
    if (this.#state === 'closed') return;
    globalThis.removeEventListener?.('online', this.#wake);
    globalThis.document?.removeEventListener('visibilitychange', this.#wake);
    this.#leave(1000);
    this.#enter('closed');
    this.#failPending(() => true);
  }

  // ---- the connection's life -------------------------------------------------------------------------------------

  async #open() {
    const { token, protocols = ['xy'], connectTimeout = CONNECT_TIMEOUT } = this.#options;
    // The socket is made later when the token is awaited, and by then this attempt may have been given up.
    const attempt = (this.#socket = {});
    this.#timer = after(connectTimeout, () => this.#retry({ code: 1006, reason: 'no connection in time' }));
    this.#enter('connecting');
    try {
      // A supplier that hangs is not asked again: whichever try is under way when it answers takes the answer.
      const bearer = token && (await (this.#asking ??= run(token).finally(() => (this.#asking = null))));
      if (this.#socket !== attempt) return;
      // The WebSocket would refuse it too, but with a message that shows it.
      if (bearer && /[^!#$%&'*+\-.^_`|~\w]/.test(bearer)) throw new TypeError('the token has characters that it may not have here');
      const socket = new this.#WebSocket(this.#url, bearer ? [...protocols, `xy.bearer.${bearer}`] : protocols);
      this.#socket = socket;
      socket.onopen = () => this.#opened(socket);
      socket.onmessage = ({ data }) => this.#receive(data, socket);
      socket.onclose = ({ code, reason }) => this.#retry({ code, reason });
      socket.onerror = () => {
        // Else the close that follows says it. But Node's own WebSocket has none for a try that failed.
        if (socket === this.#socket && this.#state === 'connecting') this.#retry({ code: 1006, reason: '' });
      };
    } catch (error) {
      if (this.#socket !== attempt) return;
      console.warn('xy: could not try to connect', error);
      this.#retry({ code: 1006, reason: String(error) });
    }
  }

  #opened(socket) {
    clearTimeout(this.#timer);
    this.#hear();
    this.#openedAt = Date.now();
    this.#watch();
    this.#enter('open');
    // After the listeners, so that what they send upon 'open' (who I am, say) precedes the calls that waited.
    for (const call of this.#pending.values()) {
      if (this.#socket !== socket) return;
      if (call.waiting && call.send()) call.waiting = false;
    }
  }

  #retry(close) {
    if (this.#state === 'open' && Date.now() - this.#openedAt >= STABLE_AFTER) this.#retries = 0;
    this.#leave();
    const { min = 100, max = 10_000 } = this.#options.backoff ?? {};
    // Full jitter: after a restart, all clients of a server come back spread over the whole interval; or when it has asked them to.
    const [, hint = 0] = (close.code === 1001 && / retry in (\d+) ms$/.exec(close.reason)) || [];
    const delay = Math.max(Math.random() * Math.min(max, min * 2 ** this.#retries++), Math.min(hint, LONGEST_HINT));
    this.#timer = after(delay, () => this.#open());
    this.#enter('waiting', { ...close, delay });
    this.#failPending((call) => !call.waiting);
  }

  #hear() {
    this.#heard++;
    this.#heardAt = performance.now();
  }

  /**
   * Half-open connections look open for ever. So when nothing has come for a heartbeat, or a call got no answer and nothing else has come
   * since, a question follows that every server answers; and a connection on which nothing comes after that is given up.
   */
  #ask() {
    this.call(PROBE, undefined, { timeout: Math.min(TIMEOUT, this.#heartbeat) }).catch(() => {});
  }

  /** The one timer of an open connection: what comes only moves the time at which it asks. */
  #watch = () => {
    if (this.#heartbeat === Infinity) return;
    const left = this.#heardAt + this.#heartbeat - performance.now();
    if (left <= 0) this.#ask();
    this.#timer = after(left > 0 ? left : this.#heartbeat, this.#watch);
    this.#timer.unref?.(); // in Node
  };

  #doubt(heard, name) {
    if (this.#state !== 'open' || heard !== this.#heard) return;
    if (name === PROBE) this.#retry({ code: 1006, reason: 'no sign of life' });
    else this.#ask();
  }

  /** Nothing that the old socket still does is heard, neither frames nor its close. */
  #leave(code) {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    for (const call of this.#running.values()) call.end(notConnected());
    this.#running.clear();
    if (!socket?.close) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close(code);
  }

  #enter(state, info = {}) {
    this.#state = state;
    for (const listener of [...this.#stateListeners]) {
      if (this.#state !== state) return; // an earlier listener has moved us on and everybody knows already
      run(() => listener(state, info)).catch((error) => console.error('xy: state listener failed', error));
    }
  }

  #failPending(condition) {
    for (const call of [...this.#pending.values()]) if (condition(call)) call.reject(notConnected());
  }

  // There is a network, or somebody looks, again: no point in sitting out the pause. And a connection from before the
  // network went does not work any more, without telling. One from before the page was hidden may not: the machine may have slept, and
  // the clock that says when something was heard with it.
  #wake = ({ type }) => {
    if (this.#state === 'open' && type === 'online') return this.#retry({ code: 1006, reason: 'the network was gone' });
    if (globalThis.document?.visibilityState === 'hidden') return;
    if (this.#state === 'open' && this.#heartbeat < Infinity) this.#ask();
    if (this.#state !== 'waiting') return;
    clearTimeout(this.#timer);
    this.#open();
  };

  // ---- frames ----------------------------------------------------------------------------------------------------

  #transmit(frame, socket = this.#socket) {
    // The socket's own state, because it turns to closing before it tells.
    if (this.#state !== 'open' || socket !== this.#socket || socket?.readyState !== 1) return false;
    try {
      socket.send(frame);
      return true;
    } catch (error) {
      console.warn('xy: could not send', error);
      return false;
    }
  }

  #receive(data, socket) {
    this.#hear();
    const frame = parse(data);
    if (!frame) {
      // Ignored rather than closed: closing would cost all calls in flight, and the next connection may well get
      // the same. Once per socket, or a broken server floods the console; and without what it was, which may be anybody's secret.
      if (!socket.warned) {
        console.warn(`xy: ignored what is not a frame: a ${typeof data === 'string' ? `text of ${data.length} characters` : 'binary message'}`);
      }
      socket.warned = true;
      return;
    }
    const { e, p, id } = frame;
    const kind = this.#kind(e);
    const name = e.slice(this.#prefixes[kind]?.length);
    if (kind === 'event') this.#notify(name, p);
    else if (kind === 'call') this.#answer(name, frame, socket);
    else if (kind === 'resolve') this.#pending.get(id)?.resolve(p);
    else if (kind === 'reject') this.#pending.get(id)?.reject(XyError.from({ ...p, ok: false }));
    else if (kind === 'cancel') this.#running.get(JSON.stringify(id))?.end(new XyError(499, `'${name}' was cancelled`));
    // Other prefixes are the protocol's room to grow.
  }

  #kind(e) {
    // each may be empty, which fits everything; but an empty one for cancellations means that there are none
    return Object.keys(PREFIXES).find((each) => e.startsWith(this.#prefixes[each]) && (each !== 'cancel' || this.#prefixes.cancel));
  }

  /** Not where the prefixes are such that it would be something else to an old peer. */
  #cancel(name, id) {
    const e = this.#prefixes.cancel + name;
    if (this.#kind(e) === 'cancel') this.#transmit(JSON.stringify({ e, id }));
  }

  #notify(name, payload) {
    for (const [listener, once] of [...(this.#listeners.get(name) ?? [])]) {
      if (!this.#listeners.get(name)?.has(listener)) continue; // taken off by an earlier one
      if (once) this.off(name, listener);
      run(() => listener(payload)).catch((error) => console.error(`xy: listener of '${name}' failed`, error));
    }
  }

  async #answer(name, { p, id, ttl }, socket) {
    const { resolve, reject } = this.#prefixes;
    const key = JSON.stringify(id);
    const call = new Running(name, ttl);
    let frame;
    try {
      if (id === undefined) throw new XyError(400, `call of '${name}' without id`);
      const f = this.#functions.get(name);
      if (!f) throw new XyError(404, `'${name}' not found`);
      this.#running.set(key, call);
      frame = JSON.stringify({ e: resolve + name, id, p: await f(p, call) });
    } catch (thrown) {
      if (thrown?.ok !== false && !call.isOver) console.error(`xy: function '${name}' failed`, thrown);
      frame = rejection(reject + name, id, thrown);
    }
    if (this.#running.get(key) === call) this.#running.delete(key);
    if (!call.isOver) this.#transmit(frame, socket);
    call.end();
  }

  #listen(name, listener, once) {
    if (!this.#listeners.has(name)) this.#listeners.set(name, new Map());
    this.#listeners.get(name).set(listener, once);
    return () => this.off(name, listener);
  }
}

/** A call of the other side, as the function that answers it sees it. What nobody asks for costs nothing: no signal, no timer. */
class Running {
  #name;
  #until;
  #ended = false;
  #reason;
  #timer;
  #controller;

  constructor(name, ttl) {
    this.#name = name;
    this.#until = ttl > 0 && typeof ttl === 'number' ? performance.now() + ttl : Infinity;
  }

  /** Aborted when the caller waits no longer. */
  get signal() {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.isOver) this.#abort();
      else if (!this.#ended && this.#until < Infinity) {
        this.#timer = after(this.#until - performance.now(), () => this.end(this.#late()));
        DEADLINES.set(this.#controller.signal, this.#until);
      }
    }
    return this.#controller.signal;
  }

  /** Whether nobody waits for the answer. */
  get isOver() {
    if (!this.#ended && performance.now() >= this.#until) this.end(this.#late());
    return this.#reason !== undefined;
  }

  /** It has been answered; or, for this reason, needs no answer any more. */
  end(reason) {
    if (this.#ended) return;
    this.#ended = true;
    this.#reason = reason;
    clearTimeout(this.#timer);
    DEADLINES.delete(this.#controller?.signal);
    if (reason) this.#abort();
  }

  #late() {
    return new XyError(504, `the caller of '${this.#name}' waits no longer`);
  }

  #abort() {
    this.#controller?.abort(this.#reason);
  }
}

const after = (delay, code) => setTimeout(code, Math.min(delay, LONGEST_TIMER));

const notConnected = () => new XyError(503, 'not connected');

/** Starts the code at once; what it throws, now or later, is in the promise. */
const run = async (code) => code();

function parse(data) {
  try {
    // only texts: in Node a binary message is something that JSON.parse would take for its text
    const frame = typeof data === 'string' && JSON.parse(data);
    return typeof frame?.e === 'string' ? frame : null;
  } catch {
    return null;
  }
}

function rejection(e, id, thrown) {
  try {
    return JSON.stringify({ e, id, p: XyError.from(thrown) });
  } catch (unwritable) {
    return JSON.stringify({ e, id, p: XyError.from(unwritable) }); // the details were not JSON
  }
}

function resolveUrl(url) {
  const resolved = new URL(url, globalThis.document?.baseURI ?? globalThis.location?.href);
  resolved.protocol = resolved.protocol.replace(/^http/, 'ws');
  resolved.hash = '';
  if (!/^wss?:$/.test(resolved.protocol)) throw new TypeError(`not a WebSocket address: ${url}`);
  return resolved.href;
}
