import { expect, test } from 'vitest';
import { PALETTE } from './palette.ts';

type Triple = readonly [number, number, number];

function linear(color: string): Triple {
  const [red, green, blue] = [1, 3, 5]
    .map((place) => parseInt(color.slice(place, place + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return [red!, green!, blue!];
}

const times = (matrix: readonly Triple[], [a, b, c]: Triple): Triple =>
  matrix.map(([x, y, z]) => x * a + y * b + z * c) as unknown as Triple;

/** Relative luminance after WCAG 2.2. */
function luminance(color: string): number {
  const [red, green, blue] = linear(color);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** OKLab (Ottosson 2020) of a linear colour. */
function okLab(color: Triple): Triple {
  const cones = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    color,
  ).map(Math.cbrt) as unknown as Triple;
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    cones,
  );
}

/** What is seen with all cones, without the red and without the green ones (Machado et al. 2009, severity 1). */
const EYES: Readonly<Record<string, readonly Triple[]>> = {
  all: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanope: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranope: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
};

const seen = (color: string, eye: readonly Triple[]): Triple =>
  okLab(times(eye, linear(color)).map((part) => Math.min(1, Math.max(0, part))) as unknown as Triple);

const GROUNDS = [
  ['light', '#ffffff'],
  ['dark', '#171b21'],
] as const;

test.each(GROUNDS)('the %s palette has eight colours that can be read as text', (appearance, ground) => {
  expect(PALETTE[appearance]).toHaveLength(8);
  for (const color of PALETTE[appearance]) {
    const [lighter, darker] = [luminance(color), luminance(ground)].toSorted((a, b) => b - a) as [number, number];
    expect((lighter + 0.05) / (darker + 0.05), color).toBeGreaterThanOrEqual(4.5);
  }
});

test.each(GROUNDS.flatMap(([appearance]) => Object.keys(EYES).map((eye) => [appearance, eye] as const)))(
  'any two colours of the %s palette are told apart by eyes with cones: %s',
  (appearance, eye) => {
    const colors = PALETTE[appearance];
    for (const [place, one] of colors.entries())
      for (const other of colors.slice(0, place)) {
        const [a, b] = [seen(one, EYES[eye]!), seen(other, EYES[eye]!)];
        expect(Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]), `${one} ${other}`).toBeGreaterThanOrEqual(0.09);
      }
  },
);
