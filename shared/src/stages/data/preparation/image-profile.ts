import { IMAGE_MEDIA_TYPES, type ItemImage } from '../content.ts';
import type { DataProfile } from './profile.ts';

type ImageProfile = NonNullable<DataProfile['images']>;

const SHOWN_SIZES = 50;

/** What a part of a dataset adds to the profile of its images; plain data that crosses threads and files. */
export interface ImageProfilePart {
  readonly images: number;
  readonly sizeBytes: number;
  readonly mediaTypes: Partial<Record<ItemImage['mediaType'], number>>;
  /** How many images have these sides. */
  readonly sizes: readonly (readonly [width: number, height: number, count: number])[];
}

/** Adds images, or whole parts, up to a profile; the order does not matter. */
export class ImageProfileBuilder {
  #images = 0;
  #sizeBytes = 0;
  readonly #mediaTypes: Partial<Record<ItemImage['mediaType'], number>> = {};
  readonly #sizes = new Map<string, [width: number, height: number, count: number]>();

  add({ mediaType, width, height, sizeBytes }: ItemImage): void {
    this.#images++;
    this.#sizeBytes += sizeBytes;
    this.#mediaTypes[mediaType] = (this.#mediaTypes[mediaType] ?? 0) + 1;
    this.#addSize(width, height, 1);
  }

  part(): ImageProfilePart {
    return {
      images: this.#images,
      sizeBytes: this.#sizeBytes,
      mediaTypes: this.#mediaTypes,
      sizes: [...this.#sizes.values()],
    };
  }

  addPart({ images, sizeBytes, mediaTypes, sizes }: ImageProfilePart): void {
    this.#images += images;
    this.#sizeBytes += sizeBytes;
    for (const mediaType of IMAGE_MEDIA_TYPES) {
      const count = mediaTypes[mediaType] ?? 0;
      if (count > 0) this.#mediaTypes[mediaType] = (this.#mediaTypes[mediaType] ?? 0) + count;
    }
    for (const [width, height, count] of sizes) this.#addSize(width, height, count);
  }

  /** The profile of all images; null where there are none. */
  profile(): ImageProfile | null {
    if (this.#images === 0) return null;
    const sizes = [...this.#sizes.values()];
    const bySide = (side: 0 | 1) => sizes.map((size) => [size[side], size[2]] as const).sort(([a], [b]) => a - b);
    return {
      sizeBytes: this.#sizeBytes,
      mediaTypes: IMAGE_MEDIA_TYPES.map((mediaType) => ({ mediaType, count: this.#mediaTypes[mediaType] ?? 0 })).filter(
        ({ count }) => count > 0,
      ),
      width: this.#sides(bySide(0)),
      height: this.#sides(bySide(1)),
      sizes: sizes
        .toSorted((a, b) => b[2] - a[2] || a[0] - b[0] || a[1] - b[1])
        .slice(0, SHOWN_SIZES)
        .map(([width, height, count]) => ({ width, height, count })),
      differentSizes: sizes.length,
    };
  }

  #addSize(width: number, height: number, count: number): void {
    const key = `${width} ${height}`;
    const known = this.#sizes.get(key);
    if (known === undefined) this.#sizes.set(key, [width, height, count]);
    else known[2] += count;
  }

  #sides(counts: readonly (readonly [side: number, count: number])[]): ImageProfile['width'] {
    const middle = Math.ceil(this.#images / 2);
    let seen = 0;
    const median = counts.find(([, count]) => (seen += count) >= middle)?.[0] ?? 0;
    return { minimum: counts[0]?.[0] ?? 0, median, maximum: counts.at(-1)?.[0] ?? 0 };
  }
}
