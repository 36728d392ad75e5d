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

/**
 * What a call is rejected with; throw one in a registered function and the caller receives it whole. One that a call was rejected with has
 * the call's `function`, the stack of its caller and, where there is no connection, the end of the last one, or what the last try failed with, as `cause`.
 */
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
    this.status = statusOf(status);
    this.details = details;
  }

  toJSON() {
    return { ...this.details, ok: false, status: this.status, message: this.message };
  }

  /** On one line, and no long one, whatever the other side has put into the message. */
  toString() {
    const calling = this.function === undefined ? '' : ` calling '${this.function}'`;
    return oneLine(`${this.name}: ${this.status}${calling}: ${short(this.message)}`);
  }

  /** Anything that was thrown, or that a reject carried, as an XyError. Never throws. */
  static from(thrown) {
    try {
      if (thrown instanceof XyError) return thrown;
      if (thrown?.ok === false) {
        const { ok, status, message, ...details } = thrown;
        return new XyError(status, typeof message === 'string' ? message : 'Error', details);
      }
      return new XyError(500, thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : `Error: ${String(thrown)}`);
    } catch {
      return new XyError(500, 'Error'); // what can't even be read
    }
  }
}

const PREFIXES = { event: 'e.', call: 'c.', resolve: 'resolve.', reject: 'reject.', cancel: 'cancel.' };
const TIMEOUT = 5_000;
// Whatever a server that shuts down asks for, nobody stays away for longer.
const LONGEST_HINT = 60_000;
const CONNECT_TIMEOUT = 10_000;
const HEARTBEAT = 30_000;
// A connection on which nothing came and that lives shorter than this does not start the backoff anew: a server that accepts
// and hangs up at once would otherwise be asked again every few milliseconds.
const STABLE_AFTER = 1_000;
// Ends that say that this client is the trouble: it has to have lasted, whatever came before.
const UNWELCOME = [1008, 1013, 4401];
// Called to see whether anybody answers; servers needn't have it: a 404 is an answer.
const PROBE = 'xy.alive';
// See oneLine.
const UNFIT = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
// Of a message or a name, where it stands beside others.
const MAX_SHOWN = 500;
// What `log` calls the kinds of frames.
const SHOWN = { event: 'event', call: 'call', resolve: 'answer', reject: 'rejection', cancel: 'cancel' };
// Timers count in signed 32 bits; a longer delay would fire at once.
const LONGEST_TIMER = 2 ** 31 - 1;
// Signal of a call of the other side that is not answered yet → until when its caller waits.
const DEADLINES = new WeakMap();

/**
 * Opens a connection that is re-established whenever it breaks, until `close()` or an end after which it is not to come back.
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
  #awaited = false; // whether calls wait for the running try anyhow, because it isn't one of many
  #end; // how the last connection ended or the last try failed, until the next is open
  #told; // the failure of a try that the console has last been told of
  #openedAt = 0;
  #answered = false; // whether anything has come on this connection
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
  #anyListeners = new Set();
  #stateListeners = new Set();
  #ready = deferred();
  #log; // undefined: nobody wants to see the traffic

  constructor(url, options = {}) {
    this.#WebSocket = options.WebSocket ?? globalThis.WebSocket;
    if (!this.#WebSocket) throw new TypeError('there is no WebSocket here: give one in the options');
    this.#url = resolveUrl(url);
    this.#options = options;
    const { heartbeat = HEARTBEAT, log } = options;
    this.#log = log === true ? (frame) => console.debug(lineOf(frame)) : log || undefined;
    this.#heartbeat = heartbeat > 0 ? heartbeat : Infinity;
    for (const kind in PREFIXES) this.#prefixes[kind] = options.prefixes?.[kind] ?? PREFIXES[kind];
    const { cancel = '' } = options.prefixes ?? {};
    if (cancel && this.#kind(cancel) !== 'cancel') throw new TypeError(`the prefix '${cancel}' can't be told from the others`);
    this.#connect(true);
  }

  /** 'connecting', 'open', 'waiting' (for the next try), 'idle' (until the next call or look) or 'closed' (until `open()`). */
  get state() {
    return this.#state;
  }

  /** Resolves when the connection is open for the first time; rejects when it is closed for good, and is a new promise after `open()`. */
  get ready() {
    return this.#ready.promise;
  }

  /** Listens for changes of `state`; returns a function that ends it. */
  onState(listener) {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  /**
   * Calls a function of the other side. Rejects with an XyError: what the other side rejected with, 503 when the call can't be
   * sent or the connection breaks before the answer, 504 when no answer comes in time; and with the
   * signal's reason when it is aborted, which the other side is told. With the signal of a call of the other side it has at most the time
   * that is left of that one.
   */
  call(name, payload, options = {}) {
    const { signal, timeout = this.#options.timeout ?? TIMEOUT } = options;
    const patient = options.waitForConnection ?? this.#options.waitForConnection;
    const site = new Error(); // the way here, which is put into words only if somebody wants to know
    return new Promise((resolve, reject) => {
      if (signal?.aborted) throw signal.reason;
      const now = performance.now();
      const rest = (DEADLINES.get(signal) ?? Infinity) - now;
      if (rest <= 0) throw ofCall(new XyError(504, `no time is left for '${name}'`), name, site);
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
        if (call.sent && performance.now() < until) this.#cancel(name, id);
        settle(reject, signal.reason);
      };
      signal?.addEventListener('abort', abort);
      const timer = after(left, () => {
        if (!call.sent) return call.lost();
        call.reject(new XyError(504, `'${name}' did not answer within ${Math.ceil(left)} ms`));
        this.#doubt(heard, name);
      });
      const call = {
        patient,
        sent: false,
        // what is left when it is sent; at least 1, and 1 for what is no number, as setTimeout has it
        send: () => {
          call.sentAt = performance.now();
          const ttl = Math.max(1, Math.ceil(Math.min(until - call.sentAt, LONGEST_TIMER))) || 1;
          return (call.sent = this.#transmit(`${begun},"ttl":${ttl}}`, 'call', name, id));
        },
        resolve: (value) => settle(resolve, value),
        reject: (error) => settle(reject, ofCall(error, name, site)),
        lost: () => call.reject(notConnected(`'${name}' was not ${call.sent ? 'answered' : 'called'}`, this.#end)),
      };
      if (this.#state === 'idle') this.#connect(true);
      this.#pending.set(id, call);
      if (!call.send() && !this.#waits(call)) call.lost();
    });
  }

  /** Whether a call may wait for a connection. */
  #waits(call) {
    return call.patient ? this.#state !== 'closed' : this.#state === 'connecting' && this.#awaited;
  }

  /** Sends an event; false when the connection is not open, and then the event is gone. */
  send(name, payload) {
    const frame = JSON.stringify({ e: this.#prefixes.event + name, p: payload });
    if (this.#state === 'idle') this.#connect(true); // for the next one
    return this.#transmit(frame, 'event', name);
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

  /** Listens for every event, before the listeners of its name; returns a function that ends it. */
  onAny(listener) {
    this.#anyListeners.add(listener);
    return () => this.#anyListeners.delete(listener);
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

  /** Tries to connect now, unless it is connected or trying: the way back from 'closed', and out of a pause. */
  open() {
    if (this.#state === 'connecting' || this.#state === 'open') return;
    if (this.#state === 'closed') this.#ready = deferred();
    this.#retries = 0;
    this.#connect(true);
  }

  /** Ends the connection, and comes back only by `open()`. Pending calls fail at once. */
  close() {
    if (this.#state === 'closed') return;
    this.#end = { code: 1000, reason: 'closed by this side' };
    this.#leave(1000);
    if (this.#state !== 'closed') this.#enter('closed', {}, () => true);
  }

  // ---- the connection's life -------------------------------------------------------------------------------------

  async #connect(awaited) {
    const { token, protocols = ['xy'], connectTimeout = CONNECT_TIMEOUT } = this.#options;
    clearTimeout(this.#timer);
    // The socket is made later when the token is awaited, and by then this attempt may have been given up.
    const attempt = (this.#socket = {});
    this.#timer = after(connectTimeout, () => this.#retry(ended(1006, 'no connection in time')));
    this.#awaited = awaited;
    this.#listenToThePage('add');
    this.#enter('connecting');
    let bearer;
    try {
      // A supplier that hangs is not asked again: whichever try is under way when it answers takes the answer.
      bearer =
        typeof token === 'function' ? await (this.#asking ??= run(token).finally(() => (this.#asking = null))) : token;
      if (this.#socket !== attempt) return;
      if (bearer) bearer = String(bearer);
      // The WebSocket would refuse it too, but with a message that shows it.
      if (bearer && /[^!#$%&'*+\-.^_`|~\w]/.test(bearer)) throw new TypeError('the token has characters that it may not have here');
      const socket = new this.#WebSocket(this.#url, bearer ? [...protocols, `xy.bearer.${bearer}`] : protocols);
      this.#socket = socket;
      let failure; // Node's WebSockets say what it was; browsers don't
      socket.onopen = () => this.#opened(socket);
      socket.onmessage = ({ data }) => this.#receive(data, socket);
      socket.onclose = ({ code, reason }) => this.#retry(ended(code, reason, failure));
      socket.onerror = (event) => {
        failure = event?.error ?? event?.message;
        // Else the close that follows says it. But Node's own WebSocket has none for a try that failed.
        if (socket === this.#socket && this.#state === 'connecting') this.#retry(ended(1006, '', failure));
      };
    } catch (error) {
      if (this.#socket !== attempt) return;
      const shown = typeof bearer === 'string' && bearer && (say(error) + error?.stack).includes(bearer);
      this.#retry(ended(1006, '', shown ? new TypeError('the WebSocket refuses the token') : (error ?? 'no token')));
    }
  }

  #opened(socket) {
    clearTimeout(this.#timer);
    this.#hear();
    this.#openedAt = performance.now();
    this.#answered = false;
    this.#end = this.#told = undefined;
    this.#watch();
    this.#ready.resolve();
    this.#enter('open');
    // After the listeners, so that what they send upon 'open' (who I am, say) precedes the calls that waited.
    for (const call of this.#pending.values()) {
      if (this.#socket !== socket) return;
      if (!call.sent) call.send();
    }
  }

  /** A connection has ended or a try has failed: the next one comes after a pause, unless it is not to come by itself. */
  #retry(end) {
    const { code, reason, error } = end;
    const before = this.#state;
    const returns = before !== 'open' || this.#returns(code, reason);
    if (this.#state !== before) return; // it has closed us
    if (before === 'open') {
      const lasted = performance.now() - this.#openedAt >= STABLE_AFTER;
      if (lasted || (this.#answered && !UNWELCOME.includes(code))) this.#retries = 0;
    } else if (reason && this.#told !== reason) {
      log('warn', 'xy: could not connect', error ?? oneLine(reason)); // again when it is another reason
      this.#told = reason;
    }
    this.#end = end;
    this.#leave();
    if (this.#state !== before) return; // a function that was told has closed us
    if (!returns) {
      if (code === 1000 && reason === 'idle') {
        this.#enter('idle', end, (call) => call.sent);
        if (this.#state === 'idle' && this.#pending.size > 0) this.#connect(true);
        return;
      }
      if (code !== 1000) log('warn', `xy: ${closedWith(end)}: not connected again before open()`);
      return this.#enter('closed', end, () => true);
    }
    const { min = 100, max = 10_000 } = this.#options.backoff ?? {};
    // Full jitter: after a restart, all clients of a server come back spread over the whole interval; or when it has asked them to.
    const [, hint = 0] = (code === 1001 && / retry in (\d+) ms$/.exec(reason)) || [];
    const delay = Math.max(Math.random() * Math.min(max, min * 2 ** this.#retries++), Math.min(hint, LONGEST_HINT));
    this.#timer = after(delay, () => this.#connect(false));
    this.#enter('waiting', { ...end, delay }, (call) => call.sent || !call.patient);
  }

  /** Whether to connect again by itself after a connection has ended so. */
  #returns(code, reason) {
    const { reconnect, token } = this.#options;
    if (!reconnect) return code !== 1000 && code !== 4403 && (code !== 4401 || typeof token === 'function');
    try {
      return reconnect(code, reason);
    } catch (error) {
      log('error', 'xy: reconnect failed', error);
      return true;
    }
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
    if (name === PROBE) this.#retry(ended(1006, 'no sign of life'));
    else this.#ask();
  }

  /** Nothing that the old socket still does is heard, neither frames nor its close. */
  #leave(code) {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    for (const call of this.#running.values()) call.end(notConnected('nobody waits for the answer'));
    this.#running.clear();
    if (!socket?.close) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close(code);
  }

  /** @param lost which of the calls that there are now fail with it */
  #enter(state, info = {}, lost = () => false) {
    const failing = [...this.#pending.values()].filter(lost);
    this.#state = state;
    if (state === 'closed') {
      this.#listenToThePage('remove');
      const error = notConnected(closedWith(this.#end), this.#end);
      this.#ready.reject(error);
      (this.#ready = deferred()).reject(error); // whoever asks now, too
    }
    for (const listener of [...this.#stateListeners]) {
      if (this.#state !== state) break; // an earlier listener has moved us on and everybody knows already
      run(() => listener(state, info)).catch((error) => log('error', 'xy: state listener failed', error));
    }
    for (const call of failing) call.lost();
  }

  #listenToThePage(how) {
    const method = `${how}EventListener`;
    for (const type of ['online', 'focus']) globalThis[method]?.(type, this.#wake);
    globalThis.document?.[method]('visibilitychange', this.#wake);
  }

  // There is a network, or somebody looks, again: no point in sitting out the pause. And a connection from before the
  // network went does not work any more, without telling. One from before the page was hidden may not: the machine may have slept, and
  // the clock that says when something was heard with it.
  #wake = ({ type }) => {
    if (this.#state === 'open' && type === 'online') return this.#retry(ended(1006, 'the network was gone'));
    if (globalThis.document?.visibilityState === 'hidden') return;
    if (this.#state === 'open' && this.#heartbeat < Infinity && type !== 'focus') this.#ask();
    if (this.#state === 'waiting' || this.#state === 'idle') this.#connect(this.#state === 'idle');
  };

  // ---- frames ----------------------------------------------------------------------------------------------------

  #transmit(frame, kind, name, id, since, socket = this.#socket) {
    // The socket's own state, because it turns to closing before it tells.
    if (this.#state !== 'open' || socket !== this.#socket || socket?.readyState !== 1) return false;
    try {
      socket.send(frame);
    } catch (error) {
      log('warn', 'xy: could not send', error);
      return false;
    }
    this.#show('out', frame, kind, name, id, since);
    return true;
  }

  /** Tells whoever wants to see the traffic of one frame, but nothing of its payload. */
  #show(direction, text, kind, name, id, since) {
    if (!this.#log) return;
    const frame = { direction, kind: SHOWN[kind] ?? 'unknown', name, size: new Blob([text]).size };
    if (id !== undefined) frame.id = id;
    if (kind === 'resolve') frame.status = 200;
    if (kind === 'reject') frame.status = statusOf(parse(text).p?.status);
    if (since !== undefined) frame.ms = Math.round(performance.now() - since);
    run(() => this.#log(frame)).catch((error) => {
      if (this.#log) log('error', 'xy: log failed, and is not called any more', error);
      this.#log = undefined;
    });
  }

  #receive(data, socket) {
    this.#hear();
    const frame = parse(data);
    if (!frame) {
      // Ignored rather than closed: closing would cost all calls in flight, and the next connection may well get
      // the same. Once per socket, or a broken server floods the console; and without what it was, which may be anybody's secret.
      if (!socket.warned) {
        log('warn', `xy: ignored what is not a frame: a ${typeof data === 'string' ? `text of ${data.length} characters` : 'binary message'}`);
      }
      socket.warned = true;
      return;
    }
    this.#answered = true;
    const { e, p, id } = frame;
    const kind = this.#kind(e);
    const name = e.slice(this.#prefixes[kind]?.length);
    const call = kind === 'resolve' || kind === 'reject' ? this.#sent(id) : undefined;
    this.#show('in', data, kind, name, id, call?.sentAt);
    if (kind === 'event') this.#notify(name, p);
    else if (kind === 'call') this.#answer(name, frame, socket);
    else if (kind === 'resolve') call?.resolve(p);
    else if (kind === 'reject') call?.reject(XyError.from({ ...(p instanceof Object ? p : null), ok: false }));
    else if (kind === 'cancel') this.#running.get(json(id))?.end(new XyError(499, `'${name}' was cancelled`));
    // Other prefixes are the protocol's room to grow.
  }

  /** The call that an answer is to: not one that still waits for its connection. */
  #sent(id) {
    const call = this.#pending.get(id);
    return call?.sent ? call : undefined;
  }

  #kind(e) {
    // each may be empty, which fits everything; but an empty one for cancellations means that there are none
    return Object.keys(PREFIXES).find((each) => e.startsWith(this.#prefixes[each]) && (each !== 'cancel' || this.#prefixes.cancel));
  }

  /** Not where the prefixes are such that it would be something else to an old peer. */
  #cancel(name, id) {
    const e = this.#prefixes.cancel + name;
    if (this.#kind(e) === 'cancel') this.#transmit(JSON.stringify({ e, id }), 'cancel', name, id);
  }

  #notify(name, payload) {
    for (const listener of [...this.#anyListeners]) {
      run(() => listener(name, payload)).catch((error) => log('error', 'xy: onAny listener failed', error));
    }
    for (const [listener, once] of [...(this.#listeners.get(name) ?? [])]) {
      if (!this.#listeners.get(name)?.has(listener)) continue; // taken off by an earlier one
      if (once) this.off(name, listener);
      run(() => listener(payload)).catch((error) => log('error', `xy: listener of '${name}' failed`, error));
    }
  }

  async #answer(name, { p, id, ttl }, socket) {
    const { resolve, reject } = this.#prefixes;
    const key = json(id);
    const since = performance.now();
    const call = new Running(name, ttl);
    let kind = 'resolve';
    let frame;
    try {
      if (key === undefined) throw new XyError(400, `call of '${name}' without id`);
      const f = this.#functions.get(name);
      if (!f) throw new XyError(404, `'${name}' not found`);
      this.#running.set(key, call);
      frame = JSON.stringify({ e: resolve + name, id, p: await f(p, call) });
    } catch (thrown) {
      kind = 'reject';
      frame = this.#rejection({ e: reject + name, id: key && id }, name, thrown, call.isOver);
    }
    if (this.#running.get(key) === call) this.#running.delete(key);
    if (!call.isOver) this.#transmit(frame, kind, name, id, since, socket);
    call.end();
  }

  /** Never throws, whatever was thrown: each call has its answer. What the caller isn't told is in the console. */
  #rejection(frame, name, thrown, quiet) {
    let unexpected = thrown;
    try {
      if (thrown?.ok === false) return JSON.stringify({ ...frame, p: passing(XyError.from(thrown)) });
    } catch (unwritable) {
      unexpected = unwritable; // its details are not JSON, or it can't even be read
    }
    const errorId = this.#options.includeMessage ? '' : Math.random().toString(36).slice(2);
    if (!quiet) log('error', `xy: function '${name}' failed${errorId && `, errorId ${errorId}`}`, unexpected);
    const error = errorId ? new XyError(500, 'Internal error', { errorId }) : new XyError(500, String(XyError.from(unexpected).message));
    return JSON.stringify({ ...frame, p: error });
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

function notConnected(what, end) {
  const error = new XyError(503, `Not connected: ${what}`);
  if (end) error.cause = end;
  return error;
}

/** What somebody who waits for a call's answer wants to know beside what the other side says: which call it is, and who made it. */
function ofCall(error, name, site) {
  error.function = name;
  Object.defineProperty(error, 'stack', {
    configurable: true,
    // without the first line, where an engine has one that is no frame, and without the frame of `call`
    get: () => `${error}\n${String(site.stack).replace(/^(.*\n(?=\s+at ))?.*\n/, '')}`,
    set: (value) => Object.defineProperty(error, 'stack', { value, writable: true }),
  });
  return error;
}

/** A 404 or 500 of the other side's, to a call that a function of ours has made, is not that function's own, and says so. */
const passing = (error) =>
  error.function !== undefined && [404, 500].includes(error.status) ? { function: error.function, ...error.toJSON() } : error;

/** A peer may send anything as a status; programs compare it. */
function statusOf(status) {
  const number = typeof status === 'string' && status.trim() ? Number(status) : status;
  return Number.isFinite(number) ? number : 500;
}

/** What a peer has written must not end a line, nor change how it is shown. */
const oneLine = (text) => text.replace(UNFIT, '?');

const short = (text) => (text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text);

const closedWith = ({ code, reason }) => oneLine(`closed with ${code} ${short(reason)}`).trim();

/** The line of `log: true`, as the server's log has it. */
function lineOf({ direction, kind, name, id, size, status, ms }) {
  const part = (label, value) => (value === undefined ? '' : ` ${label}=${value}`);
  const call = part('id', id === undefined ? id : short(`${json(id)}`));
  return oneLine(`xy ${direction} ${kind} '${short(name)}'${call} bytes=${size}${part('status', status)}${part('ms', ms)}`);
}

/** A promise and its ends. That nobody waits for it is no unhandled rejection. */
function deferred() {
  let ends;
  const promise = new Promise((resolve, reject) => (ends = { resolve, reject }));
  promise.catch(() => {});
  return { promise, ...ends };
}

/** The end of a connection or of a try, with what the WebSocket says of it. */
const ended = (code, reason, error) => (error === undefined ? { code, reason } : { code, reason: reason || say(error), error });

/** The texts of an error and its causes; some in Node have only a code. */
function say(error, depth = 0) {
  try {
    const text = String(error?.message || error?.code || error);
    return error?.cause && depth < 5 ? `${text}: ${say(error.cause, depth + 1)}` : text;
  } catch {
    return 'an error that has no text';
  }
}

/** Nothing depends on the console, which may fail over what was thrown. */
function log(level, ...what) {
  for (const each of [what, what.slice(0, 1)]) {
    try {
      return console[level](...each);
    } catch {} // once more, without what can't be shown
  }
}

/** Starts the code at once; what it throws, now or later, is in the promise. */
const run = async (code) => code();

/** The value as JSON; undefined if it has none, or is too deep. */
function json(value) {
  try {
    return JSON.stringify(value);
  } catch {}
}

function parse(data) {
  try {
    // only texts: in Node a binary message is something that JSON.parse would take for its text
    const frame = typeof data === 'string' && JSON.parse(data);
    return typeof frame?.e === 'string' ? frame : null;
  } catch {
    return null;
  }
}

function resolveUrl(url) {
  const resolved = new URL(url, globalThis.document?.baseURI ?? globalThis.location?.href);
  resolved.protocol = resolved.protocol.replace(/^http/, 'ws');
  resolved.hash = '';
  if (!/^wss?:$/.test(resolved.protocol)) throw new TypeError(`not a WebSocket address: ${url}`);
  return resolved.href;
}
