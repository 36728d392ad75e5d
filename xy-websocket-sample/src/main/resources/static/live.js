// The live list of calls and events. It is told of each frame, which costs next to nothing, and is drawn when the browser has time.

import { show } from './panel.js';
import { html } from './svg.js';

const ROWS = 50;
const SAME = 2_000; // what comes again within so many milliseconds is counted, not listed again
const REDRAW = 250;
const ENDLESS = ['courier.moved', 'courier.locate']; // eight times a second
const WAYS = { out: ['→', 'from this page to the server'], in: ['←', 'from the server to this page'] };
const whenIdle = globalThis.requestIdleCallback ?? ((draw) => setTimeout(draw));

export class Live {
  #rows = []; // newest first
  #unanswered = new Map(); // direction and id of a call → its row
  #latest;
  #count = 0;
  #due = false;
  #paused = false;
  #root;
  #pauseButton;

  /** @param root the details element that shows the list; on a phone it is closed at first */
  constructor(root) {
    this.#root = root;
    this.#pauseButton = root.querySelector('.quiet');
    this.#pauseButton.onclick = () => this.#pause(!this.#paused);
    root.open = !matchMedia('(max-width: 760px)').matches;
    root.ontoggle = () => this.#drawSoon();
  }

  /** Takes note of a frame, as the `log` of a connection is given it. */
  log = ({ direction, kind, name, id, status, ms }) => {
    if (kind === 'call' || kind === 'event') this.#begin({ direction, kind, name, id });
    else {
      // a cancellation goes the way of its call, an answer the other way
      const way = kind === 'cancel' ? direction : direction === 'in' ? 'out' : 'in';
      this.#end(kind, `${way} ${id}`, status, ms);
    }
    this.#drawSoon();
  };

  /** The connection is gone, and with it the answers to all calls that are still open. */
  disconnected() {
    for (const row of this.#unanswered.values()) Object.assign(row, { failed: true, result: 'no answer' });
    this.#unanswered.clear();
    this.#drawSoon();
  }

  #begin({ direction, kind, name, id }) {
    const now = performance.now();
    let row = this.#rows.find((other) => other.name === name && other.direction === direction && now - other.at < SAME);
    if (row) Object.assign(row, { at: now, times: row.times + 1 });
    else {
      row = { id: String(++this.#count), direction, kind, name, at: now, times: 1, result: kind === 'call' ? '…' : '' };
      this.#rows.unshift(row);
      const dropped = this.#rows.splice(ROWS);
      for (const [key, other] of this.#unanswered) if (dropped.includes(other)) this.#unanswered.delete(key);
    }
    if (kind === 'call') this.#unanswered.set(`${direction} ${id}`, row);
    if (!ENDLESS.includes(name)) this.#latest = row;
  }

  #end(kind, call, status, ms) {
    const row = this.#unanswered.get(call);
    if (!row) return;
    this.#unanswered.delete(call);
    row.failed = kind !== 'answer';
    const duration = ms === undefined ? 'too late' : `${Math.max(1, ms)} ms`; // who has given up measures no more
    row.result = kind === 'cancel' ? 'cancelled' : `${row.failed ? `${status} · ` : ''}${duration}`;
  }

  #pause(paused) {
    this.#paused = paused;
    this.#pauseButton.textContent = paused ? 'Resume' : 'Pause';
    this.#drawSoon();
  }

  #drawSoon() {
    if (this.#due || this.#paused) return;
    this.#due = true;
    setTimeout(() => whenIdle(() => this.#draw(), { timeout: 1_000 }), REDRAW);
  }

  #draw() {
    this.#due = false;
    if (this.#paused) return;
    const { direction, name, result } = this.#latest ?? {};
    this.#root.querySelector('.latest').textContent = name ? `${WAYS[direction][0]} ${name} ${result}` : '';
    if (!this.#root.open) return;
    show(this.#root.querySelector('ul'), this.#rows, ({ times, result }) => [times, result], (row) => {
      const [arrow, way] = WAYS[row.direction];
      return html('li', { 'data-testid': 'live-row', 'data-name': row.name, 'data-direction': row.direction },
        html('button', { type: 'button', 'data-source': row.name, class: row.failed ? 'failed' : null },
          html('span', { class: `arrow ${row.direction}`, role: 'img', 'aria-label': `${row.kind} ${way}`, title: `${row.kind} ${way}` }, arrow),
          html('span', { class: 'name' }, row.name),
          row.times > 1 && html('span', { class: 'times' }, `×${row.times}`),
          html('span', { class: 'result' }, row.kind === 'event' ? 'event' : row.result)));
    });
  }
}
