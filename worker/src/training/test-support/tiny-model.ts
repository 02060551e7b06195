import { initialiseParameter, parameterSpecs, shapeSize } from '../../model/parameters.ts';
import { randomKey, uniformAt } from '../../model/random.ts';
import type { Head, ModelSettings } from '../../model/settings.ts';
import type { Float64Parameters, LabelledText, TokenPair } from '../../model/test-support/float64-transformer.ts';
import type { Batch, LabelledBatch, OptimiserSettings, PartialLabels, TextBatch } from '../engine.ts';

/** A model small enough to check every gradient of; tests override the option that they are about. */
export const TINY_MODEL: ModelSettings = {
  architecture: 'encoder-decoder',
  vocabularySize: 23,
  dModel: 16,
  heads: 4,
  encoderLayers: 2,
  decoderLayers: 2,
  feedForward: 40,
  activation: 'relu',
  normalisation: 'pre',
  positions: 'sinusoidal',
  dropout: 0,
  maxSourceTokens: 16,
  maxTargetTokens: 16,
  head: null,
};

/** Adam with everything else switched off. */
export const PLAIN_ADAM: OptimiserSettings = {
  optimiser: 'adam',
  learningRate: 1e-3,
  schedule: 'constant',
  warmupSteps: 0,
  totalSteps: 100,
  weightDecay: 0,
  l1: 0,
  clipNorm: null,
  labelSmoothing: 0,
};

/** Parameters by name; biases and gains are moved off 0 and 1, where mistakes would cancel. */
export function tinyParameters(settings: ModelSettings, seed: number): Map<string, Float32Array> {
  return new Map(
    parameterSpecs(settings).map((spec, index) => {
      const values = new Float32Array(shapeSize(spec.shape));
      initialiseParameter(spec, index, seed, values);
      if (spec.shape.length === 1) {
        const key = randomKey(seed, 20, index);
        values.forEach((value, place) => (values[place] = value + (uniformAt(key, place) - 0.5) * 0.4));
      }
      return [spec.name, values];
    }),
  );
}

/** The same parameters for the float64 reference. */
export function widenedParameters(parameters: ReadonlyMap<string, Float32Array>): Float64Parameters {
  return Object.fromEntries([...parameters].map(([name, values]) => [name, Float64Array.from(values)]));
}

/** Texts of different lengths in which ids repeat. */
export function tinyPairs(settings: ModelSettings, count: number, seed: number): TokenPair[] {
  return Array.from({ length: count }, (_, pair) => {
    const key = randomKey(seed, 21, pair);
    const id = (place: number): number =>
      3 + Math.floor(uniformAt(key, place) * Math.min(settings.vocabularySize - 3, 9));
    const ids = (from: number, length: number): number[] => Array.from({ length }, (_item, place) => id(from + place));
    const target = ids(50, 4 + ((pair * 5) % 7));
    const source = settings.architecture === 'encoder-decoder' ? ids(0, 3 + ((pair * 3) % 8)) : [];
    return { source, targetIn: [1, ...target], targetOut: [...target, 2] };
  });
}

function pack(rows: (readonly number[])[]): { ids: Int32Array; length: number } {
  const length = Math.max(...rows.map((row) => row.length));
  const ids = new Int32Array(rows.length * length);
  rows.forEach((row, index) => ids.set(row, index * length));
  return { ids, length };
}

/** Packs texts into one padded batch. */
export function batchOf(pairs: readonly TokenPair[]): TextBatch {
  const source = pack(pairs.map((pair) => pair.source));
  const targetIn = pack(pairs.map((pair) => pair.targetIn));
  const targetOut = pack(pairs.map((pair) => pair.targetOut));
  return {
    source: source.ids,
    sourceLength: source.length,
    targetIn: targetIn.ids,
    targetOut: targetOut.ids,
    targetLength: targetIn.length,
    batchSize: pairs.length,
  };
}

/** A classifier of the same size with a head, and with further ones where they are given. */
export function tinyClassifier(head: Head, auxiliaryHeads?: ModelSettings['auxiliaryHeads']): ModelSettings {
  const further = auxiliaryHeads === undefined ? {} : { auxiliaryHeads };
  return { ...TINY_MODEL, architecture: 'encoder-classifier', decoderLayers: 0, head, ...further };
}

/** A classifier with a further head of each kind. */
export const SEVERAL_HEADS = tinyClassifier({ task: 'single-label', outputs: 4 }, [
  { name: 'flags', task: 'multi-label', outputs: 3 },
  { name: 'severity', task: 'regression', outputs: 1 },
  { name: 'language', task: 'single-label', outputs: 2 },
]);

/** What a head should answer, drawn from a place of a random stream on. */
function labelOf({ task, outputs }: Head, key: number, place: number): number[] {
  const answer = (output: number): number => uniformAt(key, place + output);
  const answers = Array.from({ length: outputs }, (_output, output) => answer(output));
  return {
    'single-label': [Math.floor(answer(0) * outputs)],
    'multi-label': answers.map((chance) => Number(chance < 0.5)),
    regression: answers.map((chance) => 3 * chance - 1),
  }[task];
}

/**
 * Texts of different lengths in which ids repeat, each beginning with BOS, and what the heads should answer; that of each auxiliary head is unknown for
 * every third text.
 */
export function tinyItems(settings: ModelSettings, count: number, seed: number): LabelledText[] {
  const { head, vocabularySize, auxiliaryHeads } = settings;
  if (head === null) throw new Error('Only a classifier has labelled texts');
  return Array.from({ length: count }, (_, item) => {
    const key = randomKey(seed, 22, item);
    const id = (place: number): number => 3 + Math.floor(uniformAt(key, place) * Math.min(vocabularySize - 3, 9));
    const further = auxiliaryHeads?.map((auxiliary, index) => ({
      label: labelOf(auxiliary, key, 200 + 50 * index),
      isKnown: (item + index) % 3 !== 2,
    }));
    return {
      source: [1, ...Array.from({ length: 2 + ((item * 5) % 9) }, (_token, place) => id(place))],
      label: labelOf(head, key, 100),
      ...(further === undefined ? {} : { auxiliary: further }),
    };
  });
}

/** Packs labelled texts into one padded batch. */
export function labelledBatchOf(items: readonly LabelledText[]): LabelledBatch {
  const source = pack(items.map((item) => item.source));
  const further = items[0]?.auxiliary?.map((_, head): PartialLabels => {
    const wanted = items.map(({ auxiliary }) => auxiliary?.[head] ?? { label: [], isKnown: false });
    return {
      labels: Float32Array.from(wanted.flatMap(({ label }) => label)),
      known: Uint8Array.from(wanted, ({ isKnown }) => Number(isKnown)),
    };
  });
  return {
    ...(further === undefined ? {} : { auxiliary: further }),
    source: source.ids,
    sourceLength: source.length,
    batchSize: items.length,
    labels: Float32Array.from(items.flatMap((item) => item.label)),
  };
}

/** A batch of so many items as the model takes them. */
export function tinyBatch(model: ModelSettings, count: number, seed: number): Batch {
  return model.head === null ? batchOf(tinyPairs(model, count, seed)) : labelledBatchOf(tinyItems(model, count, seed));
}
