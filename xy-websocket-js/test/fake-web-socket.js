/*
 * A WebSocket whose other end is the test. What is written is kept as the text that would be on the wire.
 */
export class FakeWebSocket {
  static sockets = [];
  static refuse = null; // thrown by the constructor when set

  static get last() {
    return FakeWebSocket.sockets.at(-1);
  }

  readyState = 0;
  sent = [];

  constructor(url, protocols) {
    if (FakeWebSocket.refuse) throw FakeWebSocket.refuse;
    this.url = url;
    this.protocols = protocols;
    FakeWebSocket.sockets.push(this);
  }

  send(text) {
    if (this.sendFails) throw new Error('send failed');
    this.sent.push(text);
  }

  close(code) {
    if (this.readyState >= 2) return;
    this.readyState = 2;
    this.closedWith = code;
  }

  // ---- what the other side does

  accept() {
    this.readyState = 1;
    this.onopen?.({});
    return this;
  }

  receive(frame) {
    this.onmessage?.({ data: typeof frame === 'object' ? JSON.stringify(frame) : frame });
  }

  drop(code = 1006, reason = '') {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }

  get frames() {
    return this.sent.map((text) => JSON.parse(text));
  }
}
