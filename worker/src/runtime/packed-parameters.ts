import { VECTOR_BYTES, FLOAT_BYTES } from '../products/layout.ts';
import { packedLength, packWeight } from '../products/packed-weights.ts';
import type { Feeds } from './device.ts';
import { ortLibrary } from './ort-library.ts';

/** A packed weight, and how many programs read it. */
interface Packed {
  data: Float32Array;
  readers: number;
}

/** Weights of a device's parameters as they were when the first program asked, packed for products; programs that read the same one share it. */
export class PackedParameters {
  private readonly kept = new Map<string, Packed>();

  /** Weights by name, for so many threads, until they are given back. Each has the shape of what it was packed from, and its numbers in another order. */
  async take(names: readonly string[], feeds: Feeds, threads: number): Promise<Feeds> {
    const ort = await ortLibrary();
    return Object.fromEntries(
      names.map((name) => {
        const feed = feeds[name];
        if (feed === undefined) throw new Error(`There is no parameter '${name}' to be packed`);
        const [depth = 1, columns = 1] = feed.shape;
        const sizes = { depth, columns };
        let packed = this.kept.get(name);
        if (packed === undefined) {
          // Vectors that lie across two cache lines take two loads.
          const room = new Float32Array(packedLength(sizes) + VECTOR_BYTES / FLOAT_BYTES);
          const skipped = (VECTOR_BYTES - Number(ort.addressOf(room) % BigInt(VECTOR_BYTES))) % VECTOR_BYTES;
          const data = room.subarray(skipped / FLOAT_BYTES, skipped / FLOAT_BYTES + packedLength(sizes));
          packWeight(feed.data as Float32Array, data, sizes, threads);
          packed = { data, readers: 0 };
          this.kept.set(name, packed);
        }
        packed.readers++;
        return [name, { data: packed.data, shape: feed.shape }];
      }),
    );
  }

  /** Lets weights go that no other program reads. */
  giveBack(names: readonly string[]): void {
    for (const name of names) {
      const packed = this.kept.get(name);
      if (packed !== undefined && --packed.readers === 0) this.kept.delete(name);
    }
  }
}
