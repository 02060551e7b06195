import { expect, test } from 'vitest';
import { CHANGES, flatPictureOf, greyCopyOf, pictureOf, TURNS } from '../test-support/pictures.ts';
import { decodedLook, thumbnailOf } from './decode-image.ts';
import type { ImageLook } from './image-look.ts';
import { nearImages } from './near-images.ts';

const PICTURES = 30;

async function lookOf(image: Buffer): Promise<ImageLook | null> {
  const thumbnail = await thumbnailOf(image);
  const look = await decodedLook(thumbnail!);
  if (look === 'undecodable') throw new Error('a picture could not be decoded');
  return look;
}

async function groupsOf(looks: readonly (ImageLook | null | undefined)[], similarity = 0.8) {
  const same = Uint32Array.from(looks.keys());
  return nearImages(same, new Uint8Array(looks.length), looks, similarity, () => undefined);
}

test('a picture that was resized, saved anew or lightened is found, and no two different pictures are joined', async () => {
  const looks: (ImageLook | null)[] = [];
  for (let seed = 0; seed < PICTURES; seed++) looks.push(await lookOf(await pictureOf(seed)));
  for (let seed = 0; seed < PICTURES; seed++) {
    const picture = await pictureOf(seed);
    for (const change of Object.values(CHANGES)) looks.push(await lookOf(await change(picture)));
  }
  const { group, pairs } = await groupsOf(looks);
  const kinds = Object.keys(CHANGES).length;
  const missed: string[] = [];
  for (let item = 0; item < looks.length; item++) {
    const picture = item < PICTURES ? item : Math.floor((item - PICTURES) / kinds);
    // Nobody is in the group of another picture, whether or not it was found.
    if (group[item] !== picture) {
      expect(group[item]).toBeGreaterThanOrEqual(PICTURES);
      missed.push(`${picture}: ${Object.keys(CHANGES)[(item - PICTURES) % kinds]}`);
    }
  }
  expect(missed.length, missed.join(', ')).toBeLessThanOrEqual(Math.floor(0.02 * PICTURES * kinds));
  expect(pairs.every(({ similarity }) => similarity >= 0.97 && similarity < 1)).toBe(true);
});

test('a picture that was mirrored, turned or made grey is found and said to be turned, whichever comes first', async () => {
  const count = 12;
  const kinds = Object.values(TURNS);
  const looks: (ImageLook | null)[] = [];
  // Every other picture comes after its copies.
  const copiesOf = async (seed: number) => {
    const picture = await pictureOf(seed);
    const copies = await Promise.all([...kinds.map((turn) => turn(picture)), greyCopyOf(picture)]);
    return seed % 2 === 0 ? [picture, ...copies] : [...copies, picture];
  };
  for (let seed = 0; seed < count; seed++)
    for (const picture of await copiesOf(seed)) looks.push(await lookOf(picture));
  const { group, pairs } = await groupsOf(looks);
  const each = kinds.length + 2;
  const firsts = Array.from(group, (_, item) => item - (item % each));
  const missed = [...group].filter((first, item) => first !== firsts[item]);
  expect(missed).toHaveLength(0);
  expect(pairs).toHaveLength(count * (each - 1));
  const turned = pairs.filter(({ isTurned }) => isTurned);
  // Two copies may be alike without a turn; the grey ones of upright pictures always are.
  expect(turned.length).toBeGreaterThanOrEqual(count * kinds.length - count);
  expect(turned.length).toBeLessThan(pairs.length);
  expect(turned.every(({ similarity }) => similarity >= 0.98)).toBe(true);
});

test('pictures that show nothing are like no other, whatever their tone, light and noise', async () => {
  const looks: (ImageLook | null)[] = [];
  for (let seed = 0; seed < 20; seed++) looks.push(await lookOf(await flatPictureOf(seed)));
  for (const turn of Object.values(TURNS)) looks.push(await lookOf(await turn(await flatPictureOf(3))));
  const { group, partlyCompared } = await groupsOf(looks);
  expect([...group]).toEqual([...group.keys()]);
  expect(partlyCompared).toHaveLength(0);
});

test('a picture in other colours is another one, and what could not be decoded is noted', async () => {
  const picture = await pictureOf(1);
  const { default: sharp } = await import('sharp');
  const swapped = await sharp(picture)
    .recomb([
      [0, 0, 1],
      [0, 1, 0],
      [1, 0, 0],
    ])
    .png()
    .toBuffer();
  const { group, partlyCompared } = await groupsOf([await lookOf(picture), await lookOf(swapped), undefined]);
  expect([...group]).toEqual([0, 1, 2]);
  expect([...partlyCompared]).toEqual([2]);
  expect(await thumbnailOf(Buffer.from('no image at all'))).toBeNull();
  // Drawings may refer to files and run scripts: their reader is switched off.
  expect(await thumbnailOf(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'))).toBeNull();
});

test('thousands of pictures that look alike are one group without every pair being compared', async () => {
  const look = (await lookOf(await pictureOf(3)))!;
  const other = (await lookOf(await pictureOf(4)))!;
  const looks = Array.from({ length: 5_000 }, (_, item) => (item === 4_000 ? other : look));
  const { group, pairs } = await groupsOf(looks);
  expect(new Set(group)).toEqual(new Set([0, 4_000]));
  expect(pairs).toHaveLength(4_998);
});
