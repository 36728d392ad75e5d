// What a person who drives a courier has in their hands: the courier rides through the streets to where they point, or
// where the keys that they hold down lead.

import { distance } from './streets.js';

const SPEED = 135;
const KEYS = {
  ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0],
  KeyW: [0, -1], KeyS: [0, 1], KeyA: [-1, 0], KeyD: [1, 0],
};

export class Wheel {
  courier = null; // the id of the courier that is driven
  at = { x: 0, y: 0 };
  #way = [];
  #held = new Set(); // keys
  #streets;

  constructor(streets) {
    this.#streets = streets;
  }

  take(courier) {
    this.courier = courier.id;
    this.at = courier.at;
    this.#way = [];
  }

  leave() {
    this.courier = null;
    this.release();
  }

  steer(point) {
    this.#way = this.#streets.way(this.at, point);
  }

  /** A key goes down; true if it is one to ride with. The courier rides to the next crossing, and on as long as the key is held. */
  press(code) {
    if (!KEYS[code]) return false;
    if (!this.#held.has(code)) {
      this.#held.add(code);
      this.#turn();
    }
    return true;
  }

  /** A key goes up, or all of them. */
  release(code) {
    if (code) this.#held.delete(code);
    else this.#held.clear();
  }

  #turn() {
    const held = [...this.#held].map((code) => KEYS[code]);
    const direction = { x: held.reduce((sum, [x]) => sum + x, 0), y: held.reduce((sum, [, y]) => sum + y, 0) };
    const crossing = (direction.x || direction.y) && this.#streets.onward(this.at, direction);
    if (crossing) this.#way = [crossing];
  }

  get goal() {
    return this.#way.at(-1);
  }

  ride(seconds) {
    if (!this.#way.length && this.#held.size) this.#turn();
    let left = SPEED * seconds;
    while (this.#way.length && left > 0) {
      const gap = distance(this.at, this.#way[0]);
      if (gap <= left) this.at = this.#way.shift();
      else {
        const [next] = this.#way;
        this.at = { x: this.at.x + ((next.x - this.at.x) * left) / gap, y: this.at.y + ((next.y - this.at.y) * left) / gap };
      }
      left -= gap;
    }
  }
}
