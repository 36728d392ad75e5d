// The town's streets as a net: shortest ways, and the point of a street that is nearest to any other.

const key = (point) => `${point.x},${point.y}`;
const distance = (a, b) => Math.hypot(b.x - a.x, b.y - a.y);

export { distance };

/** The point of the line from a to b that is nearest to p. */
export function project(p, a, b) {
  const length = distance(a, b) ** 2;
  const along = ((p.x - a.x) * (b.x - a.x) + (p.y - a.y) * (b.y - a.y)) / length;
  const t = Math.max(0, Math.min(1, along));
  return { x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t };
}

export class Streets {
  stretches = []; // [from, to] without a crossing in between
  #neighbours = new Map(); // a crossing's key → crossings

  constructor(city) {
    for (const { points } of city.streets) {
      for (let i = 1; i < points.length; i++) this.#join(points[i - 1], points[i]);
    }
  }

  #join(a, b) {
    this.stretches.push([a, b]);
    for (const [from, to] of [[a, b], [b, a]]) {
      if (!this.#neighbours.has(key(from))) this.#neighbours.set(key(from), []);
      this.#neighbours.get(key(from)).push(to);
    }
  }

  /** The nearest point on any street, and the stretch that it lies on. */
  nearest(point) {
    let best = { gap: Infinity };
    for (const stretch of this.stretches) {
      const at = project(point, ...stretch);
      const gap = distance(at, point);
      if (gap < best.gap) best = { at, stretch, gap };
    }
    return best;
  }

  /** The next crossing from here in about this direction, given as a vector; undefined if no street leads there. */
  onward(from, direction) {
    const { stretch } = this.nearest(from);
    const here = stretch.find((end) => distance(end, from) < 1);
    const ends = here ? this.#neighbours.get(key(here)) : stretch;
    const length = Math.hypot(direction.x, direction.y);
    const agreement = (end) => ((end.x - from.x) * direction.x + (end.y - from.y) * direction.y) / (distance(from, end) * length);
    const best = [...ends].sort((a, b) => agreement(b) - agreement(a))[0];
    return agreement(best) > 0.35 ? best : undefined;
  }

  /** The points that the shortest way passes after `from`; the last one is the point of a street nearest to `to`. */
  way(from, to) {
    const start = this.nearest(from);
    const goal = this.nearest(to);
    if (start.stretch === goal.stretch) return [goal.at];
    const known = new Map(); // a crossing's key → { at, length, before }
    const open = start.stretch.map((at) => ({ at, length: distance(from, at), before: null }));
    while (open.length) {
      open.sort((a, b) => b.length - a.length);
      const step = open.pop();
      if (known.has(key(step.at))) continue;
      known.set(key(step.at), step);
      if (goal.stretch.every((end) => known.has(key(end)))) break;
      for (const next of this.#neighbours.get(key(step.at))) {
        if (!known.has(key(next))) open.push({ at: next, length: step.length + distance(step.at, next), before: step });
      }
    }
    const ends = goal.stretch.map((end) => known.get(key(end)));
    const total = (end) => end.length + distance(end.at, goal.at);
    const way = [goal.at];
    for (let step = total(ends[0]) < total(ends[1]) ? ends[0] : ends[1]; step; step = step.before) way.unshift(step.at);
    return way;
  }
}
