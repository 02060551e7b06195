import sharp from 'sharp';
import { randomKey, uniformAt } from '../model/random.ts';

const SHAPES = 24;

/** A picture of discs of different sizes and colours, drawn by a seed: as different from another as photographs are. PNG. */
export async function pictureOf(seed: number, width = 400, height = 300): Promise<Buffer> {
  const key = randomKey(seed, 77);
  let drawn = 0;
  const next = (): number => uniformAt(key, drawn++);
  const pixels = new Uint8Array(width * height * 3);
  const ground = [next(), next(), next()].map((tone) => 60 + 120 * tone);
  for (let place = 0; place < pixels.length; place++) pixels[place] = ground[place % 3]!;
  for (let shape = 0; shape < SHAPES; shape++) {
    const [x, y, radius] = [next() * width, next() * height, (0.03 + 0.2 * next()) * width];
    const colour = [next(), next(), next()].map((tone) => 255 * tone);
    for (let row = Math.max(0, Math.floor(y - radius)); row < Math.min(height, y + radius); row++) {
      const half = Math.sqrt(Math.max(0, radius ** 2 - (row - y) ** 2));
      for (let column = Math.max(0, Math.floor(x - half)); column < Math.min(width, x + half); column++)
        for (let channel = 0; channel < 3; channel++) pixels[(row * width + column) * 3 + channel] = colour[channel]!;
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

/** A picture without content: even tones, with a light that falls off to one side and a little noise. PNG. */
export async function flatPictureOf(seed: number, width = 200, height = 150): Promise<Buffer> {
  const key = randomKey(seed, 78);
  const [tone, slope, noise] = [uniformAt(key, 0) * 200, uniformAt(key, 1) * 50, 12 * uniformAt(key, 2)];
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, place) => {
    const column = Math.floor(place / 3) % width;
    return tone + (slope * column) / width + noise * (uniformAt(key, 3 + place) - 0.5);
  });
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

/** What people do to a picture without making another one of it. */
export const CHANGES: Readonly<Record<string, (picture: Buffer) => Promise<Buffer>>> = {
  'half the size': (picture) => sharp(picture).resize({ width: 200 }).png().toBuffer(),
  'an odd size, saved as a poor JPEG': (picture) =>
    sharp(picture).resize({ width: 283 }).jpeg({ quality: 40 }).toBuffer(),
  'twice the size': (picture) => sharp(picture).resize({ width: 800 }).webp({ quality: 60 }).toBuffer(),
  'a little brighter': (picture) => sharp(picture).modulate({ brightness: 1.08 }).jpeg({ quality: 75 }).toBuffer(),
  'a little darker': (picture) => sharp(picture).linear(0.9, 0).webp({ quality: 80 }).toBuffer(),
  'few colours': (picture) => sharp(picture).gif().toBuffer(),
};

const LUMA = [0.299, 0.587, 0.114] as const;

/** A picture mirrored or turned by quarters; the light is kept, the file is another. */
export const TURNS: Readonly<Record<string, (picture: Buffer) => Promise<Buffer>>> = {
  mirrored: (picture) => sharp(picture).flop().png().toBuffer(),
  'upside down, saved as a poor JPEG': (picture) => sharp(picture).flip().jpeg({ quality: 50 }).toBuffer(),
  'a quarter turned': (picture) => sharp(picture).rotate(90).png().toBuffer(),
  'half turned, half the size': (picture) => sharp(picture).rotate(180).resize({ width: 200 }).png().toBuffer(),
  'three quarters turned, small': (picture) => sharp(picture).rotate(270).resize({ width: 150 }).webp().toBuffer(),
  'mirrored and a quarter turned': async (picture) =>
    sharp(await sharp(picture).flop().toBuffer())
      .rotate(90)
      .png()
      .toBuffer(),
};

/** A picture without its colours, as most programs take them out (ITU-R BT.601). */
export function greyCopyOf(picture: Buffer): Promise<Buffer> {
  return sharp(picture)
    .recomb([[...LUMA], [...LUMA], [...LUMA]])
    .jpeg({ quality: 70 })
    .toBuffer();
}
