import * as tf from '@tensorflow/tfjs';
import { operationsHere } from '../graph/operations-here.ts';
import type { TensorSpec } from '../graph/graph-builder.ts';
import { record, type RecordedGraph, type Recording } from '../graph/record.ts';
import { parameterSpecs } from '../model/parameters.ts';
import type { ModelSettings } from '../model/settings.ts';
import {
  crossKeysValues,
  decode,
  encode,
  nextTokenLogits,
  positionsAt,
  type KeysValues,
  type Transformer,
} from '../model/transformer.ts';
import { stateInput } from '../runtime/binding-names.ts';
import type { GraphDialect } from '../runtime/device.ts';

/** Sizes with which symbolic dimensions are recorded; see `TensorSpec`. One graph serves every size. What is seen is the past and the new token. */
const SYMBOLIC = { rows: 99_991, past: 99_989, source: 99_971, prefix: 99_961, seen: 99_990 };

type Symbol = keyof typeof SYMBOLIC;

/** The two halves of a cache. */
export const ROLES = ['keys', 'values'] as const;

/** Name of the cache of a layer: `self` grows with the tokens, `cross` is the source's. */
export function cacheName(kind: 'self' | 'cross', layer: number, role: keyof KeysValues): string {
  return `${kind}.${layer}.${role}`;
}

/** Name under which a decoding step returns the new row of a cache. */
export function newRowName(layer: number, role: keyof KeysValues): string {
  return `new.${layer}.${role}`;
}

/** An input whose dimensions are sizes, or names of symbols. */
function input(name: string, dimensions: (number | Symbol)[], type: TensorSpec['type']): TensorSpec {
  const symbols = [...dimensions.entries()].filter((entry): entry is [number, Symbol] => typeof entry[1] === 'string');
  return {
    name,
    shape: dimensions.map((dimension) => (typeof dimension === 'string' ? SYMBOLIC[dimension] : dimension)),
    type,
    symbols: Object.fromEntries(symbols),
  };
}

function parameterInputs(model: ModelSettings): TensorSpec[] {
  return parameterSpecs(model).map(({ name, shape }) => ({ name: stateInput(name), shape, type: 'float32' }));
}

function named(inputs: Record<string, tf.Tensor>, name: string): tf.Tensor {
  const tensor = inputs[name];
  if (tensor === undefined) throw new Error(`The graph has no input '${name}'`);
  return tensor;
}

function transformer(
  model: ModelSettings,
  inputs: Record<string, tf.Tensor>,
  dialect: GraphDialect,
  packedWeights: boolean,
): Transformer {
  const parameters = Object.fromEntries(
    parameterSpecs(model).map(({ name }) => [name, named(inputs, stateInput(name))]),
  );
  return {
    settings: model,
    parameters,
    operations: operationsHere({ ...dialect, ownProducts: false, packedWeights }).operations,
    dropout: null,
  };
}

/** [B, T, h, k] → [B·T, d], as a product wrote it: a reshape that is an output would be a copy. */
function withoutHeads(x: tf.Tensor): tf.Tensor {
  const [batch = 1, tokens = 1, heads = 1, headSize = 1] = x.shape;
  return tf.reshape(x, [batch * tokens, heads * headSize]);
}

/**
 * Records the first pass over B prompts: prefix [B, P] (BOS and the prompt, padded) at `positions` [P] with `prefixMask` [P, P], and
 * for a model with an encoder source [B, S] at `sourcePositions` [S] with `sourceMask` [B, 1, 1, S] → the logits [B, V] after the
 * tokens `last` [B] (places in the flat prefix), of which each sees what `lastMask` [B, 1, 1, P] leaves, and the keys and values of
 * source and prefix for every layer, [B·S or B·P, d]. `packedWeights` lets this project's own operators multiply, by weights that are fed packed.
 */
export function recordPrefill(model: ModelSettings, dialect: GraphDialect, packedWeights: boolean): RecordedGraph {
  const rows = dialect.shapeArithmetic ? 'rows' : 1;
  const hasSource = model.architecture === 'encoder-decoder';
  const sourceInputs = [
    input('source', [rows, 'source'], 'int32'),
    input('sourcePositions', ['source'], 'int32'),
    input('sourceMask', [rows, 1, 1, 'source'], 'float32'),
  ];
  const inputs: TensorSpec[] = [
    ...parameterInputs(model),
    ...(hasSource ? sourceInputs : []),
    input('prefix', [rows, 'prefix'], 'int32'),
    input('positions', ['prefix'], 'int32'),
    input('prefixMask', ['prefix', 'prefix'], 'float32'),
    input('last', [rows], 'int32'),
    input('lastMask', [rows, 1, 1, 'prefix'], 'float32'),
  ];
  const recorded = (recording: Pick<Recording, 'inputs'>): Record<string, tf.Tensor> => {
    const given = (name: string) => named(recording.inputs, name);
    const network = transformer(model, recording.inputs, dialect, packedWeights);
    const prefix = given('prefix');
    let cross: KeysValues[] = [];
    let sourceMask: tf.Tensor | null = null;
    if (hasSource) {
      sourceMask = given('sourceMask');
      const positions = positionsAt(network, 'encoder', given('sourcePositions'));
      cross = crossKeysValues(network, encode(network, given('source'), sourceMask, positions), prefix.shape[0] ?? 1);
    }
    const { states, cache } = decode(network, prefix, {
      cross,
      sourceMask,
      targetMask: given('prefixMask'),
      past: null,
      positions: positionsAt(network, 'decoder', given('positions')),
      asked: { rows: given('last'), mask: given('lastMask') },
    }); // [B, d]
    // Not the logits first: the sequence that stands for the first output holds a copy of it.
    const outputs: Record<string, tf.Tensor> = {};
    const addCaches = (kind: 'self' | 'cross', layers: KeysValues[]): void =>
      layers.forEach((layer, index) => {
        for (const role of ROLES) outputs[cacheName(kind, index, role)] = withoutHeads(layer[role]);
      });
    addCaches('self', cache);
    addCaches('cross', cross);
    outputs['logits'] = nextTokenLogits(network, states);
    return outputs;
  };
  return record(inputs, recorded, { sequenceOutput: dialect.sequenceOutput && !packedWeights });
}

/**
 * Records one decoding step of B texts: token [B, 1] at `position` [B] with the caches so far, time first: [P, B, h, k] and for the source
 * [S, B, h, k]. `pastMask` [B, 1, 1, P + 1] hides what lies before a text's first token, `sourceMask` [B, 1, 1, S] the source's
 * padding → logits [B, V] and the tokens' own keys and values [1, B, h, k].
 */
export function recordDecodeStep(model: ModelSettings, dialect: GraphDialect, packedWeights: boolean): RecordedGraph {
  const { heads, dModel, decoderLayers } = model;
  const hasSource = model.architecture === 'encoder-decoder';
  const cacheInputs = (kind: 'self' | 'cross', length: Symbol): TensorSpec[] =>
    Array.from({ length: decoderLayers }, (_, layer) =>
      ROLES.map((role) => input(cacheName(kind, layer, role), [length, 'rows', heads, dModel / heads], 'float32')),
    ).flat();
  const inputs: TensorSpec[] = [
    ...parameterInputs(model),
    input('token', ['rows', 1], 'int32'),
    input('position', ['rows'], 'int32'),
    input('pastMask', ['rows', 1, 1, 'seen'], 'float32'),
    ...cacheInputs('self', 'past'),
    ...(hasSource ? [input('sourceMask', ['rows', 1, 1, 'source'], 'float32'), ...cacheInputs('cross', 'source')] : []),
  ];
  const recorded = (recording: Pick<Recording, 'inputs'>): Record<string, tf.Tensor> => {
    const given = (name: string) => named(recording.inputs, name);
    const network = transformer(model, recording.inputs, dialect, packedWeights);
    const caches = (kind: 'self' | 'cross'): KeysValues[] =>
      Array.from({ length: decoderLayers }, (_, layer) => ({
        keys: given(cacheName(kind, layer, 'keys')),
        values: given(cacheName(kind, layer, 'values')),
      }));
    const token = given('token');
    const vectors = positionsAt(network, 'decoder', given('position')); // [B, d]
    const { states, cache } = decode(network, token, {
      cross: hasSource ? caches('cross') : [],
      sourceMask: hasSource ? given('sourceMask') : null,
      targetMask: given('pastMask'),
      past: caches('self'),
      positions: tf.reshape(vectors, [token.shape[0] ?? 1, 1, dModel]),
    });
    const outputs: Record<string, tf.Tensor> = {};
    // Not the logits first, as above.
    cache.forEach((layer, index) => {
      for (const role of ROLES) outputs[newRowName(index, role)] = layer[role];
    });
    outputs['logits'] = nextTokenLogits(network, states);
    return outputs;
  };
  return record(inputs, recorded, { sequenceOutput: dialect.sequenceOutput && !packedWeights });
}
