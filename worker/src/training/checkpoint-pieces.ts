import type { ParameterSpec } from '../model/parameters.ts';
import type { CheckpointArray } from './checkpoint.ts';
import { CheckpointError, ShapeError } from './errors.ts';

/** Up to so much of a checkpoint is handed to the device at once. */
const PIECE_BYTES = 64 * 2 ** 20;

/** The arrays of a checkpoint for each wanted array of the state; throws a `CheckpointError` when one is missing, a `ShapeError` when one is of another shape. */
export function matching(
  path: string,
  arrays: readonly CheckpointArray[],
  specs: readonly ParameterSpec[],
  slots: number,
): CheckpointArray[] {
  const saved = new Map(arrays.map((array) => [`${array.slot}.${array.name}`, array]));
  return Array.from({ length: slots }, (_, slot) => slot).flatMap((slot) =>
    specs.map(({ name, shape }) => {
      const array = saved.get(`${slot}.${name}`);
      if (array === undefined) throw new CheckpointError(path, `it has no '${name}' for slot ${slot}`);
      if (array.shape.join() !== shape.join()) {
        const [found, expected] = [`[${array.shape.join(', ')}]`, `[${shape.join(', ')}]`];
        throw new ShapeError(
          {
            zh: `检查点中“${name}”的形状为 ${found}，而模型需要 ${expected}。`,
            en: `In the checkpoint '${name}' has the shape ${found}, the model needs ${expected}.`,
          },
          name,
        );
      }
      return array;
    }),
  );
}

/** Arrays in groups that are read and handed over together, so that a large checkpoint is never in memory twice. */
export function piecesOf(arrays: readonly CheckpointArray[]): CheckpointArray[][] {
  const pieces: CheckpointArray[][] = [];
  let room = 0;
  for (const array of arrays) {
    if (array.sizeBytes > room) {
      pieces.push([]);
      room = PIECE_BYTES;
    }
    pieces.at(-1)?.push(array);
    room -= array.sizeBytes;
  }
  return pieces;
}
