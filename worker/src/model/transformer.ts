import * as tf from '@tensorflow/tfjs';
import { outputLayerOfHead } from '@greenlight/shared/stages/training/layers.ts';
import { gelu, sigmoid, tanh } from './activations.ts';
import type { Loss, Operations } from './operations.ts';
import type { Head, ModelSettings } from './settings.ts';

/*
 * The Transformer (Vaswani et al. 2017), whole. Letters in shape comments: B batch, S source tokens, T target tokens,
 * N = B·T or B·S rows, d = dModel, h heads, k = d/h values a head, f = feedForward, V vocabulary, K outputs of a classifier.
 *
 *   encoder–decoder:  source ids → encode → memory ─┐
 *                     target ids → decode ──────────┴→ states → next-token probabilities
 *   decoder-only:     target ids → decode → states → next-token probabilities (no memory, no cross-attention)
 *   classifier:       source ids → encode → memory of the first token → pooler → head → probabilities of the classes
 *                                                                             └→ further heads, each for a task of its own
 *
 * Read it from `encode` on. A token is a vector of d numbers, made of what it is and where it stands (`embed`). Layers add to it what it takes
 * from other tokens (`attend`) and what it makes of that by itself (`feedForward`); `residual` keeps the sum. `nextTokenLoss` and `labelledLoss`
 * say what is learned, operations.ts how an operation is computed. Gradients are nobody's work here: tfjs takes them.
 *
 * Rows of tokens stay flat, [N, d], between attentions: a matrix product wants that. `readers` counts the layers that read the same rows, for speed.
 */

/** Added to the score of a key that must not be seen: exp() of it is exactly 0 in float32. */
export const HIDDEN_SCORE = -1e9;

/** A model ready to compute: its settings, its parameters by name, and the operations that do the work. */
export interface Transformer {
  settings: ModelSettings;
  parameters: Record<string, tf.Tensor>;
  operations: Operations;
  /** Multiplies by a random mask in training; null in evaluation and generation. Called in the order of the forward pass. */
  dropout: ((x: tf.Tensor) => tf.Tensor) | null;
  /** Is shown the output of every layer in the order of the forward pass; for finding where numbers go wrong. */
  observe?: (layer: string, x: tf.Tensor) => void;
}

/** Keys and values of one attention for the tokens it may look at: both [B, S, h, k], or in a cache [S, B, h, k]. */
export interface KeysValues {
  keys: tf.Tensor;
  values: tf.Tensor;
}

/** What the decoder looks at besides its own tokens. */
export interface DecoderContext {
  /** Keys and values of the source for each layer's cross-attention; empty for a decoder-only model. */
  cross: KeysValues[];
  /** [B, 1, 1, S], hides the source's padding; null where there is none. */
  sourceMask: tf.Tensor | null;
  /** Says which tokens of the target a token sees: broadcastable to [B, h, T, S]; null where it sees all. */
  targetMask: tf.Tensor | null;
  /**
   * Keys and values of the tokens already decoded, for each layer; null when the target starts here. With a past, T is 1, and all keys and
   * values (past, cross and the new token's) are time first, [S, B, h, k], so that a new token's lie behind all that came before.
   */
  past: KeysValues[] | null;
  /** Position vectors of the tokens, broadcastable to [B, T, d]. */
  positions: tf.Tensor;
  /**
   * Where only one token of each text is asked about: its place among the rows [B], and the mask [B, 1, 1, T] of what it sees. The last
   * layer then gives every token's keys and values and computes the rest for these alone.
   */
  asked?: { rows: tf.Tensor; mask: tf.Tensor };
}

/** What decoding gives: states for the output layer, and the new tokens' keys and values for a cache. */
export interface Decoded {
  /** [B·T, d]; [B, d] where one token of each text is asked about. */
  states: tf.Tensor;
  /** For each layer, [B, T, h, k]; with a past [T, B, h, k]. */
  cache: KeysValues[];
}

function parameter(model: Transformer, name: string): tf.Tensor {
  const tensor = model.parameters[name];
  if (tensor === undefined) throw new Error(`The model has no parameter '${name}'`);
  return tensor;
}

function weightAndBias(model: Transformer, name: string): [tf.Tensor, tf.Tensor] {
  return [parameter(model, `${name}.weight`), parameter(model, `${name}.bias`)];
}

function linear(model: Transformer, x: tf.Tensor, name: string, readers = 1): tf.Tensor {
  return model.operations.linear(x, ...weightAndBias(model, name), { readers });
}

function layerNorm(model: Transformer, x: tf.Tensor, name: string): tf.Tensor {
  return model.operations.layerNorm(x, parameter(model, `${name}.gain`), parameter(model, `${name}.bias`));
}

/** Shows a layer's output to whoever watches, and passes it on. */
function observed(model: Transformer, layer: string, x: tf.Tensor): tf.Tensor {
  model.observe?.(layer, x);
  return x;
}

function dropout(model: Transformer, x: tf.Tensor): tf.Tensor {
  return model.dropout === null ? x : model.dropout(x);
}

/** The fixed sines and cosines of the paper, one row for each position from 0: [length, d]. Attention alone would not see the order of tokens. */
export function sinusoidalPositions(length: number, dModel: number): Float32Array {
  const table = new Float32Array(length * dModel);
  for (let position = 0; position < length; position++) {
    for (let column = 0; column < dModel; column++) {
      const angle = position / 10_000 ** ((column - (column % 2)) / dModel);
      table[position * dModel + column] = column % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
    }
  }
  return table;
}

/** Position vectors 0 … length − 1 of the encoder or decoder: [length, d]. */
function positionTable(model: Transformer, side: 'encoder' | 'decoder', length: number): tf.Tensor {
  const { dModel, positions } = model.settings;
  if (positions === 'learned') return tf.slice(parameter(model, `${side}.positions`), [0, 0], [length, dModel]);
  return tf.tensor(sinusoidalPositions(length, dModel), [length, dModel]);
}

/** Vectors of positions [n] that are known only when the model runs: [n, d]. */
export function positionsAt(model: Transformer, side: 'encoder' | 'decoder', positions: tf.Tensor): tf.Tensor {
  const { maxSourceTokens, maxTargetTokens } = model.settings;
  return tf.gather(positionTable(model, side, side === 'encoder' ? maxSourceTokens : maxTargetTokens), positions);
}

/** ids [B, T] → token vectors scaled by √d plus positions [T, d], flat: [B·T, d]. */
function embed(model: Transformer, ids: tf.Tensor, positions: tf.Tensor): tf.Tensor {
  const [batch = 1, length = 1] = ids.shape;
  const { dModel } = model.settings;
  const vectors = model.operations.embedding(parameter(model, 'embedding'), tf.reshape(ids, [batch * length])); // [N, d]
  const scaled = tf.reshape(tf.mul(vectors, Math.sqrt(dModel)), [batch, length, dModel]); // [B, T, d]
  return observed(model, 'embedding', dropout(model, tf.reshape(tf.add(scaled, positions), [batch * length, dModel]))); // [N, d]
}

/** Splits rows into heads: [B·T, d] → [B, T, h, k]. */
function splitHeads(model: Transformer, x: tf.Tensor, batch: number): tf.Tensor {
  const { heads, dModel } = model.settings;
  return tf.reshape(x, [batch, (x.shape[0] ?? 0) / batch, heads, dModel / heads]);
}

/** Keys and values that an attention computes from x [B·S, d]: [B, S, h, k] each. */
function keysAndValues(model: Transformer, x: tf.Tensor, name: string, batch: number, readers: number): KeysValues {
  return {
    keys: splitHeads(model, linear(model, x, `${name}.key`, readers), batch),
    values: splitHeads(model, linear(model, x, `${name}.value`, readers), batch),
  };
}

/**
 * Multi-head attention: x [B·T, d] asks, `seen` answers, [B·T, d]. Each token of x makes a query and compares it with the key of every token it
 * may see; the products, scaled, masked and put through a softmax, are the shares in which it takes up their values: softmax(q·kᵀ/√k)·v.
 * The heads do so side by side, each on its own k of the d numbers, so that a token can look at several others for different reasons.
 */
function attend(
  model: Transformer,
  x: tf.Tensor,
  seen: KeysValues,
  mask: tf.Tensor | null,
  name: string,
  { batch, readers, cached = false }: { batch: number; readers: number; cached?: boolean },
): tf.Tensor {
  const queries = splitHeads(model, linear(model, x, `${name}.query`, readers), batch); // [B, T, h, k]
  const attention = cached ? model.operations.cachedAttention : model.operations.attention;
  const attended = attention(queries, seen.keys, seen.values, mask); // [B, T, h, k]
  return linear(model, tf.reshape(attended, x.shape), `${name}.output`); // [N, d]
}

/** Two linear layers with the activation between them, for each token alone: [N, d] → [N, f] → [N, d]. */
function feedForward(model: Transformer, x: tf.Tensor, name: string): tf.Tensor {
  return linear(model, activate(model, x, `${name}.hidden`), `${name}.output`);
}

function activate(model: Transformer, x: tf.Tensor, name: string): tf.Tensor {
  const { activation } = model.settings;
  if (activation === 'relu') return model.operations.linear(x, ...weightAndBias(model, name), { relu: true });
  const hidden = linear(model, x, name);
  return { gelu, tanh, sigmoid }[activation](hidden);
}

/** x + f(x), layers normalised before f (trains without warm-up) or after the sum (as in the paper); `rows` takes the rows of x that f gives. */
function residual(
  model: Transformer,
  x: tf.Tensor,
  name: string,
  sublayer: (x: tf.Tensor) => tf.Tensor,
  rows: (x: tf.Tensor) => tf.Tensor = (all) => all,
): tf.Tensor {
  const norm = `${name}Norm`;
  const sum =
    model.settings.normalisation === 'pre'
      ? tf.add(rows(x), dropout(model, sublayer(layerNorm(model, x, norm))))
      : layerNorm(model, tf.add(rows(x), dropout(model, sublayer(x))), norm);
  return observed(model, name, sum);
}

function finalNorm(model: Transformer, x: tf.Tensor, side: 'encoder' | 'decoder'): tf.Tensor {
  if (model.settings.normalisation === 'post') return x;
  return observed(model, `${side}.finalNorm`, layerNorm(model, x, `${side}.finalNorm`));
}

/** Hides padding (id 0) from attention: ids [B, S] → [B, 1, 1, S]. */
function paddingMask(ids: tf.Tensor): tf.Tensor {
  const [batch = 1, length = 1] = ids.shape;
  const isPadding = tf.cast(tf.equal(ids, tf.scalar(0, 'int32')), 'float32');
  return tf.reshape(tf.mul(isPadding, HIDDEN_SCORE), [batch, 1, 1, length]);
}

/** Hides the future: token t sees tokens 0 … t. [length, length] */
export function causalMask(length: number): Float32Array {
  const mask = new Float32Array(length * length);
  for (let row = 0; row < length; row++) mask.fill(HIDDEN_SCORE, row * length + row + 1, (row + 1) * length);
  return mask;
}

/** The encoder: source ids [B, S] and their positions [S, d] → memory [B·S, d]. */
export function encode(
  model: Transformer,
  source: tf.Tensor,
  sourceMask: tf.Tensor,
  positions = positionTable(model, 'encoder', source.shape[1] ?? 1),
): tf.Tensor {
  const batch = source.shape[0] ?? 1;
  let x = embed(model, source, positions); // [B·S, d]
  for (let layer = 0; layer < model.settings.encoderLayers; layer++) {
    const name = `encoder.${layer}`;
    x = residual(model, x, `${name}.selfAttention`, (y) => {
      const seen = keysAndValues(model, y, `${name}.selfAttention`, batch, 3);
      return attend(model, y, seen, sourceMask, `${name}.selfAttention`, { batch, readers: 3 });
    });
    x = residual(model, x, `${name}.feedForward`, (y) => feedForward(model, y, `${name}.feedForward`));
  }
  return finalNorm(model, x, 'encoder');
}

/** Keys and values of the memory [B·S, d] for each decoder layer's cross-attention: [B, S, h, k] each. */
export function crossKeysValues(model: Transformer, memory: tf.Tensor, batch: number): KeysValues[] {
  const { decoderLayers } = model.settings;
  return Array.from({ length: decoderLayers }, (_, layer) =>
    keysAndValues(model, memory, `decoder.${layer}.crossAttention`, batch, 2 * decoderLayers),
  );
}

/** The decoder: target ids [B, T] and what they may look at → states [B·T, d]. */
export function decode(model: Transformer, target: tf.Tensor, context: DecoderContext): Decoded {
  const batch = target.shape[0] ?? 1;
  const { past, targetMask, sourceMask } = context;
  const cached = past !== null;
  const cache: KeysValues[] = [];
  let x = embed(model, target, context.positions); // [B·T, d]
  for (let layer = 0; layer < model.settings.decoderLayers; layer++) {
    const name = `decoder.${layer}`;
    const asked = layer === model.settings.decoderLayers - 1 ? context.asked : undefined;
    const askedRows = (all: tf.Tensor): tf.Tensor => (asked === undefined ? all : tf.gather(all, asked.rows));
    const selfAttention = (y: tf.Tensor): tf.Tensor => {
      const computed = keysAndValues(model, y, `${name}.selfAttention`, batch, 3);
      const fresh = cached ? timeFirst(computed) : computed;
      cache.push(fresh);
      const seen = withPast(past?.[layer], fresh);
      const mask = asked?.mask ?? targetMask;
      return attend(model, askedRows(y), seen, mask, `${name}.selfAttention`, { batch, readers: 3, cached });
    };
    x = residual(model, x, `${name}.selfAttention`, selfAttention, askedRows);
    const cross = context.cross[layer];
    if (cross !== undefined) {
      x = residual(model, x, `${name}.crossAttention`, (y) =>
        attend(model, y, cross, sourceMask, `${name}.crossAttention`, { batch, readers: 1, cached }),
      );
    }
    x = residual(model, x, `${name}.feedForward`, (y) => feedForward(model, y, `${name}.feedForward`));
  }
  return { states: finalNorm(model, x, 'decoder'), cache };
}

/** [B, T, h, k] → [T, B, h, k] */
function timeFirst({ keys, values }: KeysValues): KeysValues {
  return { keys: tf.transpose(keys, [1, 0, 2, 3]), values: tf.transpose(values, [1, 0, 2, 3]) };
}

function withPast(past: KeysValues | undefined, fresh: KeysValues): KeysValues {
  if (past === undefined) return fresh;
  return { keys: tf.concat([past.keys, fresh.keys], 0), values: tf.concat([past.values, fresh.values], 0) }; // [P + T, B, h, k]
}

/**
 * Source ids [B, S] (null for a decoder-only model) and target ids [B, T] from the start → states [B·T, d]. Teacher forcing: each token
 * sees the true ones before it, not those that the model would have written, so that one pass learns from all at once.
 */
export function teacherForcedStates(model: Transformer, source: tf.Tensor | null, target: tf.Tensor): Decoded {
  const [batch = 1, length = 1] = target.shape;
  let cross: KeysValues[] = [];
  let sourceMask: tf.Tensor | null = null;
  if (source !== null) {
    sourceMask = paddingMask(source);
    cross = crossKeysValues(model, encode(model, source, sourceMask), batch);
  }
  const targetMask = length === 1 ? null : tf.tensor(causalMask(length), [length, length]);
  const positions = positionTable(model, 'decoder', length);
  return decode(model, target, { cross, sourceMask, targetMask, past: null, positions });
}

/** Unnormalised log-probabilities of the next token: states [N, d] → [N, V]. The paper takes the embedding's weights once more; these are the layer's own. */
export function nextTokenLogits(model: Transformer, states: tf.Tensor): tf.Tensor {
  return observed(model, 'output', linear(model, states, 'output'));
}

/** The training loss: Σ over target tokens of weight · cross-entropy; targetOut [B, T], weights [B·T] (0 for padding). */
export function nextTokenLoss(
  model: Transformer,
  source: tf.Tensor | null,
  targetIn: tf.Tensor,
  targetOut: tf.Tensor,
  weights: tf.Tensor,
  smoothing: number,
): Loss {
  const { states } = teacherForcedStates(model, source, targetIn); // [N, d]
  const labels = tf.reshape(targetOut, [targetOut.size]); // [N]
  return model.operations.crossEntropy(states, ...weightAndBias(model, 'output'), labels, weights, smoothing);
}

/** What a classifier's head reads of each text: source ids [B, S], each row beginning with BOS → [B, d]. */
function pooledStates(model: Transformer, source: tf.Tensor): tf.Tensor {
  const [batch = 1, length = 1] = source.shape;
  const { dModel } = model.settings;
  const memory = tf.reshape(encode(model, source, paddingMask(source)), [batch, length, dModel]); // [B, S, d]
  // BOS means nothing by itself, so its place is free to gather what the whole text says (BERT, Devlin et al. 2019).
  const first = tf.reshape(tf.slice(memory, [0, 0, 0], [batch, 1, dModel]), [batch, dModel]); // [B, d]
  return dropout(model, observed(model, 'pooler', tanh(linear(model, first, 'pooler'))));
}

/** What one head answers from pooled states [B, d]: logits before softmax or sigmoid, or for regression the predictions, [B, K]. */
function answersOf(model: Transformer, pooled: tf.Tensor, layer: string): tf.Tensor {
  return observed(model, layer, linear(model, pooled, layer));
}

/** What the heads of a classifier answer, the first one's answers first: source ids [B, S] → [B, K] for each head. */
export function classify(model: Transformer, source: tf.Tensor): [tf.Tensor, ...tf.Tensor[]] {
  const pooled = pooledStates(model, source);
  const further = (model.settings.auxiliaryHeads ?? []).map(({ name }) => outputLayerOfHead(name));
  return [answersOf(model, pooled, 'output'), ...further.map((layer) => answersOf(model, pooled, layer))];
}

/** The true answers of a batch for one head, and how much each counts. */
interface Truth {
  /** Class ids [B] for single-label, 0 and 1 [B, K] for multi-label, numbers [B, K] for regression. */
  labels: tf.Tensor;
  /** [B]; 0 where nobody knows the answer. */
  weights: tf.Tensor;
}

/** Σ over items of weight · loss of one head: cross-entropy, binary cross-entropy or squared error, the latter two as means over outputs. */
function headLoss(
  model: Transformer,
  pooled: tf.Tensor,
  layer: string,
  task: Head['task'],
  { labels, weights }: Truth,
  smoothing: number,
): Loss {
  const { operations } = model;
  if (task === 'single-label')
    return operations.crossEntropy(pooled, ...weightAndBias(model, layer), labels, weights, smoothing);
  const answers = answersOf(model, pooled, layer); // [B, K]
  const loss =
    task === 'multi-label'
      ? operations.binaryCrossEntropy(answers, labels, weights)
      : tf.sum(tf.mul(weights, tf.mean(tf.square(tf.sub(answers, labels)), -1)));
  return { objective: loss, loss };
}

/**
 * The training loss of a classifier: that of its first head, plus those of the further ones, each against its own answers. What is minimised
 * is the sum, what is reported the loss of each head.
 */
export function labelledLoss(
  model: Transformer,
  source: tf.Tensor,
  truth: Truth,
  smoothing: number,
  furtherTruths: readonly Truth[] = [],
): Loss {
  const { head, auxiliaryHeads = [] } = model.settings;
  const pooled = pooledStates(model, source);
  const first = headLoss(model, pooled, 'output', head?.task ?? 'regression', truth, smoothing);
  if (auxiliaryHeads.length === 0) return first;
  const losses = [
    first,
    ...auxiliaryHeads.map((further, index) => {
      const known = furtherTruths[index];
      if (known === undefined) throw new Error(`The answers of the head '${further.name}' are missing`);
      return headLoss(model, pooled, outputLayerOfHead(further.name), further.task, known, smoothing);
    }),
  ];
  return {
    objective: losses.map(({ objective }) => objective).reduce((sum, objective) => tf.add(sum, objective)),
    loss: tf.concat(losses.map(({ loss }) => tf.reshape(loss, [1]))), // [heads]
  };
}
