import * as tf from '@tensorflow/tfjs';
import { logitsOfHead } from '@greenlight/shared/stages/training/heads.ts';
import type { GraphParts } from '../graph/encode.ts';
import { fusedOperations } from '../graph/fused-operations.ts';
import type { TensorSpec } from '../graph/graph-builder.ts';
import { recordParts, type Recording } from '../graph/record.ts';
import { asTensor, traceBackend } from '../graph/trace-backend.ts';
import type { Operations } from '../model/operations.ts';
import { parameterSpecs } from '../model/parameters.ts';
import type { ModelSettings } from '../model/settings.ts';
import {
  classify,
  crossKeysValues,
  decode,
  encode,
  HIDDEN_SCORE,
  nextTokenLogits,
  sinusoidalPositions,
  type KeysValues,
  type Transformer,
} from '../model/transformer.ts';
import { chooseSizes, symbolsOf, type RecordedSizes } from './symbolic-sizes.ts';

/*
 * The graphs of a model for other tools, under the names that Hugging Face's Optimum gives files, inputs and outputs:
 *
 *   encoder–decoder   encoder_model, decoder_model (the first tokens), decoder_with_past_model (the next ones)
 *   decoder-only      model, whose past may be empty
 *   classifier        model
 *
 * Everything that depends on a length (positions, masks) is computed inside the graph. Keys and values are [B, h, S, k].
 */

/** A graph to export, before its weights: inputs named in `weights` are stored in the file. */
export interface ExportGraph {
  /** File name without its ending. */
  readonly name: string;
  readonly parts: GraphParts;
  /** Parameters that the graph uses, in the order of the model. */
  readonly weights: readonly { readonly name: string; readonly shape: readonly number[] }[];
}

type Ids = tf.Tensor;

/** A one-dimensional int64 value holding the true size of an input's dimension. */
function sizeOf(input: string, axis: number): string {
  const { builder } = traceBackend;
  const attributes = { start: { int: axis }, end: { int: axis + 1 } };
  return builder.once(`size of ${input} ${axis}`, () => builder.operation('Shape', [input], { attributes }));
}

/** start … end − 1, both given as one-dimensional int64 values of one element. */
function range(start: string, end: string): string {
  const { builder } = traceBackend;
  const scalar = (name: string): string => builder.once(`scalar ${name}`, () => builder.operation('Squeeze', [name]));
  return builder.operation('Range', [scalar(start), scalar(end), scalar(builder.int64([1]))]);
}

function floatTensor(name: string, shape: number[]): tf.Tensor {
  return asTensor(traceBackend.value(name, shape, 'float32'));
}

/** Scores to add: what is hidden gets a score whose exp() is 0, everything else 0. */
function hiddenScores(hidden: string, shape: number[]): tf.Tensor {
  const { builder } = traceBackend;
  return floatTensor(builder.operation('Where', [hidden, builder.scalar(HIDDEN_SCORE), builder.scalar(0)]), shape);
}

/** True where an attention mask [B, S] is 0, as [B, 1, 1, S]. */
function isMasked(mask: string): string {
  const { builder } = traceBackend;
  const zero = builder.int64([0]);
  return builder.operation('Unsqueeze', [builder.operation('Equal', [mask, zero]), builder.int64([1, 2])]);
}

/** Rows of a position table at int64 positions: [length, d], or [B, T, d] for positions of each text. */
function positionRows(table: tf.Tensor, positions: string, shape: number[]): tf.Tensor {
  const rows = traceBackend.builder.operation('Gather', [traceBackend.nameOf(table), positions]);
  return floatTensor(rows, [...shape, table.shape[1] ?? 0]);
}

function swapTokensAndHeads(x: tf.Tensor): tf.Tensor {
  return tf.transpose(x, [0, 2, 1, 3]);
}

/**
 * Attention that puts the past before a decoder's own tokens and notes what the next call is to be given. The decoder's
 * self-attention is known by its mask; other attentions stay as they are.
 */
function withPast(
  plain: Operations,
  selfMask: tf.Tensor,
  past: readonly KeysValues[],
  present: KeysValues[],
): Operations {
  return {
    ...plain,
    attention(queries, keys, values, mask) {
      if (mask !== selfMask) return plain.attention(queries, keys, values, mask);
      const before = past[present.length];
      const all = (fresh: tf.Tensor, earlier: tf.Tensor | undefined): tf.Tensor =>
        earlier === undefined ? swapTokensAndHeads(fresh) : tf.concat([earlier, swapTokensAndHeads(fresh)], 2);
      const [seenKeys, seenValues] = [all(keys, before?.keys), all(values, before?.values)]; // [B, h, P + T, k]
      present.push({ keys: seenKeys, values: seenValues });
      const scale = 1 / Math.sqrt(queries.shape[3] ?? 1);
      const scores = tf.mul(tf.matMul(swapTokensAndHeads(queries), seenKeys, false, true), scale);
      return swapTokensAndHeads(tf.matMul(tf.softmax(tf.add(scores, mask)), seenValues)); // [B, T, h, k]
    },
  };
}

/** Records one graph of a model. */
class ExportRecorder {
  readonly settings: ModelSettings;
  readonly sizes: RecordedSizes;

  constructor(settings: ModelSettings) {
    this.settings = settings;
    this.sizes = chooseSizes(settings);
  }

  /** An input whose dimensions are sizes of this recording or fixed. */
  input(name: string, shape: number[], type: TensorSpec['type']): TensorSpec {
    return { name, shape, type, symbols: symbolsOf(shape, this.sizes) };
  }

  /** Inputs of the cached keys and values, `length` tokens of each layer. */
  pastInputs(part: '' | '.decoder' | '.encoder', length: number): TensorSpec[] {
    const { decoderLayers } = this.settings;
    return Array.from({ length: decoderLayers }, (_, layer) =>
      ['key', 'value'].map((role) =>
        this.input(`past_key_values.${layer}${part}.${role}`, this.cacheShape(length), 'float32'),
      ),
    ).flat();
  }

  cacheShape(length: number): number[] {
    const { heads, dModel } = this.settings;
    return [this.sizes.batch, heads, length, dModel / heads];
  }

  record(
    name: string,
    inputs: readonly TensorSpec[],
    compute: (network: Transformer, recording: Recording) => Record<string, tf.Tensor>,
  ): ExportGraph {
    const specs = parameterSpecs(this.settings);
    const parameterInputs = specs.map((spec): TensorSpec => ({ name: spec.name, shape: spec.shape, type: 'float32' }));
    const parts = recordParts([...parameterInputs, ...inputs], (recording) => {
      const parameters: Record<string, tf.Tensor> = {};
      for (const spec of specs) parameters[spec.name] = recording.inputs[spec.name] as tf.Tensor;
      const { operations } = fusedOperations({
        fusedMatMul: false,
        ownProducts: false,
        sumsInParts: false,
        embeddingRows: false,
      });
      return compute({ settings: this.settings, parameters, operations, dropout: null }, recording);
    });
    const used = new Set(parts.nodes.flatMap((node) => node.inputs));
    const own = new Set(inputs.map((input) => input.name));
    return {
      name,
      parts: {
        ...parts,
        nodes: parts.nodes.map((node) => ({ ...node, outputs: withoutUnusedTail(node.outputs, used, parts.outputs) })),
        inputs: parts.inputs.filter((input) => own.has(input.name)),
        outputs: parts.outputs.map((output) => ({ ...output, symbols: symbolsOf(output.shape, this.sizes) })),
      },
      weights: specs.filter((spec) => used.has(spec.name)).map(({ name: weight, shape }) => ({ name: weight, shape })),
    };
  }

  /** The table of position vectors of one side, learned or computed: [longest, d]. */
  positionTable({ parameters }: Transformer, side: 'encoder' | 'decoder'): tf.Tensor {
    const { positions, dModel, maxSourceTokens, maxTargetTokens } = this.settings;
    if (positions === 'learned') return parameters[`${side}.positions`] as tf.Tensor;
    const longest = side === 'encoder' ? maxSourceTokens : maxTargetTokens;
    return tf.tensor(sinusoidalPositions(longest, dModel), [longest, dModel]);
  }

  /** The model as the encoder reads it: with the position vectors of just the tokens that `input` has. */
  withEncoderPositions(network: Transformer, input: string): Transformer {
    const { source } = this.sizes;
    const rows = positionRows(
      this.positionTable(network, 'encoder'),
      range(traceBackend.builder.int64([0]), sizeOf(input, 1)),
      [source],
    );
    const settings: ModelSettings = { ...network.settings, positions: 'learned', maxSourceTokens: source };
    return { ...network, settings, parameters: { ...network.parameters, 'encoder.positions': rows } };
  }

  recordEncoder(): ExportGraph {
    const { batch, source } = this.sizes;
    const inputs = [
      this.input('input_ids', [batch, source], 'int64'),
      this.input('attention_mask', [batch, source], 'int64'),
    ];
    return this.record('encoder_model', inputs, (network, recording) => {
      const mask = hiddenScores(isMasked('attention_mask'), [batch, 1, 1, source]);
      const model = this.withEncoderPositions(network, 'input_ids');
      const memory = encode(model, recording.inputs['input_ids'] as Ids, mask);
      return { last_hidden_state: tf.reshape(memory, [batch, source, this.settings.dModel]) };
    });
  }

  recordClassifier(): ExportGraph {
    const { batch, source } = this.sizes;
    const inputs = [
      this.input('input_ids', [batch, source], 'int64'),
      this.input('attention_mask', [batch, source], 'int64'),
    ];
    return this.record('model', inputs, (network, recording) => {
      // The classifier takes tokens of id 0 for padding: what the mask hides becomes that.
      const ids = tf.mul(recording.inputs['input_ids'] as Ids, recording.inputs['attention_mask'] as Ids);
      const [logits, ...further] = classify(this.withEncoderPositions(network, 'input_ids'), ids);
      const names = (this.settings.auxiliaryHeads ?? []).map(({ name }) => logitsOfHead(name));
      return {
        [logitsOfHead(null)]: logits,
        ...Object.fromEntries(further.map((answers, head) => [names[head], answers])),
      };
    });
  }

  /** A decoder over `past` tokens that are known and `target` new ones; without a past, it also computes the source's keys and values. */
  recordDecoder(name: string, hasPast: boolean): ExportGraph {
    const { batch, source, target, past, total, dModel, vocabulary } = { ...this.sizes, ...this.dimensions };
    const hasSource = this.settings.architecture === 'encoder-decoder';
    const [own, cross] = hasSource ? (['.decoder', '.encoder'] as const) : (['', ''] as const);
    const inputs = [
      this.input('input_ids', [batch, target], 'int64'),
      ...(hasSource
        ? [this.input('encoder_attention_mask', [batch, source], 'int64')]
        : [
            this.input('attention_mask', [batch, total], 'int64'),
            this.input('position_ids', [batch, target], 'int64'),
          ]),
      ...(hasSource && !hasPast ? [this.input('encoder_hidden_states', [batch, source, dModel], 'float32')] : []),
      ...(hasPast ? this.pastInputs(own, past) : []),
      ...(hasPast && hasSource ? this.pastInputs(cross, source) : []),
    ];
    return this.record(name, inputs, (network, recording) => {
      const { builder } = traceBackend;
      const given = (input: string): tf.Tensor => recording.inputs[input] as tf.Tensor;
      const cached = (part: string, layer: number): KeysValues => ({
        keys: given(`past_key_values.${layer}${part}.key`),
        values: given(`past_key_values.${layer}${part}.value`),
      });
      const layers = Array.from({ length: this.settings.decoderLayers }, (_, layer) => layer);
      const seen = hasPast ? total : target;
      const start = hasPast ? sizeOf(`past_key_values.0${own}.key`, 2) : builder.int64([0]);
      const end = hasPast ? builder.operation('Add', [start, sizeOf('input_ids', 1)]) : sizeOf('input_ids', 1);
      const ownPositions = range(start, end);
      const future = builder.operation('Greater', [
        range(builder.int64([0]), end),
        builder.operation('Unsqueeze', [ownPositions, builder.int64([1])]),
      ]); // [T, P + T]
      const selfMask = hasSource
        ? hiddenScores(future, [target, seen])
        : hiddenScores(builder.operation('Or', [future, isMasked('attention_mask')]), [batch, 1, target, seen]);
      const sourceMask = hasSource ? hiddenScores(isMasked('encoder_attention_mask'), [batch, 1, 1, source]) : null;
      const table = this.positionTable(network, 'decoder');
      const positions = hasSource
        ? positionRows(table, ownPositions, [target])
        : positionRows(table, 'position_ids', [batch, target]);
      const present: KeysValues[] = [];
      const crossCaches = !hasSource
        ? []
        : hasPast
          ? layers.map((layer) => swapped(cached(cross, layer)))
          : crossKeysValues(network, tf.reshape(given('encoder_hidden_states'), [batch * source, dModel]), batch);
      const selfPast = hasPast ? layers.map((layer) => cached(own, layer)) : [];
      const model = { ...network, operations: withPast(network.operations, selfMask, selfPast, present) };
      const { states } = decode(model, given('input_ids'), {
        cross: crossCaches,
        sourceMask,
        targetMask: selfMask,
        past: null,
        positions,
      });
      const logits = tf.reshape(nextTokenLogits(model, states), [batch, target, vocabulary]);
      const newCross = hasSource && !hasPast ? crossCaches.map(swapped) : [];
      return { logits, ...cacheOutputs(own, present), ...cacheOutputs(cross, newCross) };
    });
  }

  private get dimensions() {
    return { dModel: this.settings.dModel, vocabulary: this.settings.vocabularySize };
  }
}

/** Drops optional outputs at a node's end that nothing reads. */
function withoutUnusedTail(
  names: readonly string[],
  used: ReadonlySet<string>,
  outputs: readonly TensorSpec[],
): string[] {
  const last = names.findLastIndex((name) => used.has(name) || outputs.some((output) => output.name === name));
  return names.slice(0, last + 1);
}

function swapped({ keys, values }: KeysValues): KeysValues {
  return { keys: swapTokensAndHeads(keys), values: swapTokensAndHeads(values) };
}

function cacheOutputs(part: string, layers: readonly KeysValues[]): Record<string, tf.Tensor> {
  return Object.fromEntries(
    layers.flatMap(({ keys, values }, layer) => [
      [`present.${layer}${part}.key`, keys],
      [`present.${layer}${part}.value`, values],
    ]),
  );
}

/** Records every graph that a model is exported as. */
export function recordExportGraphs(settings: ModelSettings): ExportGraph[] {
  const recorder = new ExportRecorder(settings);
  switch (settings.architecture) {
    case 'encoder-classifier':
      return [recorder.recordClassifier()];
    case 'decoder-only':
      return [recorder.recordDecoder('model', true)];
    case 'encoder-decoder':
      return [
        recorder.recordEncoder(),
        recorder.recordDecoder('decoder_model', false),
        recorder.recordDecoder('decoder_with_past_model', true),
      ];
  }
}
