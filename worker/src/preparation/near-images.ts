import { setImmediate as breathe } from 'node:timers/promises';
import {
  NEAR_IMAGE_SIMILARITY,
  TURNED_IMAGE_SIMILARITY,
} from '@greenlight/shared/stages/data/preparation/duplicates.ts';
import { NearDuplicateGroups } from '@greenlight/shared/stages/data/preparation/near-duplicate-groups.ts';
import { IMAGE_BANDS, inPosition, POSITIONS, similarityOfLooks, type ImageLook } from './image-look.ts';
import type { NearGroups } from './stage-duplicates.ts';

/** An image is held against so many earlier ones of a band, the latest first; more are passed over and noted. */
const MOST_LOOKED_AT = 2_000;
const MOST_COMPARED = 50;
const IMAGES_A_BREATH = 500;
const BUCKETS = 2 ** 16;
const NONE = new Uint32Array();

/**
 * Finds the groups of images that look alike (`NEAR_IMAGE_SIMILARITY`, or more where more is asked for; mirrored or turned by quarters
 * `TURNED_IMAGE_SIMILARITY`) among items that are not dropped;
 * items with the image of another one (`same`) are in the group of that one, and flat images in none. Looks are null for flat images, and
 * undefined for those that could not be decoded, which are noted. Takes 80 bytes an item.
 */
export async function nearImages(
  same: Uint32Array,
  dropped: Uint8Array,
  looks: readonly (ImageLook | null | undefined)[],
  similarity: number,
  onShare: (done: number) => void,
): Promise<NearGroups> {
  const threshold = Math.max(similarity, NEAR_IMAGE_SIMILARITY);
  const items = same.length;
  const groups = new NearDuplicateGroups(items, threshold);
  // For each band the latest item in each bucket, and for each item the one before it; numbers + 1, 0 where there is none.
  const latest = new Uint32Array(IMAGE_BANDS * BUCKETS);
  const before = new Uint32Array(IMAGE_BANDS * items);
  const seenBy = new Uint32Array(items);
  const unsure: number[] = [];
  for (let item = 0; item < items; item++) {
    if (item % IMAGES_A_BREATH === 0) {
      onShare(item / items);
      await breathe();
    }
    if (dropped[item] === 1 || same[item] !== item) continue;
    const look = looks[item];
    if (look === undefined) unsure.push(item);
    if (look === undefined || look === null) continue;
    let isPartly = false;
    for (let position = 0; position < POSITIONS; position++) {
      let placed: Omit<ImageLook, 'bands'> | null = position === 0 ? look : null;
      const needed = position === 0 ? threshold : Math.max(threshold, TURNED_IMAGE_SIMILARITY);
      const visit = item * POSITIONS + position + 1;
      let [compared, isOver] = [0, false];
      for (let band = 0; band < IMAGE_BANDS && !isOver; band++) {
        const bucket: number = band * BUCKETS + look.bands[position * IMAGE_BANDS + band]!;
        let steps = 0;
        for (let other: number = latest[bucket]!; other !== 0; other = before[band * items + other - 1]!) {
          const place = other - 1;
          if (++steps > MOST_LOOKED_AT) {
            isPartly = true;
            break;
          }
          if (seenBy[place] === visit) continue;
          seenBy[place] = visit;
          if (groups.groupOf(place) === groups.groupOf(item)) continue;
          if (++compared > MOST_COMPARED) {
            isOver = true;
            break;
          }
          const alike = similarityOfLooks((placed ??= inPosition(look, position)), looks[place]!);
          if (alike < needed) continue;
          const pair = {
            first: place,
            second: item,
            similarity: alike,
            ...(position > 0 && { isTurned: true as const }),
          };
          groups.takeOver([pair], NONE);
        }
      }
      isPartly ||= isOver;
    }
    for (let band = 0; band < IMAGE_BANDS; band++) {
      const bucket = band * BUCKETS + look.bands[band]!;
      before[band * items + item] = latest[bucket]!;
      latest[bucket] = item + 1;
    }
    if (isPartly) unsure.push(item);
  }
  groups.takeOver([], Uint32Array.from(unsure));
  const group = Uint32Array.from(same, (first) => groups.groupOf(first));
  return { group, pairs: groups.joined, partlyCompared: groups.partlyCompared() };
}
