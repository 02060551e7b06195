import { mix32 } from '@greenlight/shared/stages/data/preparation/hashing.ts';

/*
 * What an image looks like, in about two kilobytes: its low frequencies of brightness, its colours, and bits of both by
 * which images that may be alike are found. Resizing, saving anew and a little more light change it little. Mirroring and turning by
 * quarters only change signs and places of the frequencies, so that an image is looked for in its eight positions without being drawn anew.
 * An image that was cut looks different.
 */

/** Pixels of a side of the small picture that a look is made of. */
export const LOOK_SIDE = 32;
const PIXELS = LOOK_SIDE * LOOK_SIDE;
/** Frequencies along a side that are kept. */
const WAVES = 16;
const FREQUENCIES = WAVES * WAVES;
const COLOUR_SIDE = 8;
const COLOURS = 2 * COLOUR_SIDE * COLOUR_SIDE;
/** The similarity of near-duplicates that a page shows is below that of the same image. */
const MOST_SIMILAR = 0.9999;
/** An image whose brightness departs less than this (of 255) from a plane says nothing of what it shows. */
const LEAST_STRUCTURE = 4;
/** Colours may depart by so much (of 255) before two images are less alike for it. */
const FREE_COLOUR = 6;
const COLOUR_WEIGHT = 0.01;
/** Colours that depart less than this from grey are none: a grey copy is told by its brightness alone. */
const GREY = 2;
/** Positions of an image: as it is and mirrored, each in four quarter turns. */
export const POSITIONS = 8;

/*
 * Each bit says on which side of a random plane an image lies. Two images of a correlation of 0.97 agree in one with probability
 * 1 − acos(0.97) ÷ π = 0.92, in all 16 bits of one of 16 bands with 0.99, at 0.99 with 0.99999 (locality-sensitive hashing).
 */
/** Bands of an image: two images may be compared where they agree in one. */
export const IMAGE_BANDS = 16;
const BITS_A_BAND = 16;

/** What an image looks like. */
export interface ImageLook {
  /** Frequencies of the brightness, the plane that fits it best taken off, with a sum of squares of 1. */
  readonly structure: Float32Array;
  /** Cb and Cr of `COLOUR_SIDE`² places. */
  readonly colours: Float32Array;
  readonly isGrey: boolean;
  /** For each of `POSITIONS` a number of 16 bits for each of `IMAGE_BANDS` bands, those of the image as it is first. */
  readonly bands: Uint16Array;
}

/** A look without what it is found by. */
type Appearance = Omit<ImageLook, 'bands'>;

/** Position `n` is the image with rows and columns exchanged (4), upside down (2) and mirrored (1), in this order. */
const EXCHANGED = 4;
const UPSIDE_DOWN = 2;
const MIRRORED = 1;

const COSINES = Float64Array.from({ length: WAVES * LOOK_SIDE }, (_, index) => {
  const [wave, place] = [Math.floor(index / LOOK_SIDE), index % LOOK_SIDE];
  const scale = Math.sqrt((wave === 0 ? 1 : 2) / LOOK_SIDE);
  return scale * Math.cos((Math.PI * wave * (2 * place + 1)) / (2 * LOOK_SIDE));
});

const PLANES = Int8Array.from({ length: IMAGE_BANDS * BITS_A_BAND * FREQUENCIES }, (_, index) =>
  (mix32(index + 1) & 1) === 0 ? 1 : -1,
);

/** The look of `LOOK_SIDE`² pixels of red, green and blue; null where it is flat, or darkens evenly and shows nothing else. */
export function lookOf(pixels: Uint8Array): ImageLook | null {
  const brightness = new Float64Array(PIXELS);
  const colours = new Float32Array(COLOURS);
  const block = LOOK_SIDE / COLOUR_SIDE;
  const share = 1 / (block * block);
  for (let pixel = 0; pixel < PIXELS; pixel++) {
    const [red, green, blue] = [pixels[pixel * 3]!, pixels[pixel * 3 + 1]!, pixels[pixel * 3 + 2]!];
    brightness[pixel] = 0.299 * red + 0.587 * green + 0.114 * blue;
    const [row, column] = [Math.floor(pixel / LOOK_SIDE), pixel % LOOK_SIDE];
    const place = Math.floor(row / block) * COLOUR_SIDE + Math.floor(column / block);
    colours[place]! += (-0.168736 * red - 0.331264 * green + 0.5 * blue) * share;
    colours[COLOURS / 2 + place]! += (0.5 * red - 0.418688 * green - 0.081312 * blue) * share;
  }
  takePlaneOff(brightness);
  const structure = frequenciesOf(brightness);
  const length = Math.sqrt(structure.reduce((sum, value) => sum + value * value, 0));
  if (length / LOOK_SIDE < LEAST_STRUCTURE) return null;
  for (let place = 0; place < FREQUENCIES; place++) structure[place]! /= length;
  const isGrey = Math.sqrt(colours.reduce((sum, value) => sum + value * value, 0) / COLOURS) < GREY;
  return { structure, colours, isGrey, bands: bandsOf(structure) };
}

/** Takes the best-fitting plane off, so that two skies that get darker upwards are not alike for that alone. */
function takePlaneOff(brightness: Float64Array): void {
  const middle = (LOOK_SIDE - 1) / 2;
  const yOf = (pixel: number): number => Math.floor(pixel / LOOK_SIDE) - middle;
  const xOf = (pixel: number): number => (pixel % LOOK_SIDE) - middle;
  let [mean, across, down, squares] = [0, 0, 0, 0];
  for (let pixel = 0; pixel < PIXELS; pixel++) {
    mean += brightness[pixel]! / PIXELS;
    across += brightness[pixel]! * xOf(pixel);
    down += brightness[pixel]! * yOf(pixel);
    squares += xOf(pixel) ** 2;
  }
  for (let pixel = 0; pixel < PIXELS; pixel++)
    brightness[pixel]! -= mean + (across * xOf(pixel) + down * yOf(pixel)) / squares;
}

/** The low frequencies of both directions (discrete cosine transform, orthonormal). */
function frequenciesOf(brightness: Float64Array): Float32Array {
  const byRow = new Float64Array(WAVES * LOOK_SIDE);
  for (let row = 0; row < LOOK_SIDE; row++) {
    for (let wave = 0; wave < WAVES; wave++) {
      let sum = 0;
      for (let column = 0; column < LOOK_SIDE; column++)
        sum += brightness[row * LOOK_SIDE + column]! * COSINES[wave * LOOK_SIDE + column]!;
      byRow[wave * LOOK_SIDE + row] = sum;
    }
  }
  const frequencies = new Float32Array(FREQUENCIES);
  for (let down = 0; down < WAVES; down++) {
    for (let across = 0; across < WAVES; across++) {
      let sum = 0;
      for (let row = 0; row < LOOK_SIDE; row++)
        sum += byRow[across * LOOK_SIDE + row]! * COSINES[down * LOOK_SIDE + row]!;
      frequencies[down * WAVES + across] = sum;
    }
  }
  return frequencies;
}

/** Frequencies in four equal parts, by whether they are even or odd down and across: even-even, even-odd, odd-even, odd-odd. */
const BY_PARITY = Uint8Array.from(
  [0, 1, 2, 3].flatMap((part) => {
    const places = Array.from({ length: FREQUENCIES }, (_, place) => place);
    return places.filter((place) => 2 * (Math.floor(place / WAVES) % 2) + (place % 2) === part);
  }),
);
const PART = FREQUENCIES / 4;
const parts = new Float64Array(4);
const exchangedParts = new Float64Array(4);
const ordered = new Float64Array(FREQUENCIES);
const exchangedOrdered = new Float64Array(FREQUENCIES);

/**
 * The bands of an image in all positions. In a mirrored image every other frequency has the opposite sign, so each projection is summed up in
 * four parts, even and odd ones of both directions, of which every position takes each as it is or with the other sign.
 */
function bandsOf(structure: Float32Array): Uint16Array {
  const bands = new Uint16Array(POSITIONS * IMAGE_BANDS);
  for (let place = 0; place < FREQUENCIES; place++) {
    const frequency = BY_PARITY[place]!;
    ordered[place] = structure[frequency]!;
    exchangedOrdered[place] = structure[(frequency % WAVES) * WAVES + Math.floor(frequency / WAVES)]!;
  }
  for (let bit = 0; bit < IMAGE_BANDS * BITS_A_BAND; bit++) {
    for (let part = 0; part < 4; part++) {
      let [sum, exchangedSum] = [0, 0];
      const start = part * PART;
      const plane = bit * FREQUENCIES;
      for (let place = start; place < start + PART; place++) {
        const sign = PLANES[plane + place]!;
        sum += sign * ordered[place]!;
        exchangedSum += sign * exchangedOrdered[place]!;
      }
      parts[part] = sum;
      exchangedParts[part] = exchangedSum;
    }
    const band = Math.floor(bit / BITS_A_BAND);
    const flag = 1 << (bit % BITS_A_BAND);
    for (let position = 0; position < POSITIONS; position++) {
      const sums = position < EXCHANGED ? parts : exchangedParts;
      const across = (position & MIRRORED) === 0 ? 1 : -1;
      const down = (position & UPSIDE_DOWN) === 0 ? 1 : -1;
      const side = sums[0]! + across * sums[1]! + down * (sums[2]! + across * sums[3]!);
      if (side > 0) bands[position * IMAGE_BANDS + band]! |= flag;
    }
  }
  return bands;
}

/** A square of numbers with its rows and columns exchanged. */
function exchanged(values: Float32Array, side: number): Float32Array {
  return values.map((_, place) => values[(place % side) * side + Math.floor(place / side)]!);
}

/** What an image looks like in a position. */
export function inPosition({ structure, colours, isGrey }: Appearance, position: number): Appearance {
  const isExchanged = (position & EXCHANGED) !== 0;
  const placed = isExchanged ? exchanged(structure, WAVES) : structure;
  const turned = placed.map((value, place) => {
    const isOddAcross = (position & MIRRORED) !== 0 && place % 2 === 1;
    const isOddDown = (position & UPSIDE_DOWN) !== 0 && Math.floor(place / WAVES) % 2 === 1;
    return isOddAcross === isOddDown ? value : -value;
  });
  const moved = new Float32Array(COLOURS);
  for (let place = 0; place < COLOURS; place++) {
    const half = place < COLOURS / 2 ? 0 : COLOURS / 2;
    const [row, column] = [Math.floor((place - half) / COLOUR_SIDE), (place - half) % COLOUR_SIDE];
    const fromRow = (position & UPSIDE_DOWN) === 0 ? row : COLOUR_SIDE - 1 - row;
    const fromColumn = (position & MIRRORED) === 0 ? column : COLOUR_SIDE - 1 - column;
    moved[place] =
      colours[half + (isExchanged ? fromColumn * COLOUR_SIDE + fromRow : fromRow * COLOUR_SIDE + fromColumn)]!;
  }
  return { structure: turned, colours: moved, isGrey };
}

/** How alike two images are, 0 to 1: the correlation of their structures, less where their colours differ and neither has none. */
export function similarityOfLooks(one: Appearance, other: Appearance): number {
  let correlation = 0;
  for (let place = 0; place < FREQUENCIES; place++) correlation += one.structure[place]! * other.structure[place]!;
  let squares = 0;
  if (one.isGrey === other.isGrey)
    for (let place = 0; place < COLOURS; place++) squares += (one.colours[place]! - other.colours[place]!) ** 2;
  const apart = Math.max(0, Math.sqrt(squares / COLOURS) - FREE_COLOUR);
  return Math.min(MOST_SIMILAR, Math.max(0, correlation - COLOUR_WEIGHT * apart));
}
