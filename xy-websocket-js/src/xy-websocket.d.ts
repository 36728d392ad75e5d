/**
 * Opens a connection that is re-established whenever it breaks, until `close()` or an end after which it is not to come back (see
 * `reconnect`). With a type argument, `connect<Api>(url)`, names, payloads and answers are checked: see `XyApi`.
 */
export function connect<Api extends XyApi = XyApi>(url: string | URL, options?: ConnectOptions): Xy<Api>;

/**
 * What a type argument of `connect` has to look like: one member for each method that it types. Where a member is missing, any name and any
 * payload may be given to that method.
 *
 *     interface Shop {
 *       call: { 'stock.level'(query: { sku: string }): Level };
 *       send: { 'parcel.scanned': Parcel };
 *       register: { 'courier.locate'(courier: string): Position };
 *       on: { 'stock.changed': Level };
 *     }
 */
export interface XyApi {
  /** The functions that the server offers, by name: each takes the payload, if it has one, and returns the answer or a promise of it. */
  call?: object;
  /** The events that the server listens to: the type of the payload, by name; `void` for none. */
  send?: object;
  /** The functions that this side offers to the server, as for `call`. */
  register?: object;
  /** The events that the server sends, as for `send`: for `on`, `once`, `off` and `onAny`. */
  on?: object;
}

/** What a call is rejected with; throw one in a registered function and the caller receives it whole. */
export class XyError extends Error {
  constructor(status: number, message: string, details?: Record<string, unknown>);
  /** In the manner of HTTP; 500 where the other side sent none. Made on this side: 503 not connected, 504 no answer in time. */
  readonly status: number;
  /** The members that came beside `ok`, `status` and `message`. */
  readonly details: Record<string, unknown>;
  readonly ok: false;
  /** The function whose call was rejected with this error. The `stack` is that of the call. */
  readonly function?: string;
  /** Of a 503 made here: how the last connection ended, or what the last try failed with, as an `XyEnd`. */
  cause?: unknown;
  /** Anything that was thrown as an XyError. Never throws. */
  static from(thrown: unknown): XyError;
  toJSON(): Record<string, unknown>;
  /** Status, function and message, on one line and not too long: `XyError: 409 calling 'stock.take': Not enough of A-1`. */
  toString(): string;
}

export interface ConnectOptions {
  /**
   * How long a call waits for its answer, in milliseconds; 5000 unless set. When it is over and nothing at all has come since the
   * call was sent, the server is asked for a sign of life, as for `heartbeat`.
   */
  timeout?: number;
  /**
   * Whether a call made while not connected waits, within its timeout, for the connection. Else it fails at once, and waits only for the
   * first try, also of `open()` and after `'idle'`; when that fails, it does.
   */
  waitForConnection?: boolean;
  /** How long one try to connect may take, in milliseconds; 10000 unless set. */
  connectTimeout?: number;
  /**
   * After how much silence the server is asked for a sign of life, in milliseconds; 30000 unless set. A page that is looked at again asks
   * at once. If there is none within 5 s, or as much time again if that is shorter, the connection is replaced. 0 or `false`: it isn't
   * asked for its silence.
   */
  heartbeat?: number | false;
  /** The pause between tries is random below `min`, which doubles from try to try up to `max`; 100 and 10000. */
  backoff?: { min?: number; max?: number };
  /** The sub-protocols that are offered; `['xy']` unless set. */
  protocols?: string[];
  /**
   * A text, or a function that is asked at each try; not again while it hasn't answered: then the try that is under way when it does takes the answer.
   * What it gives is offered as the sub-protocol `xy.bearer.TOKEN`, so it has to consist of
   * characters that an HTTP token may have, as a JWT or a ticket of the server's does.
   */
  token?: string | (() => string | null | undefined | Promise<string | null | undefined>);
  /**
   * Asked whenever a connection has ended: whether to come back by itself. Unless set: not after 1000 or 4403, nor after 4401 if `token` is not
   * a function. 1006 is a connection that broke, or of which nothing came any more. One that throws says yes. Tries that fail don't ask.
   */
  reconnect?: (code: number, reason: string) => boolean;
  /**
   * Shows the traffic, without payloads. `true`: a line a frame by `console.debug`. A function gets the same as an object; one that throws is
   * not called again.
   */
  log?: boolean | ((frame: XyFrame) => unknown);
  /** Whether callers are told class and text of what a function throws unexpectedly; else `Internal error` and an `errorId` that is in the console. */
  includeMessage?: boolean;
  /**
   * Where the other side is set to other prefixes than `e.`, `c.`, `resolve.`, `reject.` and `cancel.`. With an empty one for `cancel`, or
   * the default where that can't be told from the others, the other side isn't told of calls that are given up.
   */
  prefixes?: { event?: string; call?: string; resolve?: string; reject?: string; cancel?: string };
  /** The WebSocket class, where there is no global one. */
  WebSocket?: new (url: string, protocols?: string | string[]) => any;
}

export interface CallOptions {
  /** In milliseconds. The other side is told, and gives up too when they are over. */
  timeout?: number;
  /**
   * Gives the call up: it rejects with the signal's reason, and the other side is told to stop. With the signal of an `XyCall` it also waits
   * no longer than that one's caller does, whatever its `timeout`.
   */
  signal?: AbortSignal;
  waitForConnection?: boolean;
}

/** What `log` is told of a frame, before one that came in is handled and after one was handed to the WebSocket. */
export interface XyFrame {
  direction: 'in' | 'out';
  /** `'unknown'`: its prefix is none of ours. */
  kind: 'event' | 'call' | 'answer' | 'rejection' | 'cancel' | 'unknown';
  /** Of the function or event; with the prefix if that is unknown. */
  name: string;
  /** Of the call; a text unless the other side chose it. Events have none. */
  id?: unknown;
  /** Of the frame, in bytes. */
  size: number;
  /** Of a rejection; 200 of an answer. */
  status?: number;
  /** From a call to its answer or rejection, in milliseconds. */
  ms?: number;
}

/** A call of the other side, while a function answers it. */
export interface XyCall {
  /**
   * Aborted when the caller waits no longer: with a 499 because it has cancelled the call, a 504 because its time is over, a 503 because
   * the connection is. What the function returns after that is not sent.
   */
  readonly signal: AbortSignal;
}

export type XyState = 'connecting' | 'open' | 'waiting' | 'idle' | 'closed';

/** How a connection ended, or what a try failed with. */
export interface XyEnd {
  /** The close code; 1006 without one, and of a try. */
  code: number;
  reason: string;
  /** What the WebSocket says of it; browsers say nothing. */
  error?: unknown;
}

/** Beside 'waiting', 'idle' and 'closed': how the last connection ended; nothing after `close()`. */
export interface XyStateInfo extends Partial<XyEnd> {
  /** Beside 'waiting': how long the pause is, in milliseconds. */
  delay?: number;
}

export interface Xy<Api extends XyApi = XyApi> {
  /**
   * `'waiting'` is the pause before the next try. `'idle'`: the server has closed with 1000 `idle`, and the next call, event or look at the page
   * connects again. `'closed'`: only `open()` does.
   */
  readonly state: XyState;
  /** Listens for changes of `state`. In `'open'` the connection can be used. Returns a function that ends it. */
  onState(listener: (state: XyState, info: XyStateInfo) => void): () => void;
  /**
   * Resolves when the connection is open for the first time, and stays so while a broken connection is made anew. Rejects with a 503 when it
   * is closed before that; in the state `'closed'` it is a rejected promise, and after `open()` a new one. Calls needn't wait for it.
   */
  readonly ready: Promise<void>;

  /** Calls a function of the other side. Without payload (undefined) the frame has no `p`; null is a value. */
  readonly call: Api extends { call: infer Functions } ? TypedCall<Functions> : UntypedCall;
  /** Sends an event; false when the connection is not open, and then the event is gone: events wait for no try. */
  readonly send: Api extends { send: infer Events } ? TypedSend<Events> : (name: string, payload?: unknown) => boolean;

  /** Listens for an event of the other side. Returns a function that ends it. */
  readonly on: Api extends { on: infer Events } ? TypedOn<Events> : UntypedOn;
  /** Listens for the next event of this name only. */
  readonly once: Api extends { on: infer Events } ? TypedOn<Events> : UntypedOn;
  /** Ends what `on` or `once` began. */
  readonly off: Api extends { on: infer Events } ? TypedOff<Events> : (name: string, listener: (payload: any) => unknown) => void;
  /** Listens for every event of the other side, before the listeners of its name. Returns a function that ends it. */
  readonly onAny: Api extends { on: infer Events } ? TypedOnAny<Events> : (listener: (name: string, payload: any) => unknown) => () => void;

  /** Offers a function to the other side; a taken name throws. Returns a function that withdraws it. */
  readonly register: Api extends { register: infer Functions } ? TypedRegister<Functions> : UntypedRegister;
  /** Withdraws a function. */
  unregister(name: Api extends { register: infer Functions } ? Name<Functions> : string): boolean;

  /** Connects now, if it is not connected or trying: the way back from `'closed'`, and out of a pause. */
  open(): void;
  /** Ends the connection until `open()`. Pending calls fail at once. */
  close(): void;
}

type UntypedCall = <T = unknown>(name: string, payload?: unknown, options?: CallOptions) => Promise<T>;
type UntypedOn = <T = any>(name: string, listener: (payload: T) => unknown) => () => void;
type UntypedRegister = <T = any>(name: string, f: (payload: T, call: XyCall) => unknown) => () => void;

type TypedCall<Functions> = <N extends Name<Functions>>(
  name: N,
  ...rest: [...payload: Payload<Functions[N]>, options?: CallOptions]
) => Promise<Answer<Functions[N]>>;
type TypedSend<Events> = <N extends Name<Events>>(
  name: N,
  ...payload: undefined extends Events[N] ? [payload?: Events[N]] : [payload: Events[N]]
) => boolean;
type TypedOn<Events> = <N extends Name<Events>>(name: N, listener: (payload: Events[N]) => unknown) => () => void;
type TypedOff<Events> = <N extends Name<Events>>(name: N, listener: (payload: Events[N]) => unknown) => void;
type TypedOnAny<Events> = (
  listener: (...event: { [N in Name<Events>]: [name: N, payload: Events[N]] }[Name<Events>]) => unknown,
) => () => void;
type TypedRegister<Functions> = <N extends Name<Functions>>(
  name: N,
  f: (payload: Payload<Functions[N]>[0], call: XyCall) => Answer<Functions[N]> | PromiseLike<Answer<Functions[N]>>,
) => () => void;

type Name<Named> = Extract<keyof Named, string>;
type Payload<F> = F extends (...args: infer A) => unknown ? ([] extends A ? [payload?: A[0]] : [payload: A[0]]) : never;
type Answer<F> = F extends (...args: any) => infer R ? Awaited<R> : never;

export {};
