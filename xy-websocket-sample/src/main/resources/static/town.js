// The page of Alderbrook. All that has to do with the server is in this file; the others only draw.

import { connect, XyError } from './xy-websocket.js';
import { Actors } from './actors.js';
import { Live } from './live.js';
import { Panel } from './panel.js';
import { drawScenery } from './scenery.js';
import { offerSources } from './source.js';
import { distance, Streets } from './streets.js';
import { html } from './svg.js';
import { Wheel } from './wheel.js';

const IN_REACH = 26;
const FINGER = 22; // pixels; half of what a finger hits
const ROOM = 34; // pixels around the own courier that nothing covers
const calm = matchMedia('(prefers-reduced-motion: reduce)');
const byId = (id) => document.getElementById(id);
const map = byId('map');

const live = new Live(byId('live'));
const xy = connect('ws', { log: live.log });
const page = crypto.randomUUID?.() ?? String(Math.random()); // tells the server that it is still the same page
const town = { me: null, people: [], parcels: new Map(), couriers: new Map(), selected: null, driving: null };
const panel = new Panel({ select, assign, drive, leave, scan });
const removed = new Map(); // the id of a parcel that was removed a short while ago → the version
let taking; // the call that takes a courier over
let leaving; // the call that leaves the one before
let actors;
let wheel;
let streets;
offerSources();

// ---- the connection ------------------------------------------------------------------------------------------------

xy.onState((state, { delay }) => {
  panel.connection(state);
  document.body.classList.toggle('offline', state !== 'open');
  panel.offline(state !== 'open');
  if (state !== 'open') live.disconnected();
  refresh();
  if (state === 'open') enter().catch((error) => xy.state === 'open' && showError(error));
  if (state === 'waiting') {
    panel.dropQuestions();
    panel.banner(`The connection${town.me?.node ? ` to node ${town.me.node}` : ''} is lost. Trying again ${delay > 950 ? `in ${Math.round(delay / 1_000)} s` : 'now'} …`);
  }
});

/** At each connection, the first as well as any later one: who am I, and what is the town like now? */
async function enter() {
  const before = town.me;
  const [me, city] = await Promise.all([
    xy.call('people.join', { page, name: town.me?.name }),
    streets ? null : xy.call('city.map'),
  ]);
  town.me = me;
  panel.me(me);
  if (city) build(city);
  // The town comes as an event rather than as the answer: events keep their order, whereas an answer that holds the
  // state of a moment ago may well come after the event of a change.
  await xy.call('city.refresh');
  if (town.driving) await takeWheelAgain();
  if (before) panel.banner(before.node === me.node ? 'Connected again' : `Connected again, to node ${me.node} in place of node ${before.node}`, 'good');
  const readable = before && before.node !== me.node ? 5_000 : 1_800;
  setTimeout(() => xy.state === 'open' && panel.banner(null), before ? readable : 0);
  refresh();
  updateStats();
}

async function takeWheelAgain() {
  try {
    taking = xy.call('courier.take', town.driving);
    courierChanged(await taking);
  } catch (error) {
    stopDriving();
    showError(error);
  }
}

// ---- what the server sends -----------------------------------------------------------------------------------------

xy.on('city.snapshot', ({ version, parcels, couriers }) => {
  town.parcels = merged(town.parcels, parcels, version);
  town.couriers = merged(town.couriers, couriers, version);
  if (town.selected && !town.parcels.has(town.selected)) select(null);
  actors.reset(town);
});
xy.on('courier.moved', (positions) => actors?.moved(positions));
xy.on('courier.changed', courierChanged);
xy.on('parcel.changed', (parcel) => {
  if (!isNews(town.parcels, parcel)) return;
  town.parcels.set(parcel.id, parcel);
  actors?.parcel(parcel);
  refresh();
});
xy.on('parcel.removed', ({ id, version }) => {
  town.parcels.delete(id);
  removed.set(id, version);
  setTimeout(() => removed.delete(id), 60_000);
  actors?.parcelRemoved(id);
  if (town.selected === id) select(null);
  refresh();
});
xy.on('people.changed', (people) => {
  town.people = people;
  if (actors) actors.people = people;
  refresh();
});
xy.on('note.posted', (note) => {
  panel.note(note);
  const theirs = [...town.couriers.values()].find(({ driver }) => driver === note.person.id);
  if (theirs) actors?.say(note.text, theirs.id);
  if (note.person.id !== town.me?.id) panel.toast(0, note.person.name, note.text);
});
xy.on('scan.refused', ({ message }) => panel.toast(409, message));

function courierChanged(courier) {
  if (isNews(town.couriers, courier)) town.couriers.set(courier.id, courier);
  actors?.courier(town.couriers.get(courier.id)); // even if it is no news: it may be driven here since
  refresh();
}

/** What several nodes send may arrive in another order than it happened in, hence the versions. */
function isNews(known, { id, version }) {
  return version >= (known.get(id)?.version ?? removed.get(id) ?? 0);
}

/** The state that a snapshot has, and what has changed since, which may be here before it. */
function merged(known, told, version) {
  const newer = [...known].filter(([, one]) => one.version > version);
  const rest = told.filter(({ id }) => !(removed.get(id) > version));
  return new Map([...rest.map((one) => [one.id, one]), ...newer]);
}

// ---- what the server may call here ---------------------------------------------------------------------------------

xy.register('courier.locate', (courier) => {
  if (courier !== town.driving) throw new XyError(409, 'Nobody drives this courier here', { courier });
  const { x, y } = wheel.at;
  return { x: Math.round(x * 10) / 10, y: Math.round(y * 10) / 10 };
});

xy.register('courier.accept', async (offer) => {
  await Promise.allSettled([taking]); // the question may be here before the answer to it
  if (offer.courier !== town.driving) throw new XyError(409, 'Nobody drives this courier here', { courier: offer.courier });
  const courier = town.couriers.get(town.driving);
  return panel.ask(courier, offer, courier.parcel === offer.parcel);
});

// ---- what people do ------------------------------------------------------------------------------------------------

async function assign(parcel, courier) {
  try {
    // a person may have to be asked first, who has 15 seconds
    await xy.call('parcel.assign', { parcel, courier }, { timeout: 20_000 });
  } catch (error) {
    showError(error);
  }
}

async function drive(id) {
  try {
    await leaving; // calls run side by side: leaving must not come second
    taking = xy.call('courier.take', id);
    const courier = await taking;
    const left = town.couriers.get(town.driving);
    if (town.driving !== id) panel.dropQuestions(); // they were about the courier that is left with this
    town.driving = id;
    wheel.take({ ...courier, at: actors.whereIs(id) ?? courier.at });
    if (left) courierChanged(left);
    courierChanged(courier);
  } catch (error) {
    showError(error);
  }
}

function leave() {
  stopDriving();
  if (xy.state === 'open') leaving = xy.call('courier.leave').catch(showError); // without a connection the server knows
}

function stopDriving() {
  const left = town.couriers.get(town.driving);
  town.driving = null;
  wheel.leave();
  panel.dropQuestions();
  if (left) actors.courier(left);
  refresh();
}

function scan(parcel) {
  panel.agree(parcel);
  xy.send('parcel.scanned', { parcel, courier: town.driving });
}

function select(id) {
  town.selected = id === town.selected ? null : id;
  actors?.select(town.selected);
  refresh();
}

byId('note-form').onsubmit = (event) => {
  event.preventDefault();
  const input = byId('note-input');
  if (input.value.trim() && xy.send('note.posted', { text: input.value })) input.value = '';
};

byId('track').onsubmit = async (event) => {
  event.preventDefault();
  const said = byId('track-error');
  try {
    const typed = byId('track-input').value.trim().toUpperCase();
    const { id } = await xy.call('parcel.find', typed.startsWith('P-') ? typed : `P-${typed}`);
    said.hidden = true;
    if (town.selected !== id) select(id);
    document.querySelector(`[data-testid=parcel-card-${id}]`)?.scrollIntoView({ block: 'center', behavior: calm.matches ? 'auto' : 'smooth' });
  } catch (error) {
    said.textContent = `${error.status ?? ''} ${error.message}`;
    said.hidden = false;
  }
};

const form = byId('parcel-form');
const openForm = (open) => {
  form.hidden = !open;
  byId('new-parcel').setAttribute('aria-expanded', open);
};
byId('new-parcel').onclick = () => openForm(form.hidden);
form.onreset = () => {
  openForm(false);
  showFieldErrors({});
};
form.onsubmit = async (event) => {
  event.preventDefault();
  const { from, to, weight } = Object.fromEntries(new FormData(form));
  try {
    const parcel = await xy.call('parcel.create', { from, to, weight: Number(weight) });
    form.reset();
    if (town.selected !== parcel.id) select(parcel.id);
    document.querySelector(`[data-testid=parcel-card-${parcel.id}]`)?.scrollIntoView({ block: 'nearest' });
  } catch (error) {
    showFieldErrors(fieldErrors(error), error);
  }
};

// ---- errors --------------------------------------------------------------------------------------------------------

function showError(error) {
  const details = Object.entries(error.details ?? {}).map(([name, value]) => `${name}: ${value}`);
  panel.toast(error.status ?? 500, error.message, details.join(' · '));
}

/** field → message; from a failed validation, or from an error that names one field. */
function fieldErrors({ message, details = {} }) {
  if (details.field) return { [details.field]: message };
  return Object.fromEntries((details.errors ?? []).map(({ field, message: text }) => [field, text]));
}

function showFieldErrors(errors, error) {
  for (const old of form.querySelectorAll('.field-error')) old.remove();
  for (const input of form.elements) input.removeAttribute?.('aria-invalid');
  for (const [field, text] of Object.entries(errors)) {
    const input = form.elements[field];
    input?.setAttribute('aria-invalid', 'true');
    input?.closest('label').append(html('span', { class: 'field-error', 'data-testid': `field-error-${field}` }, text));
  }
  const general = form.querySelector('[data-testid=parcel-error]');
  const shown = Object.keys(errors).some((field) => form.elements[field]);
  general.hidden = !error || shown;
  general.textContent = error ? `${error.status ?? ''} ${error.message}` : '';
}

// ---- the map -------------------------------------------------------------------------------------------------------

function build(city) {
  streets = new Streets(city);
  wheel = new Wheel(streets);
  drawScenery(byId('scenery'), byId('flow'), city, streets);
  actors = new Actors(byId('actors'), streets, city.places, wheel);
  for (const { name } of city.places) {
    for (const field of ['from', 'to']) form.elements[field].append(html('option', {}, name));
  }
  form.elements.to.selectedIndex = 5;
  const resizing = new ResizeObserver(sizeMap);
  for (const id of ['stage', 'head', 'foot']) resizing.observe(byId(id));
  let before = performance.now();
  const frame = (time) => {
    const seconds = Math.min(1, (time - before) / 1_000); // after a pause it goes on where it was
    before = time;
    if (town.driving) wheel.ride(seconds);
    actors.frame(time);
    keepInSight(seconds);
    if (town.driving) showTask();
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

const stage = { scale: 1, top: 0, from: 0, to: 0, shift: 0 }; // all but the scale in pixels

/** On a small screen the map shrinks, but what one has to recognise and to hit does not shrink as much. */
function sizeMap() {
  const { a: scale, e, f } = map.getScreenCTM();
  const { top, left, right } = byId('stage').getBoundingClientRect();
  Object.assign(stage, { scale, top: f - stage.shift - top, from: byId('head').offsetHeight, to: byId('foot').offsetTop });
  map.style.setProperty('--marker', Math.max(1, Math.min(1.9, 0.74 / scale)).toFixed(2));
  actors.scale(scale, { left: (left - e) / scale + 4, right: (right - e) / scale - 4 });
}

/** Moves the map so far that nothing lies over the courier that is driven here. */
function keepInSight(seconds) {
  const y = wheel.at.y * stage.scale + stage.top;
  const wanted = !town.driving ? 0 : Math.min(0, stage.to - ROOM - y) || Math.max(0, stage.from + ROOM - y);
  if (Math.abs(wanted - stage.shift) < 0.1) return;
  stage.shift = calm.matches ? wanted : stage.shift + (wanted - stage.shift) * (1 - 0.85 ** (60 * seconds));
  for (const picture of document.querySelectorAll('.picture')) picture.style.transform = `translateY(${stage.shift.toFixed(1)}px)`;
}

function showTask() {
  const courier = town.couriers.get(town.driving);
  const parcel = town.parcels.get(courier?.parcel);
  if (!parcel) return panel.driveBar(courier);
  const carried = parcel.state === 'CARRIED';
  const stop = carried ? parcel.to : parcel.from;
  const gap = distance(wheel.at, stop.at);
  const near = gap < IN_REACH;
  const text = near ? `You are at the ${stop.name}` : `${carried ? 'Deliver' : 'Fetch'} ${parcel.id}: ${stop.name}, ${Math.ceil(gap / 10) * 10} m`;
  panel.driveBar(courier, { parcel: parcel.id, near, text, verb: carried ? 'Hand over' : 'Pick up' });
}

const pointOf = (event) => {
  const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(map.getScreenCTM().inverse());
  return { x, y };
};

// A press on a courier that is pulled along takes it over; while driving, a press anywhere is where to go.
let press = null;
map.onpointerdown = (event) => {
  const id = event.target.closest('[data-id]')?.dataset.id ?? (event.pointerType === 'touch' ? actors?.nearest(pointOf(event), FINGER / stage.scale) : undefined);
  press = { id, x: event.clientX, y: event.clientY, dragged: false };
  map.setPointerCapture(event.pointerId);
};
map.onpointermove = (event) => {
  if (!press) return;
  if (!press.dragged && Math.hypot(event.clientX - press.x, event.clientY - press.y) > 8) {
    press.dragged = true;
    if (town.couriers.has(press.id) && press.id !== town.driving) drive(press.id);
  }
  if (press.dragged && town.driving) wheel.steer(pointOf(event));
};
map.onpointerup = (event) => {
  if (press && !press.dragged) tap(press.id, event);
  press = null;
};
map.onpointercancel = () => (press = null);
map.onkeydown = (event) => {
  const id = event.target.closest('[data-id]')?.dataset.id;
  if (id && (event.key === 'Enter' || event.key === ' ')) tap(id);
};

// Keys ride, except where they are typed or move something else.
document.onkeydown = (event) => {
  const elsewhere = event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, select, dialog');
  if (town.driving && !elsewhere && wheel.press(event.code)) event.preventDefault();
};
document.onkeyup = (event) => wheel?.release(event.code);
window.onblur = () => wheel?.release();

function tap(id, event) {
  const selected = town.parcels.get(town.selected);
  const task = town.couriers.get(town.driving)?.parcel;
  if (town.parcels.has(id) && id !== task) {
    panel.open('parcels');
    select(id);
  } else if (town.couriers.has(id) && selected?.state === 'WAITING') assign(selected.id, id);
  else if (town.couriers.has(id) && id !== town.driving) panel.open('couriers');
  else if (town.driving && event) wheel.steer(pointOf(event));
}

// ---- keeping up ----------------------------------------------------------------------------------------------------

let refreshing = false;

/** However much changes at once, the panel is drawn once. */
function refresh() {
  if (refreshing) return;
  refreshing = true;
  requestAnimationFrame(() => {
    refreshing = false;
    panel.parcels(town);
    panel.couriers(town);
    panel.people(town);
    if (!town.driving) panel.driveBar(null);
  });
}

async function updateStats() {
  if (xy.state !== 'open') return;
  const asked = performance.now();
  try {
    panel.stats(await xy.call('city.stats'));
    panel.connection('open', `live · ${Math.max(1, Math.round(performance.now() - asked))} ms`);
  } catch (error) {
    if (error.status !== 503) showError(error);
  }
}
setInterval(updateStats, 3_000);
