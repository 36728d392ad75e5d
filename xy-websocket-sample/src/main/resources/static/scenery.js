// Everything of the map that stands still: land, river, parks, houses, streets and their names.
// It is made up around the streets that the server sends, always the same for the same streets.

import { distance, project } from './streets.js';
import { svg } from './svg.js';

const RIVER = [[560, -420], [590, -140], [618, 20], [655, 170], [684, 310], [668, 450], [640, 590], [662, 740], [712, 880], [740, 1000], [700, 1300]];
const RIVER_WIDTH = 74;
const MAIN = /Ring|Quay|Bridge|Rampart|Harbour|Gate/;
const PARKS = [
  { name: 'Linden Park', label: [236, 650], points: [[200, 548], [252, 586], [318, 606], [330, 664], [332, 728], [240, 702], [154, 640]] },
  { name: 'Beacon Gardens', label: [850, 482], points: [[817, 439], [885, 444], [881, 520], [821, 513]] },
  { name: null, points: [[946, 162], [949, 243], [886, 237], [886, 156]] },
  { name: null, points: [[88, 290], [142, 322], [132, 378], [68, 396]] },
];
const SQUARE = { at: { x: 335, y: 402 }, radius: 46 };
const ROADS_OUT = [
  [[52, 411], [-120, 440], [-700, 380]], [[131, 176], [-40, 20], [-500, -320]], [[351, 56], [372, -120], [330, -500]],
  [[137, 647], [-30, 800], [-420, 1200]], [[341, 741], [352, 900], [300, 1300]], [[954, 62], [968, -100], [1060, -500]],
  [[962, 346], [1150, 372], [1700, 330]], [[977, 816], [1010, 930], [1150, 1300]], [[969, 628], [1140, 662], [1700, 760]],
  [[625, 792], [660, 900], [690, 1300]], [[566, 38], [538, -100], [500, -500]],
];
const DISTRICTS = [['OLD TOWN', 420, 570], ['FOX HILL', 178, 300], ['EASTSIDE', 846, 286], ['POTTERS', 860, 664], ['NORTH END', 300, 145]];

/** A generator of the same numbers in each page: everybody sees the same town. */
function dice(seed) {
  return () => {
    seed = (seed * 16807) % 2147483647;
    return (seed - 1) / 2147483646;
  };
}

const line = (points) => points.map((p, i) => `${i ? 'L' : 'M'}${p.x.toFixed(1)} ${p.y.toFixed(1)}`).join('');
const polygon = (points) => `${line(points)}Z`;
const asPoint = ([x, y]) => ({ x, y });
const pairs = (points) => points.slice(1).map((p, i) => [points[i], p]);

/** A soft line through the points (Catmull-Rom, written as Bézier curves). */
function curve(points) {
  let d = `M${points[0].x} ${points[0].y}`;
  for (let i = 0; i < points.length - 1; i++) {
    const [a, b, c, e] = [points[i - 1] ?? points[i], points[i], points[i + 1], points[i + 2] ?? points[i + 1]];
    d += `C${b.x + (c.x - a.x) / 6} ${b.y + (c.y - a.y) / 6} ${c.x - (e.x - b.x) / 6} ${c.y - (e.y - b.y) / 6} ${c.x} ${c.y}`;
  }
  return d;
}

function inside(p, points) {
  let is = false;
  for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
    const [a, b] = [points[i], points[j]];
    if (a.y > p.y !== b.y > p.y && p.x < ((b.x - a.x) * (p.y - a.y)) / (b.y - a.y) + a.x) is = !is;
  }
  return is;
}

const gapToLines = (p, lines) => Math.min(...lines.map(([a, b]) => distance(p, project(p, a, b))));

/** Houses along both sides of each stretch, wherever nothing else is in the way. */
function houses(stretches, blocked) {
  const random = dice(20);
  const built = [];
  for (const [a, b] of stretches) {
    const length = distance(a, b);
    const [ux, uy] = [(b.x - a.x) / length, (b.y - a.y) / length];
    for (const side of [-1, 1]) {
      for (const row of [0, 1]) {
        let along = 10 + random() * 6;
        while (along < length - 12) {
          const width = 11 + random() * 15;
          const depth = row ? 9 + random() * 8 : 13 + random() * 9;
          const setback = row ? 38 + random() * 6 : 10 + random() * 2;
          const corner = (s, d) => ({
            x: a.x + ux * (along + s) - uy * side * (setback + d),
            y: a.y + uy * (along + s) + ux * side * (setback + d),
          });
          const house = [corner(0, 0), corner(width, 0), corner(width, depth), corner(0, depth)];
          const middle = corner(width / 2, depth / 2);
          const radius = Math.hypot(width, depth) / 2;
          const touches = (other) => distance(other.middle, middle) < (other.radius + radius) * 0.88;
          if (random() > (row ? 0.25 : 0.06) && !blocked(house, middle) && !built.some(touches)) {
            built.push({ house, middle, radius });
          }
          along += width + 1.5 + random() * 3;
        }
      }
    }
  }
  return built;
}

function trees(random, count, inArea, accept) {
  const found = [];
  for (let tries = 0; found.length < count && tries < count * 30; tries++) {
    const p = { ...inArea(random), r: 3.4 + random() * 3.6 };
    if (accept(p) && found.every((other) => distance(other, p) > (other.r + p.r) * 0.72)) found.push(p);
  }
  return found;
}

const dots = (points, grow = 0, dx = 0, dy = 0) =>
  points.map(({ x, y, r }) => `M${(x + dx - r - grow).toFixed(1)} ${(y + dy).toFixed(1)}a${r + grow} ${r + grow} 0 1 0 ${2 * (r + grow)} 0a${r + grow} ${r + grow} 0 1 0 ${-2 * (r + grow)} 0`).join('');

/** Draws what stands still into `root`, and into `flow` the moving water with the boats and the bridges over them. */
export function drawScenery(root, flow, city, streets) {
  const random = dice(7);
  const river = RIVER.map(asPoint);
  const riverLines = pairs(river);
  const parks = PARKS.map((park) => ({ ...park, points: park.points.map(asPoint) }));
  const roadsOut = ROADS_OUT.map((road) => road.map(asPoint));
  const streetLines = [...streets.stretches, ...roadsOut.flatMap(pairs)];
  const into = (parent) => (name, attributes, ...children) => parent.appendChild(svg(name, attributes, ...children));
  const add = into(root);

  add('rect', { class: 'land', x: -1500, y: -1500, width: 4000, height: 4000 });

  // fields around the town, and trees where nobody lives
  for (let i = 0; i < 160; i++) {
    const [x, y, turn] = [-700 + random() * 2400, -500 + random() * 1900, random() * 30 - 15];
    const [w, h] = [70 + random() * 120, 50 + random() * 90];
    const reach = Math.hypot(w, h) / 2;
    if (gapToLines({ x, y }, streetLines) < reach + 14 || gapToLines({ x, y }, riverLines) < reach + 60) continue;
    if (gapToLines({ x, y }, streets.stretches) < reach + 66) continue;
    add('rect', { class: `field field-${i % 3}`, x: x - w / 2, y: y - h / 2, width: w, height: h, rx: 6, transform: `rotate(${turn} ${x} ${y})` });
  }
  const inWood = (p) => Math.sin(p.x / 83 + 2) + Math.cos(p.y / 61 + p.x / 170) > 0.62;
  const forest = trees(random, 520, (r) => ({ x: -480 + r() * 1960, y: -280 + r() * 1420 }), (p) =>
    inWood(p) && gapToLines(p, riverLines) > 52 && gapToLines(p, streetLines) > 16 && gapToLines(p, streets.stretches) > 62);

  const riverPath = curve(river);
  add('path', { class: 'bank', d: riverPath, 'stroke-width': RIVER_WIDTH + 10 });
  add('path', { class: 'water', id: 'river', d: riverPath, 'stroke-width': RIVER_WIDTH });

  for (const park of parks) add('path', { class: 'park', d: polygon(park.points) });
  add('path', { class: 'park-path', d: 'M206 560C250 610 280 620 330 690M168 640C230 640 270 640 326 640' });
  add('ellipse', { class: 'pond', cx: 268, cy: 671, rx: 27, ry: 13, transform: 'rotate(14 268 671)' });
  const inPark = trees(random, 150, (r) => ({ x: 60 + r() * 910, y: 150 + r() * 590 }), (p) =>
    parks.some((park) => inside(p, park.points)) && gapToLines(p, streetLines) > 15 && Math.hypot((p.x - 268) / 36, (p.y - 671) / 22) > 1
    && Math.abs(p.y - 640) + Math.abs(p.x - 245) * 0.2 > 16);
  const alongQuay = trees(random, 46, (r) => ({ x: 560 + r() * 190, y: 20 + r() * 780 }), (p) =>
    Math.abs(gapToLines(p, riverLines) - 44) < 2.5 && gapToLines(p, streetLines) > 9);
  alongQuay.forEach((tree) => (tree.r = 3.2));

  const blocked = (corners, middle) =>
    [...corners, middle].some((p) =>
      gapToLines(p, streetLines) < 8.5 || gapToLines(p, riverLines) < 47 || distance(p, SQUARE.at) < SQUARE.radius + 2 ||
      parks.some((park) => inside(p, park.points)));
  const built = houses(streets.stretches, blocked);
  const shape = (house) => polygon(house.house);
  add('path', { class: 'shadow', d: built.map(shape).join(''), transform: 'translate(2.2 2.6)' });
  for (let tone = 0; tone < 3; tone++) {
    add('path', { class: `house house-${tone}`, d: built.filter((_, i) => (i * 7) % 3 === tone).map(shape).join('') });
  }
  add('path', { class: 'window', d: built.filter(() => random() < 0.45).map(({ middle }) => `M${(middle.x + random() * 6 - 3).toFixed(1)} ${(middle.y + random() * 6 - 3).toFixed(1)}h2.2`).join('') });

  const green = [...inPark, ...alongQuay, ...forest];
  add('path', { class: 'tree-shadow', d: dots(green, 0, 1.6, 2) });
  add('path', { class: 'tree', d: dots(green) });
  add('path', { class: 'tree-light', d: dots(green.map((t) => ({ ...t, r: t.r * 0.52 })), 0, -1, -1.1) });

  add('circle', { class: 'square', cx: SQUARE.at.x, cy: SQUARE.at.y, r: SQUARE.radius });
  add('circle', { class: 'square-ring', cx: SQUARE.at.x, cy: SQUARE.at.y, r: SQUARE.radius - 9 });

  drawStreets(add, city, roadsOut);
  drawNames(add, city, parks);
  drawFlow(into(flow), river, city);
  const calm = matchMedia('(prefers-reduced-motion: reduce)');
  const move = () => flow.ownerSVGElement[calm.matches ? 'pauseAnimations' : 'unpauseAnimations'](); // of the boats
  calm.onchange = move;
  move();
}

/** Apart from the rest: because it moves all the time, and the rest need not be painted again with it. */
function drawFlow(add, river, city) {
  for (const [offset, dash] of [[-19, '40 130'], [4, '70 190'], [22, '26 150']]) {
    add('path', { class: 'ripple', d: curve(river.map((p) => ({ x: p.x + offset, y: p.y }))), 'stroke-dasharray': dash });
  }
  drawBoats(add);
  const bridges = city.streets.filter(({ name }) => name.endsWith('Bridge'));
  const deck = ([a, b]) => {
    const short = 9 / distance(a, b); // so that they don't lie on the quays
    const at = (t) => ({ x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t });
    return line([at(short), at(1 - short)]);
  };
  const decks = bridges.map(({ points }) => deck(points)).join('');
  add('path', { class: 'bridge-shadow', d: decks, transform: 'translate(2 5)' });
  for (const layer of ['bridge', 'street-edge main deck', 'street main deck']) add('path', { class: layer, d: decks });
  nameStreets(add, bridges);
}

function drawStreets(add, city, roadsOut) {
  const roads = roadsOut.map((points) => ({ d: curve(points), main: true }));
  const streets = city.streets.map(({ name, points }) => ({ d: line(points), main: MAIN.test(name) }));
  const all = [...roads, ...streets];
  const path = (of) => of.map(({ d }) => d).join('');
  add('path', { class: 'street-edge', d: path(all.filter(({ main }) => !main)) });
  add('path', { class: 'street-edge main', d: path(all.filter(({ main }) => main)) });
  add('path', { class: 'street', d: path(all.filter(({ main }) => !main)) });
  add('path', { class: 'street main', d: path(all.filter(({ main }) => main)) });
}

function drawBoats(add) {
  for (const [seconds, begin, backwards] of [[70, 0, false], [95, -40, true], [82, -61, false]]) {
    const boat = svg('g', { class: 'boat' },
      svg('path', { class: 'wake', d: 'M-7 -3L-30 -8M-7 3L-30 8' }),
      svg('path', { class: 'hull', d: 'M-11 -4.5H4Q11 -3 14 0Q11 3 4 4.5H-11Z' }),
      svg('rect', { class: 'cabin', x: -6, y: -2.6, width: 8, height: 5.2, rx: 1.4 }));
    boat.append(svg('animateMotion', { dur: `${seconds}s`, begin: `${begin}s`, repeatCount: 'indefinite', rotate: backwards ? 'auto-reverse' : 'auto',
      ...(backwards && { keyPoints: '1;0', keyTimes: '0;1', calcMode: 'linear' }) }, svg('mpath', { href: '#river' })));
    add('g', { transform: `translate(${backwards ? -14 : 13} 0)` }, boat);
  }
}

function drawNames(add, city, parks) {
  for (const [name, x, y] of DISTRICTS) add('text', { class: 'district', x, y }, name);
  nameStreets(add, city.streets.filter(({ name }) => !name.endsWith('Bridge')));
  for (const { name, label } of parks) if (name) add('text', { class: 'park-name', x: label[0], y: label[1] }, name);
  for (const startOffset of ['49.5%', '77%']) {
    add('text', { class: 'river-name', dy: 4 }, svg('textPath', { href: '#river', startOffset }, 'River Alder'));
  }
}

function nameStreets(add, streets) {
  for (const { name, points } of streets) {
    // the longest piece bears the name, if it is long enough
    const [a, b] = pairs(points).sort(([a, b], [c, d]) => distance(c, d) - distance(a, b))[0];
    if (distance(a, b) < name.length * 5.6 + 14) continue;
    const [from, to] = a.x < b.x || (a.x === b.x && a.y > b.y) ? [a, b] : [b, a];
    const id = `street-${name.replaceAll(' ', '-')}`;
    add('path', { id, d: line([from, to]), fill: 'none' });
    add('text', { class: 'street-name', dy: 2.7 }, svg('textPath', { href: `#${id}`, startOffset: '50%' }, name));
  }
}
