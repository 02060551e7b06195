import * as tf from '@tensorflow/tfjs';
import { fusedOperations } from '../graph/fused-operations.ts';
import type { TensorSpec } from '../graph/graph-builder.ts';
import { record, type RecordedGraph } from '../graph/record.ts';
import { parameterSpecs } from '../model/parameters.ts';
import type { ModelSettings } from '../model/settings.ts';
import {
  crossKeysValues,
  decode,
  encode,
  nextTokenLogits,
  paddingMask,
  positionAt,
  positionTable,
  type KeysValues,
  type Transformer,
} from '../model/transformer.ts';
import { stateInput } from '../runtime/binding-names.ts';
import type { GraphDialect } from '../runtime/device.ts';

/** Length with which a growing cache is recorded; the graph holds for any length. */
const RECORDED_PAST = 7;

/** Name of the cache of a layer: `self` grows with the tokens, `cross` is the source's. */
export function cacheName(kind: 'self' | 'cross', layer: number, role: keyof KeysValues): string {
  return `${kind}.${layer}.${role}`;
}

/** Name under which a decoding step returns the new row of a cache. */
export function newRowName(layer: number, role: keyof KeysValues): string {
  return `new.${layer}.${role}`;
}

function parameterInputs(model: ModelSettings): TensorSpec[] {
  return parameterSpecs(model).map(({ name, shape }) => ({ name: stateInput(name), shape, type: 'float32' }));
}

function named(inputs: Record<string, tf.Tensor>, name: string): tf.Tensor {
  const tensor = inputs[name];
  if (tensor === undefined) throw new Error(`The graph has no input '${name}'`);
  return tensor;
}

function transformer(model: ModelSettings, inputs: Record<string, tf.Tensor>, dialect: GraphDialect): Transformer {
  const parameters = Object.fromEntries(
    parameterSpecs(model).map(({ name }) => [name, named(inputs, stateInput(name))]),
  );
  return { settings: model, parameters, operations: fusedOperations(dialect).operations, dropout: null };
}

/**
 * Records the first pass over a prompt: source [1, S] (none when 0) and prefix [1, P] (BOS and the prompt, padded) → the logits [1, V]
 * after the prefix's token number `last` [1], and the keys and values of source and prefix for every layer.
 */
export function recordPrefill(
  model: ModelSettings,
  sourceLength: number,
  prefixLength: number,
  dialect: GraphDialect,
): RecordedGraph {
  const source: TensorSpec[] = sourceLength > 0 ? [{ name: 'source', shape: [1, sourceLength], type: 'int32' }] : [];
  const inputs: TensorSpec[] = [
    ...parameterInputs(model),
    ...source,
    { name: 'prefix', shape: [1, prefixLength], type: 'int32' },
    { name: 'last', shape: [1], type: 'int32' },
  ];
  return record(inputs, (recording) => {
    const network = transformer(model, recording.inputs, dialect);
    const sourceIds = recording.inputs['source'];
    const sourceMask = sourceIds === undefined ? null : paddingMask(sourceIds);
    const cross =
      sourceIds === undefined || sourceMask === null
        ? []
        : crossKeysValues(network, encode(network, sourceIds, sourceMask), 1);
    const positions = positionTable(network, 'decoder', prefixLength);
    const prefix = named(recording.inputs, 'prefix');
    const { states, cache } = decode(network, prefix, { cross, sourceMask, past: null, positions });
    const lastState = tf.gather(states, named(recording.inputs, 'last')); // [1, d]
    const outputs: Record<string, tf.Tensor> = { logits: nextTokenLogits(network, lastState) };
    const addCaches = (kind: 'self' | 'cross', layers: KeysValues[]): void =>
      layers.forEach(({ keys, values }, layer) => {
        outputs[cacheName(kind, layer, 'keys')] = keys;
        outputs[cacheName(kind, layer, 'values')] = values;
      });
    addCaches('self', cache);
    addCaches('cross', cross);
    return outputs;
  });
}

/**
 * Records one decoding step: token [1, 1] at `position` [1] with the caches so far → logits [1, V] and the token's own keys and
 * values. The length of the growing caches is symbolic, so one graph serves every step.
 */
export function recordDecodeStep(model: ModelSettings, sourceLength: number, dialect: GraphDialect): RecordedGraph {
  const { heads, dModel, decoderLayers } = model;
  const cacheSpecs = (kind: 'self' | 'cross', length: number, symbols?: Record<number, string>): TensorSpec[] =>
    Array.from({ length: decoderLayers }, (_, layer) =>
      (['keys', 'values'] as const).map((role): TensorSpec => ({
        name: cacheName(kind, layer, role),
        shape: [1, length, heads, dModel / heads],
        type: 'float32',
        ...(symbols === undefined ? {} : { symbols }),
      })),
    ).flat();
  const inputs: TensorSpec[] = [
    ...parameterInputs(model),
    ...(sourceLength > 0 ? [{ name: 'source', shape: [1, sourceLength], type: 'int32' as const }] : []),
    { name: 'token', shape: [1, 1], type: 'int32' },
    { name: 'position', shape: [1], type: 'int32' },
    ...cacheSpecs('self', RECORDED_PAST, { 1: 'past' }),
    ...(sourceLength > 0 ? cacheSpecs('cross', sourceLength) : []),
  ];
  return record(inputs, (recording) => {
    const network = transformer(model, recording.inputs, dialect);
    const caches = (kind: 'self' | 'cross'): KeysValues[] =>
      Array.from({ length: decoderLayers }, (_, layer) => ({
        keys: named(recording.inputs, cacheName(kind, layer, 'keys')),
        values: named(recording.inputs, cacheName(kind, layer, 'values')),
      }));
    const source = recording.inputs['source'];
    const { states, cache } = decode(network, named(recording.inputs, 'token'), {
      cross: source === undefined ? [] : caches('cross'),
      sourceMask: source === undefined ? null : paddingMask(source),
      past: caches('self'),
      positions: positionAt(network, 'decoder', named(recording.inputs, 'position')),
    });
    const outputs: Record<string, tf.Tensor> = { logits: nextTokenLogits(network, states) };
    cache.forEach(({ keys, values }, layer) => {
      outputs[newRowName(layer, 'keys')] = keys;
      outputs[newRowName(layer, 'values')] = values;
    });
    return outputs;
  });
}
