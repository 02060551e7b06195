import * as tf from '@tensorflow/tfjs';
import type { RecordedGraph } from '../graph/record.ts';
import {
  gatheredInput,
  inputOfNext,
  KEEP_INPUT,
  LOSS_OUTPUT,
  SQUARED_NORMS_OUTPUT,
  stateInput,
} from './binding-names.ts';
import type {
  Device,
  DeviceReport,
  Feeds,
  InferenceProgram,
  NamedShape,
  StateArray,
  StateShape,
  TrainingGraphs,
  TrainingProgram,
  UpdateOutcome,
} from './device.ts';
import { updateFeeds } from './update-feeds.ts';

/*
 * An eager device does not execute graphs: it runs the functions that they were recorded from, operation by operation, on one of tfjs's
 * own backends, and tfjs differentiates as it goes.
 */

/** An array of the training state, by the name of the input that it feeds. */
interface EagerArray extends NamedShape {
  slot: number;
  input: string;
}

/** Runs the model's functions on a tfjs backend that is registered under this name. */
export function createEagerDevice(shape: StateShape, report: DeviceReport, backend: string): Device {
  return new EagerDevice(shape, report, backend);
}

class EagerDevice implements Device {
  readonly report: DeviceReport;
  readonly dialect: Device['dialect'] = {
    fusedMatMul: false,
    ownProducts: false,
    sumsInParts: false,
    embeddingRows: false,
    updatesInGraph: true,
    blocks: false,
    packedMasks: false,
    sequenceOutput: false,
    shapeArithmetic: true,
  };
  readonly lanes = { most: 1, areThreads: false };
  readonly graphMemory = null;
  readonly #backend: string;
  readonly #arrays: readonly EagerArray[];
  readonly #trainable: readonly NamedShape[];
  /** Parameters, moments and gathered gradients by the name of the input that they feed. */
  readonly #tensors = new Map<string, tf.Tensor>();

  constructor({ parameters, moments, frozen }: StateShape, report: DeviceReport, backend: string) {
    this.report = report;
    this.#backend = backend;
    this.#trainable = parameters.filter(({ name }) => !frozen.has(name));
    this.#arrays = Array.from({ length: 1 + moments }, (_, slot) =>
      parameters.map(({ name, shape }) => ({ name, shape, slot, input: stateInput(name, slot) })),
    ).flat();
  }

  async loadTraining({ step: [step], gather, update }: TrainingGraphs): Promise<TrainingProgram> {
    let [gathering, updating]: [RecordedGraph | null, RecordedGraph | null] = [null, null];
    return {
      step: async ([{ feeds }], numbers) => {
        const { losses, squaredNorms } = await this.#train(step, { ...feeds, ...updateFeeds(numbers) });
        return { losses, ...this.#outcomeOf(squaredNorms) };
      },
      gather: async ([{ feeds }], isFirst) => {
        gathering ??= gather();
        // Zeros, and not what an earlier step left: 0 times what is not finite would spoil every later step.
        if (isFirst) for (const { name, shape } of this.#trainable) await this.#put(gatheredInput(name), null, shape);
        const keep = { data: Float32Array.of(1), shape: [] };
        const { losses } = await this.#train(gathering, { ...feeds, [KEEP_INPUT]: keep });
        return losses;
      },
      finish: async (numbers) => {
        updating ??= update();
        const { squaredNorms } = await this.#train(updating, updateFeeds(numbers));
        return this.#outcomeOf(squaredNorms);
      },
      dispose: () => Promise.resolve(),
    };
  }

  async loadInference(graph: RecordedGraph): Promise<InferenceProgram> {
    return {
      run: async (feeds, into = {}) => {
        const outputs = await this.#run(graph, feeds);
        const results: Record<string, Float32Array | Int32Array> = {};
        for (const [name, tensor] of Object.entries(outputs)) {
          results[name] = (await tensor.data()) as Float32Array | Int32Array;
          into[name]?.data.set(results[name]);
          tensor.dispose();
        }
        return results;
      },
      dispose: () => Promise.resolve(),
    };
  }

  async readState(): Promise<StateArray[]> {
    const state: StateArray[] = [];
    for (const { name, shape, slot, input } of this.#arrays) {
      const tensor = this.#tensors.get(input);
      const data =
        tensor === undefined ? new Float32Array(tf.util.sizeFromShape(shape)) : ((await tensor.data()) as Float32Array);
      state.push({ name, shape, slot, data });
    }
    return state;
  }

  async writeState(arrays: readonly StateArray[]): Promise<void> {
    for (const { name, slot, data } of arrays) {
      const array = this.#arrays.find((candidate) => candidate.name === name && candidate.slot === slot);
      if (array === undefined) throw new Error(`The device holds no '${name}' in slot ${slot}`);
      // A tensor of tfjs's CPU backend is a view of the array that it was made from.
      await this.#put(array.input, data.slice(), array.shape);
    }
  }

  dispose(): Promise<void> {
    for (const tensor of this.#tensors.values()) tensor.dispose();
    this.#tensors.clear();
    return Promise.resolve();
  }

  /** Runs a function with the state and what is fed; the outputs are the caller's to dispose of. */
  async #run(graph: RecordedGraph, feeds: Feeds): Promise<Record<string, tf.Tensor>> {
    await tf.setBackend(this.#backend);
    for (const { input, shape } of this.#arrays) if (!this.#tensors.has(input)) await this.#put(input, null, shape);
    const fed: Record<string, tf.Tensor> = {};
    for (const { name } of graph.inputs) {
      const feed = feeds[name];
      if (feed === undefined) continue;
      fed[name] = tf.tensor(feed.data.slice(), [...feed.shape], feed.data instanceof Int32Array ? 'int32' : 'float32');
    }
    const inputs = { ...Object.fromEntries(this.#tensors), ...fed };
    const given = (name: string): tf.Tensor => {
      const tensor = inputs[name];
      if (tensor === undefined) throw new Error(`The function has no input '${name}'`);
      return tensor;
    };
    try {
      return tf.tidy(() => {
        const outputs = graph.compute({ inputs, declareInput: ({ name }) => given(name) });
        // An output that is an input as it stands must outlive it.
        const taken = new Set(Object.values(inputs));
        return Object.fromEntries(
          Object.entries(outputs).map(([name, tensor]) => [name, taken.has(tensor) ? tf.clone(tensor) : tensor]),
        );
      });
    } finally {
      tf.dispose(Object.values(fed));
    }
  }

  /** Runs a function whose `next` outputs take the places of the inputs that they are for, unless a number is not finite. */
  async #train(graph: RecordedGraph, feeds: Feeds): Promise<{ losses: number[]; squaredNorms: number[] }> {
    const outputs = await this.#run(graph, feeds);
    const numbers = async (name: string): Promise<number[]> => [...((await outputs[name]?.data()) ?? [])];
    const losses = await numbers(LOSS_OUTPUT);
    const squaredNorms = await numbers(SQUARED_NORMS_OUTPUT);
    const isFinite = [...losses, ...squaredNorms].every((value) => Number.isFinite(value));
    for (const [name, tensor] of Object.entries(outputs)) {
      const input = inputOfNext(name);
      if (input === null || !isFinite) {
        tensor.dispose();
        continue;
      }
      this.#tensors.get(input)?.dispose();
      this.#tensors.set(input, tensor);
    }
    return { losses, squaredNorms };
  }

  async #put(input: string, data: Float32Array | null, shape: readonly number[]): Promise<void> {
    await tf.setBackend(this.#backend);
    this.#tensors.get(input)?.dispose();
    this.#tensors.set(input, data === null ? tf.zeros([...shape]) : tf.tensor(data, [...shape]));
  }

  #outcomeOf(squaredNorms: readonly number[]): UpdateOutcome {
    const last = squaredNorms.findLastIndex((square) => !Number.isFinite(square));
    const gradientNorm = Math.sqrt(squaredNorms.reduce((sum, square) => sum + square, 0));
    return { gradientNorm, nonFiniteParameter: this.#trainable[last]?.name ?? null, isStateKept: true };
  }
}
