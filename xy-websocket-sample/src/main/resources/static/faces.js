// A face for each animal, put together from a few shapes.

import { svg } from './svg.js';

const ANIMALS = {
  fox: { fur: '#e27a3f', ears: 'pointed', inner: '#5b3a29', muzzle: '#fff4e6', nose: '#3a2a22' },
  otter: { fur: '#8d6b52', ears: 'small', inner: '#6f5240', muzzle: '#ecd9c3', nose: '#3a2a22', whiskers: true },
  owl: { fur: '#9a7f64', ears: 'tufts', inner: '#7d654e', eyes: 'big', beak: '#f0a930' },
  bear: { fur: '#86604a', ears: 'round', inner: '#c99b78', muzzle: '#d9b795', nose: '#33241c' },
  hare: { fur: '#b79e86', ears: 'long', inner: '#eec7b8', muzzle: '#f3e8dc', nose: '#c0705f' },
  badger: { fur: '#f4f1ec', ears: 'round', inner: '#4a4a52', stripes: '#4a4a52', nose: '#2b2b30' },
  cat: { fur: '#7a7f8d', ears: 'pointed', inner: '#e3b3ac', muzzle: '#a7acb8', nose: '#d27f7a', whiskers: true },
  mouse: { fur: '#b4b3bf', ears: 'huge', inner: '#e9bdb9', muzzle: '#d7d6de', nose: '#d27f7a' },
  frog: { fur: '#74b65c', ears: 'eyes', inner: '#74b65c', mouth: true },
};

const EARS = {
  pointed: ['M9 18L10 5L20 12Z', 'M11.5 14L12 8.5L17 12Z'],
  small: ['M8 14a3.4 3.4 0 1 1 6-3Z', 'M9.5 13a2 2 0 1 1 3-2Z'],
  round: ['M6.5 14a5 5 0 1 1 8.5-5Z', 'M8.6 12.6a2.6 2.6 0 1 1 4-3Z'],
  huge: ['M3 13a7 7 0 1 1 12.5-3Z', 'M6 12a4 4 0 1 1 7-3Z'],
  long: ['M12 16C7 8 9 0 12.4 0S18 8 17.5 14Z', 'M13 12C10.6 7 11.4 2.4 12.8 2.4S15.6 8 15.6 12Z'],
  tufts: ['M8 20L8 7L18 12Z', 'M10 14L9.6 10L14 12Z'],
  eyes: ['M7.5 14a5.4 5.4 0 1 1 9-3Z', 'M0 0'],
};

/** A round picture, 40 units wide. */
export function face(animal, hue) {
  const { fur, ears, inner, ...has } = ANIMALS[animal] ?? ANIMALS.otter;
  const [outline, lining] = EARS[ears];
  const mirrored = (...shapes) => svg('g', { transform: 'matrix(-1 0 0 1 40 0)' }, ...shapes);
  const ear = () => [svg('path', { d: outline, fill: fur }), svg('path', { d: lining, fill: inner })];
  const eyeY = ears === 'eyes' ? 12 : 21;
  const eye = () => [
    ...(has.eyes === 'big' ? [svg('circle', { cx: 14, cy: 21, r: 5.4, fill: '#fff4dc' })] : []),
    ...(ears === 'eyes' ? [svg('circle', { cx: 12, cy: 12, r: 3.6, fill: '#f7fbef' })] : []),
    ...(has.stripes ? [svg('path', { d: 'M12 12Q15.5 11 17 14L16.4 27Q13 28 11.4 24Z', fill: has.stripes })] : []),
    svg('circle', { cx: ears === 'eyes' ? 12 : 14.2, cy: eyeY, r: has.eyes === 'big' ? 2.5 : 1.9, fill: has.stripes ? '#fff' : '#231f26' }),
  ];
  const clip = `face-${Math.random().toString(36).slice(2)}`;
  return svg('svg', { viewBox: '0 0 40 40', class: 'face', 'aria-hidden': 'true' },
    svg('clipPath', { id: clip }, svg('circle', { cx: 20, cy: 20, r: 20 })),
    svg('g', { 'clip-path': `url(#${clip})` },
      svg('rect', { width: 40, height: 40, fill: `oklch(0.86 0.09 ${hue})` }),
      svg('ellipse', { cx: 20, cy: 44, rx: 15, ry: 9, fill: fur }),
      ...ear(), mirrored(...ear()),
      svg('ellipse', { cx: 20, cy: 22.5, rx: 13.2, ry: 12, fill: fur }),
      ...(has.muzzle ? [svg('ellipse', { cx: 20, cy: 28, rx: 7, ry: 5.6, fill: has.muzzle })] : []),
      ...eye(), mirrored(...eye()),
      ...(has.whiskers ? [svg('path', { d: 'M12 27L4 25.5M12 29L4 30M28 27L36 25.5M28 29L36 30', stroke: '#fff', 'stroke-width': 0.7, opacity: 0.8 })] : []),
      ...(has.beak ? [svg('path', { d: 'M17.6 24.5H22.4L20 29Z', fill: has.beak })] : []),
      ...(has.nose ? [svg('ellipse', { cx: 20, cy: 25.6, rx: 2.3, ry: 1.6, fill: has.nose })] : []),
      ...(has.mouth ? [svg('path', { d: 'M12 25Q20 32 28 25', stroke: '#35602a', 'stroke-width': 1.4, fill: 'none', 'stroke-linecap': 'round' })] : [])));
}
