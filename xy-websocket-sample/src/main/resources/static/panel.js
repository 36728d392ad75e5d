// The panel beside the map, and what lies over the map: toasts, questions, the banner and the bar of a driver.

import { box } from './actors.js';
import { face } from './faces.js';
import { html } from './svg.js';

const byId = (id) => document.getElementById(id);
const colour = (hue) => `oklch(var(--courier-l) var(--courier-c) ${hue})`;

/**
 * Makes a list show these items. An entry whose looks did not change stays the element that it is, and stays where it
 * is: taken out and put back, it would lose the focus, and the click that somebody is in the middle of. The focus in an
 * entry that is drawn anew goes to the same button of the new one.
 */
export function show(list, items, looks, draw) {
  const present = new Map([...list.children].map((element) => [element.dataset.key, element]));
  const focused = list.contains(document.activeElement) && document.activeElement;
  const redrawn = focused && [...list.children].find((element) => element.contains(focused));
  const button = redrawn && [...redrawn.querySelectorAll('button')].indexOf(focused);
  const wanted = items.map((item) => {
    const signature = JSON.stringify(looks(item));
    let element = present.get(item.id);
    if (element?.dataset.looks !== signature) {
      element = draw(item);
      element.dataset.key = item.id;
      element.dataset.looks = signature;
    }
    return element;
  });
  for (const gone of present.values()) if (!wanted.includes(gone)) gone.remove();
  wanted.forEach((element, i) => {
    if (list.children[i] !== element) list.insertBefore(element, list.children[i] ?? null);
  });
  if (!redrawn || redrawn.isConnected) return;
  const successor = wanted.find((element) => element.dataset.key === redrawn.dataset.key);
  const buttons = successor ? successor.querySelectorAll('button') : [];
  (buttons[button] ?? buttons[0])?.focus({ preventScroll: true });
}

const STATES = {
  WAITING: () => 'waiting for a courier',
  ASSIGNED: (courier) => `${courier} is coming to fetch it`,
  CARRIED: (courier) => `${courier} is carrying it`,
  DELIVERED: (courier) => `delivered by ${courier}`,
};
const ORDER = { CARRIED: 1, ASSIGNED: 1, WAITING: 0, DELIVERED: 2 };
const number = (id) => Number(id.slice(2));
const RIDE = matchMedia('(hover: hover)').matches
  ? 'Ride with the arrow keys or W A S D, or click the map'
  : 'Tap or drag on the map to ride there';

/** A button that opens the source of what the one beside it does. */
const see = (name, what) => html('button', { class: 'see', type: 'button', 'data-source': name, 'aria-label': `View source of ${what}` });

/** `act` is what the buttons do: assign, drive, leave, select. */
export class Panel {
  #act;
  #offline = false;
  #questions = new Map(); // a parcel's id → { answer, answered }: the function that answers the question, and its promise

  constructor(act) {
    this.#act = act;
    for (const tab of document.querySelectorAll('[role=tab]')) tab.onclick = () => this.open(tab.dataset.tab);
    byId('tabs').onkeydown = (event) => this.#moveTab(event);
  }

  open(name) {
    for (const tab of document.querySelectorAll('[role=tab]')) {
      const chosen = tab.dataset.tab === name;
      tab.setAttribute('aria-selected', chosen);
      tab.tabIndex = chosen ? 0 : -1;
      byId(tab.dataset.tab).hidden = !chosen;
    }
  }

  #moveTab(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    const tabs = [...document.querySelectorAll('[role=tab]')];
    const next = tabs.at((tabs.indexOf(event.target) + step) % tabs.length);
    next.focus();
    this.open(next.dataset.tab);
    event.preventDefault();
  }

  // ---- lists -------------------------------------------------------------------------------------------------------

  parcels({ parcels, couriers, selected, me }) {
    const sorted = [...parcels.values()].sort((a, b) => ORDER[a.state] - ORDER[b.state] || number(b.id) - number(a.id));
    const choices = [...couriers.values()].map(({ id, name, hue, parcel }) => ({ id, name, hue, busy: Boolean(parcel) }));
    const offline = this.#offline;
    const courierOf = (parcel) => couriers.get(parcel.courier);
    const assignable = (parcel) => parcel.id === selected && parcel.state === 'WAITING';
    const looks = (parcel) => [parcel, parcel.id === selected, assignable(parcel), me?.name, offline];
    show(byId('parcel-list'), sorted, looks, (parcel) =>
      html('li', { class: `card parcel-card ${parcel.state.toLowerCase()}`, 'aria-current': parcel.id === selected, 'data-state': parcel.state,
        'data-testid': `parcel-card-${parcel.id}`, style: courierOf(parcel) && `--hue-colour: ${colour(courierOf(parcel).hue)}` },
        html('button', { class: 'cover', onclick: () => this.#act.select(parcel.id) },
          this.#boxIcon(),
          html('span', { class: 'text' },
            html('span', { class: 'line' }, html('b', {}, parcel.id), html('span', { class: 'weight' }, `${parcel.weight} kg`),
              parcel.sender && parcel.sender === me?.name && html('span', { class: 'mine' }, 'yours')),
            html('span', { class: 'route' }, parcel.from.name, html('i', {}, '→'), parcel.to.name),
            html('span', { class: 'state' }, STATES[parcel.state](courierOf(parcel)?.name)))),
        assignable(parcel) && html('div', { class: 'choices' }, html('span', {}, 'Give it to'), see('parcel.assign', 'Give it to'),
          choices.map(({ id, name, hue }) =>
            html('button', { class: 'chip', style: `--hue-colour: ${colour(hue)}`, 'data-testid': `assign-${id}`, ...this.#needsServer(),
              onclick: () => this.#act.assign(parcel.id, id) }, name)))));
    for (const { id, busy } of choices) {
      const chip = byId('parcel-list').querySelector(`[data-testid=assign-${id}]`);
      chip?.classList.toggle('busy', busy);
      if (chip) chip.title = busy ? 'busy' : 'free';
    }
  }

  #boxIcon() {
    const icon = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    icon.setAttribute('viewBox', '-13 -12 26 26');
    icon.setAttribute('class', 'box-icon');
    icon.append(box());
    return icon;
  }

  couriers({ couriers, parcels, people, driving }) {
    const driver = (courier) => people.find(({ id }) => id === courier.driver);
    const doing = ({ parcel }) => {
      const state = parcels.get(parcel)?.state;
      return !parcel ? 'free' : `${state === 'CARRIED' ? 'carries' : 'fetches'} ${parcel}`;
    };
    const looks = ({ at, ...courier }) => [courier, doing(courier), driver(courier)?.name, driving, this.#offline];
    show(byId('courier-list'), [...couriers.values()], looks, (courier) => {
      const mine = courier.id === driving;
      return html('li', { class: 'card courier-card', style: `--hue-colour: ${colour(courier.hue)}`, 'data-testid': `courier-card-${courier.id}` },
        driver(courier) ? html('span', { class: 'portrait' }, face(driver(courier).animal, driver(courier).hue)) : html('span', { class: 'disc' }, courier.name[0]),
        html('span', { class: 'text' },
          html('span', { class: 'line' }, html('b', {}, courier.name), driver(courier) && html('span', { class: 'weight' }, mine ? 'you' : driver(courier).name)),
          html('span', { class: 'state' }, doing(courier), courier.delivered > 0 && ` · ${courier.delivered} delivered`)),
        html('button', { class: mine ? 'quiet' : 'secondary', 'data-testid': `${mine ? 'leave' : 'drive'}-${courier.id}`, ...(mine ? {} : this.#needsServer()),
          'aria-label': `${mine ? 'Leave' : 'Drive'} ${courier.name}`, onclick: () => (mine ? this.#act.leave() : this.#act.drive(courier.id)) }, mine ? 'Leave' : 'Drive'));
    });
  }

  people({ people, couriers, me }) {
    byId('people-count').textContent = people.length;
    const drives = ({ id }) => [...couriers.values()].find(({ driver }) => driver === id)?.name;
    show(byId('people-list'), people, (person) => [person, drives(person), me?.id], (person) =>
      html('li', { class: 'card person-card', 'data-testid': 'person', 'data-name': person.name },
        html('span', { class: 'portrait' }, face(person.animal, person.hue)),
        html('span', { class: 'text' },
          html('span', { class: 'line' }, html('b', {}, person.name), person.id === me?.id && html('span', { class: 'mine' }, 'you')),
          html('span', { class: 'state' }, drives(person) ? `drives ${drives(person)}` : 'watching', person.node && ` · node ${person.node}`))));
  }

  note({ person, text }) {
    const entry = html('li', { 'data-testid': 'note' }, face(person.animal, person.hue), html('span', {}, html('b', {}, person.name), ` ${text}`));
    byId('notes').prepend(entry);
    while (byId('notes').children.length > 12) byId('notes').lastChild.remove();
  }

  stats({ waiting, onTheWay, delivered }) {
    const values = { 'stat-waiting': waiting, 'stat-on-the-way': onTheWay, 'stat-delivered': delivered };
    for (const [id, value] of Object.entries(values)) document.querySelector(`[data-testid=${id}]`).textContent = value;
  }

  me(person) {
    byId('me').replaceChildren(face(person.animal, person.hue), html('span', {}, 'You are ', html('b', { 'data-testid': 'my-name' }, person.name),
      person.node && html('span', { 'data-testid': 'my-node', 'data-node': person.node, title: 'The node that this page is connected to' }, ` · node ${person.node}`)));
  }

  #needsServer() {
    return { disabled: this.#offline, 'aria-describedby': this.#offline && 'offline' };
  }

  // ---- connection --------------------------------------------------------------------------------------------------

  connection(state, text) {
    const pill = byId('connection');
    pill.dataset.state = state;
    pill.textContent = text ?? { connecting: 'connecting', open: 'live', waiting: 'offline', idle: 'idle', closed: 'closed' }[state];
  }

  /** Says in words why nothing can be sent, and makes the buttons that would send something wait. What is typed stays. */
  offline(offline) {
    this.#offline = offline;
    byId('offline').textContent = offline ? 'You are offline. You can send, search and drive again as soon as the connection is back.' : '';
    for (const button of document.querySelectorAll('[data-needs-server]')) {
      button.disabled = offline;
      if (offline) button.setAttribute('aria-describedby', 'offline');
      else button.removeAttribute('aria-describedby');
    }
  }

  banner(text, kind = 'bad') {
    const banner = byId('banner');
    banner.hidden = !text;
    banner.className = kind;
    banner.textContent = text ?? '';
  }

  // ---- errors ------------------------------------------------------------------------------------------------------

  toast(status, message, note) {
    const toast = html('div', { class: `toast ${status >= 500 ? 'bad' : status >= 400 ? 'warn' : 'good'}`, 'data-testid': 'toast', 'data-status': status, role: 'alert' },
      status >= 400 && html('span', { class: 'status' }, status),
      html('span', { class: 'text' }, html('b', {}, message), note && html('small', { 'data-testid': 'toast-code' }, note)),
      html('button', { class: 'close', 'aria-label': 'Close', onclick: () => toast.remove() }, '×'));
    byId('toasts').append(toast);
    while (byId('toasts').children.length > 3) byId('toasts').firstChild.remove();
    setTimeout(() => toast.remove(), 7_000);
  }

  // ---- driving -----------------------------------------------------------------------------------------------------

  driveBar(courier, task) {
    const bar = byId('drive-bar');
    bar.hidden = !courier;
    byId('tip').hidden = Boolean(courier);
    if (!courier) return;
    const looks = [courier.id, task?.parcel, task?.verb].join();
    if (bar.dataset.looks !== looks) {
      bar.dataset.looks = looks;
      bar.style.setProperty('--hue-colour', colour(courier.hue));
      bar.replaceChildren(
        html('span', { class: 'disc', 'aria-hidden': 'true' }, courier.name[0]),
        html('span', { class: 'text' }, html('b', { id: 'drive-title' }, `You drive ${courier.name}`), html('span', { id: 'task', 'data-testid': 'task' })),
        html('div', { class: 'row' },
          ...(task ? [see('parcel.scanned', task.verb), html('button', { class: 'primary', id: 'scan', 'data-testid': 'scan', onclick: () => this.#act.scan(task.parcel) }, task.verb)] : []),
          html('button', { class: 'quiet', 'data-testid': 'leave', onclick: () => this.#act.leave() }, 'Leave')));
    }
    // only what changes while one rides: a button that is replaced would lose the focus
    byId('task').textContent = task?.text ?? RIDE;
    if (task) byId('scan').disabled = !task.near;
  }

  /**
   * Asks the person; resolves to true or false, and to false when the time is over. Whoever asks about a parcel that is in
   * question already gets the answer to that question. `has`: the courier has the parcel already.
   */
  ask(courier, offer, has) {
    if (!this.#questions.has(offer.parcel)) this.#questions.set(offer.parcel, this.#question(courier, offer, has));
    return this.#questions.get(offer.parcel).answered;
  }

  #question(courier, { parcel, from, to, weight, distance, seconds }, has) {
    let resolve;
    const answered = new Promise((done) => (resolve = done));
    const before = document.activeElement;
    const answer = (value) => {
      const focused = card.contains(document.activeElement);
      card.remove();
      clearTimeout(timer);
      this.#questions.delete(parcel);
      this.#countQuestions();
      if (focused) this.#focusAfter(before);
      resolve(value);
      if (value) this.dropQuestions(); // one parcel at a time
    };
    const card = html('div', { class: 'question', role: 'alertdialog', tabindex: -1, 'aria-labelledby': `question-${parcel}`, 'aria-describedby': `about-${parcel}`,
      'data-testid': 'question', 'data-parcel': parcel, style: `--hue-colour: ${colour(courier.hue)}; --seconds: ${seconds}s`,
      onkeydown: (event) => event.key === 'Escape' && answer(false) },
      this.#boxIcon(),
      html('div', { class: 'text' },
        html('b', { id: `question-${parcel}`, 'data-testid': 'question-text' }, has ? `Keep ${parcel} for ${to}?` : `Take ${parcel} to ${to}?`),
        html('span', { id: `about-${parcel}` }, has ? `${courier.name} has it already` : `From ${from}, ${distance} m away`, ` · ${weight} kg · ${seconds} s to answer`),
        html('span', { class: 'more', 'data-testid': 'question-more' })),
      html('div', { class: 'row' },
        see('courier.accept', 'this question'),
        html('button', { class: 'quiet', 'data-testid': 'question-no', onclick: () => answer(false) }, 'No'),
        html('button', { class: 'primary', 'data-testid': 'question-yes', onclick: () => answer(true) }, 'Yes, I will')),
      html('span', { class: 'countdown' }));
    const timer = setTimeout(() => answer(false), seconds * 1_000);
    byId('questions').append(card);
    this.#countQuestions();
    // not out of a field that somebody is typing in, nor out of a dialog
    if (!before?.closest('input, select, dialog')) card.focus({ preventScroll: true });
    return { answer, answered };
  }

  /** A phone shows one question at a time, the oldest, which says how many more wait. */
  #countQuestions() {
    const [first, ...more] = byId('questions').children;
    if (first) first.querySelector('.more').textContent = { 0: '', 1: '1 more question waits' }[more.length] ?? `${more.length} more questions wait`;
  }

  /** The focus goes to the next question, or back to where it was, or to the bar if that is gone. */
  #focusAfter(before) {
    for (const next of [byId('questions').querySelector('.question'), before, byId('drive-bar')]) {
      next?.focus({ preventScroll: true });
      if (next && next !== document.body && document.activeElement === next) return;
    }
  }

  /** Who picks a parcel up has said yes. */
  agree(parcel) {
    this.#questions.get(parcel)?.answer(true);
  }

  /** Answers no to all that are open. */
  dropQuestions() {
    for (const { answer } of [...this.#questions.values()]) answer(false);
  }
}
