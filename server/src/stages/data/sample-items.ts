import { buffer } from 'node:stream/consumers';
import { datasetItem, type DatasetItem } from '@greenlight/shared/stages/data/content.ts';
import { seededRandom } from '@greenlight/shared/metrics/random.ts';
import type { DataService } from './service.ts';
import { readItems } from './read-items.ts';

/** Versions up to this size are read whole; of larger ones places are drawn, and some items read from each. */
const READ_WHOLE_BYTES = 4 * 1024 * 1024;
const CLUSTERS = 100;
const LINE_FEED = 0x0a;
/** Lines may be up to 1 MB; where a part does not hold the lines that are wanted, those that it holds are taken. */
const LEAST_PART_BYTES = 16 * 1024;
const MOST_PART_BYTES = 512 * 1024;

/** Items of a version that a seed draws, in their order; those with the same cluster stand side by side in the version. */
export interface ItemSample {
  readonly items: readonly DatasetItem[];
  readonly clusters: Uint32Array;
}

/** Draws up to `wanted` items of a version; the same seed draws the same ones. Throws `not-found`, `content-deleted`. */
export async function sampleItems(
  data: DataService,
  version: { readonly id: string; readonly items: number; readonly sizeBytes: number },
  wanted: number,
  seed: number,
): Promise<ItemSample> {
  const random = seededRandom(seed);
  if (version.sizeBytes <= READ_WHOLE_BYTES) {
    const chosen = drawnPlaces(version.items, wanted, random);
    const items: DatasetItem[] = [];
    const { stream } = await data.openContent(version.id);
    for await (const { number, item } of readItems(stream)) if (chosen.has(number - 1)) items.push(item);
    return { items, clusters: Uint32Array.from(items.keys()) };
  }
  const each = Math.max(1, Math.ceil(wanted / CLUSTERS));
  const lineBytes = version.sizeBytes / Math.max(1, version.items);
  const length = Math.min(MOST_PART_BYTES, Math.max(LEAST_PART_BYTES, Math.ceil(lineBytes * (each + 2) * 2)));
  const items: DatasetItem[] = [];
  const clusters: number[] = [];
  let end = 0;
  for (let cluster = 0; cluster < CLUSTERS && items.length < wanted; cluster++) {
    const place = Math.floor(((cluster + random()) / CLUSTERS) * version.sizeBytes);
    // What an earlier part has given is not taken twice.
    const start = Math.max(place, end);
    if (start >= version.sizeBytes) break;
    const part = await buffer((await data.openContent(version.id, { start, length })).stream);
    let lineStart = start === 0 ? 0 : part.indexOf(LINE_FEED) + 1;
    for (let taken = 0; taken < each; taken++) {
      const lineEnd = part.indexOf(LINE_FEED, lineStart);
      if (lineEnd === -1 || (lineStart === 0 && start > 0)) break;
      items.push(datasetItem.parse(JSON.parse(part.toString('utf8', lineStart, lineEnd))));
      clusters.push(cluster);
      lineStart = lineEnd + 1;
      end = start + lineEnd;
    }
  }
  return { items: items.slice(0, wanted), clusters: Uint32Array.from(clusters.slice(0, wanted)) };
}

/** So many different numbers below `count`, all of them where that is no more (Floyd's algorithm). */
function drawnPlaces(count: number, wanted: number, random: () => number): Set<number> {
  const chosen = new Set<number>();
  for (let bound = Math.max(0, count - wanted); bound < count; bound++) {
    const place = Math.floor(random() * (bound + 1));
    chosen.add(chosen.has(place) ? bound : place);
  }
  return chosen;
}
