import * as tf from '@tensorflow/tfjs';
import type { TensorSpec } from '../graph/graph-builder.ts';
import { record } from '../graph/record.ts';
import type { Feeds } from './device.ts';
import type { DeviceArray, GraphicsProcessor } from './graphics-session.ts';
import { cut, slices } from './state-blocks.ts';

/*
 * Every array that is sent to a card by itself, or fetched from it, costs about half a millisecond there, however short it is: more than many
 * kernels. So all feeds of a step travel as one array and are cut apart on the card, and all results are put together there.
 */

/** Places on the card for what a graph is fed, by name. */
interface PackedFeeds {
  device: Record<string, DeviceArray>;
  /** Puts feeds into their places; those that are missing keep what they were. */
  send(feeds: Feeds): void;
  close(): void;
}

/** Places on the card for a graph's results, float32, by name. */
interface PackedResults {
  device: Record<string, DeviceArray>;
  fetch(): Record<string, number[]>;
  close(): void;
}

const PACKED = 'packed';

function devicePlaces(processor: GraphicsProcessor, specs: readonly TensorSpec[]): Record<string, DeviceArray> {
  return Object.fromEntries(specs.map((spec) => [spec.name, processor.array(spec)]));
}

function closeAll(device: Readonly<Record<string, DeviceArray>>): void {
  for (const array of Object.values(device)) array.dispose();
}

/** A part of a packed array. */
interface Piece {
  name: string;
  offset: number;
  size: number;
}

/** Where arrays lie that follow one another. */
function piecesOf(specs: readonly TensorSpec[]): Piece[] {
  let end = 0;
  return specs.map(({ name, shape }) => {
    const size = tf.util.sizeFromShape(shape);
    end += size;
    return { name, offset: end - size, size };
  });
}

function lengthOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { size }) => sum + size, 0);
}

/** Opens the way of a graph's feeds to the card. Whole numbers travel as float32, which holds those of up to 24 bits: ids are far below. */
export function openFeeds(processor: GraphicsProcessor, specs: readonly TensorSpec[]): PackedFeeds {
  const apart = processor.splitsQuickly ? cut : slices;
  const isWhole = ({ type }: TensorSpec): boolean => type === 'int32';
  const kinds = [specs.filter((spec) => !isWhole(spec)), specs.filter(isWhole)].filter(({ length }) => length > 0);
  const pieces = piecesOf(kinds.flat());
  const packed: TensorSpec = { name: PACKED, shape: [lengthOf(pieces)], type: 'float32' };
  const graph = record([packed], ({ inputs }) => {
    const groups = apart(
      inputs[PACKED] as tf.Tensor,
      kinds.map((kind) => lengthOf(piecesOf(kind))),
    );
    const values = groups.flatMap((group, index) => {
      const kind = kinds[index] ?? [];
      const typed = kind.some(isWhole) ? tf.cast(group, 'int32') : group;
      return apart(
        typed,
        piecesOf(kind).map(({ size }) => size),
      );
    });
    return Object.fromEntries(pieces.map(({ name }, index) => [name, values[index] as tf.Tensor]));
  });
  const host = processor.hostArray(packed);
  const device = devicePlaces(processor, specs);
  const flat = Object.fromEntries(Object.entries(device).map(([name, array]) => [name, array.flat]));
  const session = processor.open(graph.bytes);
  return {
    device,
    send: (feeds) => {
      for (const { name, offset } of pieces) host.data.set(feeds[name]?.data ?? [], offset);
      session.run({ [PACKED]: host }, flat);
    },
    close: () => {
      session.close();
      host.dispose();
      closeAll(device);
    },
  };
}

/** Opens the way of a graph's results from the card. */
export function openResults(processor: GraphicsProcessor, specs: readonly TensorSpec[]): PackedResults {
  const pieces = piecesOf(specs);
  const graph = record(specs, ({ inputs }) => ({
    [PACKED]: tf.concat(specs.map(({ name }) => tf.reshape(inputs[name] as tf.Tensor, [-1]))),
  }));
  const host = processor.hostArray({ shape: [lengthOf(pieces)], type: 'float32' });
  const device = devicePlaces(processor, specs);
  const session = processor.open(graph.bytes);
  return {
    device,
    fetch: () => {
      session.run(device, { [PACKED]: host });
      return Object.fromEntries(
        pieces.map(({ name, offset, size }) => [name, [...host.data.subarray(offset, offset + size)]]),
      );
    },
    close: () => {
      session.close();
      host.dispose();
      closeAll(device);
    },
  };
}
