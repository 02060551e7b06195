import { LANES } from './layout.ts';
import { panels, pieces, DEPTH, type Panel } from './product-plan.ts';
import { shares } from './step.ts';

/** Sizes of a weight: it multiplies rows of `depth` values, and gives rows of `columns`. */
export interface WeightSizes {
  depth: number;
  columns: number;
}

/** A panel of a packed weight: which part of the depth it holds, and where it begins, in values. */
export interface PackedPanel extends Panel {
  first: number;
  end: number;
  offset: number;
}

/**
 * How a weight that does not change is laid out once, so that nothing has to be packed when it multiplies: the panels of each thread one behind the other, in the order in which
 * it reads them. A few rows are multiplied as fast as memory gives the weight, and memory is fastest where reading goes straight on.
 */
export function packedPanels({ depth, columns }: WeightSizes, threads: number): PackedPanel[][] {
  let offset = 0;
  return shares(columns, LANES, threads).map(([start, end]) => {
    if (start === end) return [];
    return pieces([0, depth], DEPTH, LANES).flatMap(([first, behind]) =>
      panels([start, end]).map((panel) => {
        const packed = { ...panel, first, end: behind, offset };
        offset += (behind - first) * panel.vectors * LANES;
        return packed;
      }),
    );
  });
}

/** Values that a packed weight takes; columns at its end that fill a vector are 0. */
export function packedLength({ depth, columns }: WeightSizes): number {
  return depth * Math.ceil(columns / LANES) * LANES;
}

/** Writes a weight [depth, columns] into `packed` as so many threads read it. */
export function packWeight(weight: Float32Array, packed: Float32Array, sizes: WeightSizes, threads: number): void {
  const { columns } = sizes;
  packed.fill(0);
  for (const { first, end, column, vectors, offset } of packedPanels(sizes, threads).flat()) {
    const width = Math.min(vectors * LANES, columns - column);
    for (let row = first; row < end; row++) {
      const [from, to] = [row * columns + column, offset + (row - first) * vectors * LANES];
      for (let value = 0; value < width; value++) packed[to + value] = weight[from + value] ?? 0;
    }
  }
}
