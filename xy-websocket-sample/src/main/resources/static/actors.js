// Everything of the map that moves: couriers with their trails and ways, parcels, and what people say.

import { face } from './faces.js';
import { distance } from './streets.js';
import { svg } from './svg.js';

// Positions come eight times a second. They are shown a moment late, so that there is nearly always a next one to move
// towards, and the movement is smooth.
const DELAY = 220;
const TRAIL = 46;
const NAME_SIZE = 9.4; // in units of the map
const SMALLEST_NAME = 10.5; // on the screen, in pixels
const calm = matchMedia('(prefers-reduced-motion: reduce)');
const colour = (hue) => `oklch(var(--courier-l) var(--courier-c) ${hue})`;
const place = (element, { x, y }) => element.setAttribute('transform', `translate(${x.toFixed(2)} ${y.toFixed(2)})`);
const line = (points) => points.map(({ x, y }, i) => `${i ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');

export const box = () => svg('g', { class: 'box' },
  svg('path', { class: 'box-top', d: 'M0 -9L9 -4.6L0 0L-9 -4.6Z' }),
  svg('path', { class: 'box-left', d: 'M-9 -4.6L0 0V10L-9 5.2Z' }),
  svg('path', { class: 'box-right', d: 'M9 -4.6L0 0V10L9 5.2Z' }),
  svg('path', { class: 'box-tape', d: 'M-4.5 -6.8L4.5 -2.4V1.2L1.8 2.6V-1L-6 -5Z' }));

export class Actors {
  #layers = {};
  #couriers = new Map(); // id → { courier, element, track, trail … }
  #parcels = new Map(); // id → { parcel, element }
  #streets;
  #people = new Map();
  #places;
  #wheel;
  selected = null; // a parcel's id

  constructor(root, streets, places, wheel) {
    this.#streets = streets;
    this.#wheel = wheel;
    for (const name of ['ways', 'trails', 'stops', 'places', 'parcels', 'couriers', 'notes']) {
      this.#layers[name] = root.appendChild(svg('g', { class: name }));
    }
    this.#places = places.map(({ name, at }) => {
      const text = svg('text', { class: 'place-name' }, name);
      this.#layers.places.append(svg('g', { transform: `translate(${at.x} ${at.y})` }, svg('circle', { class: 'place', r: 3.6 }), text));
      return { name, at, text };
    });
    this.#layers.goal = this.#layers.stops.appendChild(svg('circle', { class: 'goal', r: 9, visibility: 'hidden' }));
  }

  /** Makes the places' names large enough to read at this scale, in pixels a unit, and puts each where it covers no other. */
  scale(scale, { left, right }) {
    const size = Math.max(NAME_SIZE, SMALLEST_NAME / scale);
    const taken = this.#places.map(({ at }) => ({ left: at.x - 5, right: at.x + 5, top: at.y - 5, bottom: at.y + 5 }));
    for (const { name, at, text } of this.#places) {
      const width = name.length * size * 0.62;
      const spots = [
        { x: 0, y: size + 6, anchor: 'middle', from: -width / 2 },
        { x: 8, y: size * 0.35, anchor: 'start', from: 8 },
        { x: -8, y: size * 0.35, anchor: 'end', from: -8 - width },
        { x: 0, y: -9, anchor: 'middle', from: -width / 2 },
        { x: -8, y: size + 4, anchor: 'start', from: -8 },
        { x: 8, y: size + 4, anchor: 'end', from: 8 - width },
        { x: -8, y: -8, anchor: 'start', from: -8 },
        { x: 8, y: -8, anchor: 'end', from: 8 - width },
      ].map((spot) => ({ ...spot, left: at.x + spot.from, right: at.x + spot.from + width, top: at.y + spot.y - size * 0.85, bottom: at.y + spot.y + size * 0.2 }));
      const fits = (spot) => spot.left > left && spot.right < right && !taken.some((box) =>
        box.left < spot.right && box.right > spot.left && box.top < spot.bottom && box.bottom > spot.top && !(box.left > at.x - 6 && box.right < at.x + 6));
      const spot = spots.find(fits) ?? spots[0];
      taken.push(spot);
      text.setAttribute('x', spot.x);
      text.setAttribute('y', spot.y);
      text.style.fontSize = `${size}px`;
      text.style.textAnchor = spot.anchor;
    }
  }

  // ---- couriers ----------------------------------------------------------------------------------------------------

  set people(people) {
    this.#people = new Map(people.map((person) => [person.id, person]));
    for (const { courier } of this.#couriers.values()) this.courier(courier);
  }

  courier(courier) {
    let actor = this.#couriers.get(courier.id);
    if (!actor) {
      const element = svg('g', { class: 'courier', tabindex: 0, role: 'button', 'data-id': courier.id, 'data-testid': `courier-${courier.id}` });
      const trail = [1, 0.6, 0.3].map(() => svg('path', { class: 'trail' }));
      const way = svg('path', { class: 'way' });
      actor = { element, trail, way, track: [], past: [], heading: 0, at: courier.at };
      this.#couriers.set(courier.id, actor);
      this.#layers.couriers.append(element);
      this.#layers.trails.append(...trail);
      this.#layers.ways.append(way);
      this.moved([{ id: courier.id, ...courier.at }]);
    }
    actor.courier = courier;
    this.#dress(actor);
  }

  #dress({ courier, element, trail, way }) {
    const driver = this.#people.get(courier.driver);
    const mine = courier.id === this.#wheel.courier;
    const loaded = this.#parcels.get(courier.parcel)?.parcel.state === 'CARRIED';
    const looks = [courier.name, courier.parcel, loaded, driver?.name, mine].join();
    for (const path of [...trail, way]) path.style.stroke = colour(courier.hue);
    if (element.dataset.looks === looks) return;
    element.dataset.looks = looks;
    element.style.setProperty('--hue-colour', colour(courier.hue));
    element.classList.toggle('mine', mine);
    element.classList.toggle('driven', Boolean(courier.driver));
    element.classList.toggle('loaded', loaded);
    element.setAttribute('aria-label', `${courier.name}, ${courier.parcel ? `${loaded ? 'carrying' : 'fetching'} ${courier.parcel}` : 'free'}`);
    if (mine && element.nextSibling) this.#layers.couriers.append(element); // over all others
    const portrait = driver && face(driver.animal, driver.hue);
    if (portrait) for (const [name, value] of Object.entries({ x: -11, y: -11, width: 22, height: 22 })) portrait.setAttribute(name, value);
    element.replaceChildren(svg('g', { class: 'marker' },
      svg('circle', { class: 'halo', r: 21 }),
      svg('ellipse', { class: 'courier-shadow', cx: 1, cy: 3, rx: 14, ry: 13.4 }),
      svg('path', { class: 'pointer', d: 'M0 -21.5L6.4 -12H-6.4Z' }),
      svg('circle', { class: 'disc', r: 13.4 }),
      portrait ?? svg('text', { class: 'initial', y: 5 }, courier.name[0]),
      ...(loaded ? [svg('g', { class: 'load', transform: 'translate(11 -10) scale(0.72)' }, svg('circle', { class: 'load-disc', r: 13 }), box())] : []),
      svg('text', { class: 'courier-name', y: 28 }, courier.name)));
  }

  /** New positions from the server. */
  moved(positions) {
    const time = performance.now();
    for (const { id, x, y } of positions) {
      const actor = this.#couriers.get(id);
      if (!actor) continue;
      const last = actor.track.at(-1);
      // after a pause, or a leap, there is nothing to glide along
      if (last && (time - last.time > 1_500 || distance(last, { x, y }) > 140)) actor.track = [];
      actor.track.push({ time, x, y });
      if (actor.track.length > 16) actor.track.shift();
      actor.element.dataset.x = x;
      actor.element.dataset.y = y;
    }
  }

  #shown({ courier, track, at }, time) {
    if (courier.id === this.#wheel.courier) return this.#wheel.at;
    const next = track.findIndex((position) => position.time > time - DELAY);
    if (next < 0) return track.at(-1) ?? at;
    if (next === 0) return track[0];
    const [a, b] = [track[next - 1], track[next]];
    const t = (time - DELAY - a.time) / (b.time - a.time);
    return { x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t };
  }

  /** Draws one frame. */
  frame(time) {
    for (const actor of this.#couriers.values()) {
      const at = this.#shown(actor, time);
      const step = distance(actor.at, at);
      if (step > 0.15) actor.heading = (Math.atan2(at.x - actor.at.x, actor.at.y - at.y) * 180) / Math.PI;
      if (step > 100) actor.past = [];
      actor.at = at;
      place(actor.element, at);
      actor.element.style.setProperty('--heading', `${actor.heading.toFixed(0)}deg`);
      if (!calm.matches) actor.past.push(at);
      if (actor.past.length > TRAIL) actor.past.shift();
      actor.trail.forEach((path, i) => path.setAttribute('d', line(actor.past.slice(Math.floor((i / 3) * actor.past.length)))));
      if (!(time - actor.routed < 160)) this.#route(actor, time);
    }
    const goal = this.#wheel.courier && this.#wheel.goal;
    this.#layers.goal.setAttribute('visibility', goal ? 'visible' : 'hidden');
    if (goal) place(this.#layers.goal, goal);
  }

  #route(actor, time) {
    actor.routed = time;
    const parcel = this.#parcels.get(actor.courier.parcel)?.parcel;
    const stop = parcel && (parcel.state === 'CARRIED' ? parcel.to : parcel.from);
    actor.way.setAttribute('d', stop ? line([actor.at, ...this.#streets.way(actor.at, stop.at)]) : '');
    actor.way.classList.toggle('strong', parcel?.id === this.selected || actor.courier.id === this.#wheel.courier);
  }

  whereIs(courier) {
    return this.#couriers.get(courier)?.at;
  }

  /** The id of the courier or parcel nearest to a point, of those that are not farther away than that. */
  nearest(point, reach) {
    const all = [...this.#couriers.values(), ...this.#parcels.values()].map(({ element }) => {
      const { e: x, f: y } = element.transform.baseVal[0].matrix;
      return { id: element.dataset.id, gap: distance(point, { x, y }) };
    });
    return all.filter(({ gap }) => gap <= reach).sort((a, b) => a.gap - b.gap)[0]?.id;
  }

  // ---- parcels -----------------------------------------------------------------------------------------------------

  parcel(parcel) {
    const known = this.#parcels.get(parcel.id);
    known?.element.remove();
    const element = this.#drawParcel(parcel);
    this.#parcels.set(parcel.id, { parcel, element });
    this.#layers.parcels.append(element);
    for (const actor of this.#couriers.values()) if (actor.courier.parcel === parcel.id) this.#dress(actor);
    this.#arrange();
  }

  #drawParcel(parcel) {
    const hue = this.#couriers.get(parcel.courier)?.courier.hue;
    const state = parcel.state.toLowerCase();
    const element = svg('g', { class: `parcel ${state}`, role: 'button', tabindex: 0, 'aria-label': `Parcel ${parcel.id}, ${state}`,
      'data-id': parcel.id, 'data-state': parcel.state, 'data-testid': `parcel-${parcel.id}` });
    if (hue !== undefined) element.style.setProperty('--hue-colour', colour(hue));
    const picture = {
      WAITING: () => [svg('circle', { class: 'ring', r: 17 }), svg('g', { class: 'bob' }, box())],
      ASSIGNED: () => [svg('circle', { class: 'ring claimed', r: 16 }), box()],
      CARRIED: () => [svg('path', { class: 'flag-pole', d: 'M0 2V-25' }), svg('path', { class: 'flag', d: 'M0 -25Q7 -29 12 -25T23 -25V-12Q17 -9 12 -12T0 -12Z' })],
      DELIVERED: () => [svg('circle', { class: 'burst', r: 14 }), svg('circle', { class: 'tick-disc', r: 11 }), svg('path', { class: 'tick', d: 'M-5 0.5L-1.4 4L5.4 -4' })],
    }[parcel.state];
    element.append(svg('g', { class: 'marker' }, svg('circle', { class: 'hit', r: 20 }), ...picture()));
    return element;
  }

  parcelRemoved(id) {
    this.#parcels.get(id)?.element.remove();
    this.#parcels.delete(id);
    this.#arrange();
  }

  /** Several parcels at one place stand side by side. */
  #arrange() {
    const taken = new Map();
    for (const { parcel, element } of this.#parcels.values()) {
      const { name, at } = parcel.state === 'CARRIED' || parcel.state === 'DELIVERED' ? parcel.to : parcel.from;
      const index = taken.get(name) ?? 0;
      taken.set(name, index + 1);
      place(element, { x: at.x + index * 23, y: at.y - 13 - (index % 2) * 5 });
      element.classList.toggle('selected', parcel.id === this.selected);
    }
  }

  select(id) {
    this.selected = id;
    this.#arrange();
    for (const actor of this.#couriers.values()) actor.routed = undefined;
  }

  /** Everything anew: what is not in the lists is gone. */
  reset({ parcels, couriers, people }) {
    for (const id of [...this.#parcels.keys()]) this.parcelRemoved(id);
    for (const actor of this.#couriers.values()) Object.assign(actor, { track: [], past: [] });
    couriers.forEach((courier) => this.courier(courier));
    parcels.forEach((parcel) => this.parcel(parcel));
    this.people = people;
    this.moved([...couriers.values()].map(({ id, at }) => ({ id, ...at })));
  }

  // ---- notes -------------------------------------------------------------------------------------------------------

  /** A bubble over the courier that the person drives. */
  say(text, courier) {
    const actor = this.#couriers.get(courier);
    if (!actor) return;
    const shown = text.length > 36 ? `${text.slice(0, 35)}…` : text;
    const width = shown.length * 5.9 + 18;
    const bubble = svg('g', { class: 'bubble' },
      svg('path', { d: `M${-width / 2 + 8} -58H${width / 2 - 8}q8 0 8 8v8q0 8 -8 8H6l-6 7l-6 -7H${-width / 2 + 8}q-8 0 -8 -8v-8q0 -8 8 -8Z` }),
      svg('text', { y: -42 }, shown));
    actor.element.append(bubble);
    setTimeout(() => bubble.remove(), 6_000);
  }
}
