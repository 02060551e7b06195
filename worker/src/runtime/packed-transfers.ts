import * as tf from '@tensorflow/tfjs';
import type { TensorSpec } from '../graph/graph-builder.ts';
import { record } from '../graph/record.ts';
import type { Feeds } from './device.ts';
import type { DeviceArray, GraphicsProcessor } from './graphics-session.ts';
import { cut } from './state-blocks.ts';

/*
 * Every array that is sent to a card by itself, or fetched from it, costs about half a millisecond there, however short it is: more than many
 * kernels. So all feeds of a step travel as one array of each type and are cut apart on the card, and all results are put together there.
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

function flatPlaces(device: Readonly<Record<string, DeviceArray>>): Record<string, DeviceArray['flat']> {
  return Object.fromEntries(Object.entries(device).map(([name, { flat }]) => [name, flat]));
}

function closeAll(device: Readonly<Record<string, DeviceArray>>): void {
  for (const array of Object.values(device)) array.dispose();
}

/** The pieces of a packed array: each spec, where it begins, and how long it is. */
function piecesOf(specs: readonly TensorSpec[]): { name: string; offset: number; size: number }[] {
  let end = 0;
  return specs.map(({ name, shape }) => {
    const size = tf.util.sizeFromShape(shape);
    end += size;
    return { name, offset: end - size, size };
  });
}

function openFeedsOfType(
  processor: GraphicsProcessor,
  specs: readonly TensorSpec[],
  type: TensorSpec['type'],
): PackedFeeds {
  const pieces = piecesOf(specs);
  const packed: TensorSpec = { name: PACKED, shape: [pieces.reduce((sum, { size }) => sum + size, 0)], type };
  const graph = record([packed], ({ inputs }) => {
    const values = cut(
      inputs[PACKED] as tf.Tensor,
      pieces.map(({ size }) => size),
    );
    return Object.fromEntries(pieces.map(({ name }, index) => [name, values[index] as tf.Tensor]));
  });
  const [host, device, session] = [
    processor.hostArray(packed),
    devicePlaces(processor, specs),
    processor.open(graph.bytes),
  ];
  return {
    device,
    send: (feeds) => {
      for (const { name, offset } of pieces) host.data.set(feeds[name]?.data ?? [], offset);
      session.run({ [PACKED]: host }, flatPlaces(device));
    },
    close: () => {
      session.close();
      host.dispose();
      closeAll(device);
    },
  };
}

/** Opens the way of a graph's feeds to the card. */
export function openFeeds(processor: GraphicsProcessor, specs: readonly TensorSpec[]): PackedFeeds {
  const types = [...new Set(specs.map(({ type }) => type))];
  const ways = types.map((type) =>
    openFeedsOfType(
      processor,
      specs.filter((spec) => spec.type === type),
      type,
    ),
  );
  return {
    device: Object.assign({}, ...ways.map(({ device }) => device)) as PackedFeeds['device'],
    send: (feeds) => {
      for (const way of ways) way.send(feeds);
    },
    close: () => {
      for (const way of ways) way.close();
    },
  };
}

/** Opens the way of a graph's results from the card. */
export function openResults(processor: GraphicsProcessor, specs: readonly TensorSpec[]): PackedResults {
  const pieces = piecesOf(specs);
  const graph = record(specs, ({ inputs }) => ({
    [PACKED]: tf.concat(specs.map(({ name }) => tf.reshape(inputs[name] as tf.Tensor, [-1]))),
  }));
  const shape = [pieces.reduce((sum, { size }) => sum + size, 0)];
  const [host, device, session] = [
    processor.hostArray({ shape, type: 'float32' }),
    devicePlaces(processor, specs),
    processor.open(graph.bytes),
  ];
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
