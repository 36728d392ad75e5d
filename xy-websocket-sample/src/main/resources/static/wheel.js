// What a person who drives a courier has in their hands: the courier rides through the streets to where they point.

import { distance } from './streets.js';

const SPEED = 135;

export class Wheel {
  courier = null; // the id of the courier that is driven
  at = { x: 0, y: 0 };
  #way = [];
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
  }

  steer(point) {
    this.#way = this.#streets.way(this.at, point);
  }

  get goal() {
    return this.#way.at(-1);
  }

  ride(seconds) {
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
