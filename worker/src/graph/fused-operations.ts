import * as tf from '@tensorflow/tfjs';
import { LAYER_NORM_EPSILON, type Operations } from '../model/operations.ts';
import { binaryCrossEntropy } from './fused-losses.ts';
import { ownAffine, ownProduct, ownWeightGradient } from './own-products.ts';
import { canMask, canReadHeads, packedAffine, packedAttention, packedCachedAttention } from './packed-products.ts';
import { ownAttention } from './own-attention.ts';
import { ownLayerNorm } from './own-norm.ts';
import { appendProduct, appendSwap, type ProductOptions } from './kernels/matmul.ts';
import {
  layerNormGradient,
  partsOfProduct,
  partsOfSum,
  sumRowsInParts,
  weightGradientInParts,
} from './sums-in-parts.ts';
import { isFactored, tellFactors, type WeightFactors } from './told-factors.ts';
import { asTensor, emit, traceBackend } from './trace-backend.ts';

/** What differs between devices in how the fused operations are written down. */
export interface FusionTarget {
  /** com.microsoft FusedMatMul is there (CPU, CUDA); WebGPU lacks it. */
  fusedMatMul: boolean;
  /** This project's own operators multiply, attend and normalise; see products/. */
  ownProducts: boolean;
  /** Those for any number of rows multiply and attend, by weights that are fed packed; for graphs without gradients. */
  packedWeights?: boolean;
  /** Long sums with few results are taken in parts; see sums-in-parts.ts. */
  sumsInParts: boolean;
  /** Softmax answers zeros where it is given what is not finite, so that losses must look at more than the class that was wanted. */
  softmaxHidesNaN?: boolean;
  /** Attention looks for rows that such a softmax hid; in graphs with gradients these show it already, at no cost. */
  checksAttention?: boolean;
  /** Gradients of embedding rows become outputs and are added into the table outside the graph, in a fixed order. */
  embeddingRows: boolean;
  /** Gradients of large weights over few rows are told as the factors that they are products of. */
  weightFactors?: boolean;
}

/** Gradient rows of one embedding lookup, in the order of the lookups: [N, d]. */
export type EmbeddingRows = (tf.Tensor | undefined)[];

/** A weight gradient at least this many times wider than tall is faster with its input transposed beforehand (measured). */
const WIDE_GRADIENT = 2;

/** Up to so many rows the weight is the larger factor of an input gradient: as the left one it is read in place instead of being rearranged (measured). */
const FEW_ROWS = 64;

function product(
  a: tf.Tensor,
  b: tf.Tensor,
  shape: number[],
  options: ProductOptions,
  target: FusionTarget,
): tf.Tensor {
  if (target.ownProducts) return ownProduct(a, b, options);
  return namedValue(appendProduct(a, b, options, target.fusedMatMul), shape);
}

function size(x: tf.Tensor, axis: number): number {
  return x.shape[axis] ?? 1;
}

/** x [N, in] and dy [N, out] → xᵀ·dy [in, out]. */
function weightGradient(
  x: tf.Tensor,
  dy: tf.Tensor,
  readers: number,
  target: FusionTarget,
  factors: WeightFactors,
): tf.Tensor {
  const shape = [size(x, 1), size(dy, 1)];
  if (isFactored(x, dy, target)) {
    const gradient = ownProduct(x, dy, { transposeA: true });
    tellFactors(factors, gradient, x, dy);
    return gradient;
  }
  const parts = target.sumsInParts ? partsOfProduct(size(x, 0), size(x, 1), size(dy, 1)) : 1;
  if (parts > 1) return weightGradientInParts(x, dy, parts);
  if (target.ownProducts) return ownProduct(x, dy, { transposeA: true });
  if (size(dy, 1) * readers < WIDE_GRADIENT * size(x, 1)) return product(x, dy, shape, { transposeA: true }, target);
  return emit('MatMul', [appendSwap(traceBackend.nameOf(x), 2), dy], shape);
}

/** dy [N, out] and weight [in, out] → dy·weightᵀ [N, in]. */
function inputGradient(dy: tf.Tensor, weight: tf.Tensor, target: FusionTarget): tf.Tensor {
  const shape = [size(dy, 0), size(weight, 0)];
  if (!target.fusedMatMul || size(dy, 0) > FEW_ROWS) return product(dy, weight, shape, { transposeB: true }, target);
  const transposed = product(weight, dy, shape.toReversed(), { transposeB: true }, target);
  return namedValue(appendSwap(traceBackend.nameOf(transposed), 2), shape);
}

/** x [N, in]·weight [in, out] + bias [out] → [N, out], or what of it is above 0. */
function affine(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor, relu: boolean, target: FusionTarget): tf.Tensor {
  if (target.packedWeights === true) return packedAffine(x, weight, bias, relu);
  if (target.ownProducts) return ownAffine(x, weight, bias, relu);
  const shape = [size(x, 0), size(weight, 1)];
  const sum = tf.add(emit('MatMul', [x, weight], shape), bias);
  return relu ? emit('Relu', [sum], shape) : sum;
}

/** Σ over rows, weighted by weights [N] where given: [N, out] → [out]; a product with a row of ones beats ReduceSum. */
function sumRows(x: tf.Tensor, target: FusionTarget, weights?: tf.Tensor): tf.Tensor {
  const parts = target.sumsInParts ? partsOfSum(size(x, 0)) : 1;
  if (parts > 1) return sumRowsInParts(x, weights, parts);
  return emit('MatMul', [weights ?? tf.ones([size(x, 0)]), x], [size(x, 1)]);
}

/** 1 where y > 0, else 0; HardSigmoid with a huge slope is one node. */
function positive(y: tf.Tensor): tf.Tensor {
  return emit('HardSigmoid', [y], y.shape, { attributes: { alpha: { float: 3e38 }, beta: { float: 0 } } });
}

function linearOperation(target: FusionTarget, factors: WeightFactors): Operations['linear'] {
  return (x, weight, bias, options = {}) => {
    const apply = tf.customGrad((...inputs) => {
      const [input, matrix, offset, save] = inputs as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
      const value = affine(input, matrix, offset, options.relu === true, target);
      save([input, matrix, value]);
      const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [savedInput, savedMatrix, y] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
        const dSum = options.relu === true ? tf.mul(dy, positive(y)) : dy;
        if (target.ownProducts && !isFactored(savedInput, dSum, target))
          return [inputGradient(dSum, savedMatrix, target), ...ownWeightGradient(savedInput, dSum)];
        return [
          inputGradient(dSum, savedMatrix, target),
          weightGradient(savedInput, dSum, options.readers ?? 1, target, factors),
          sumRows(dSum, target),
        ];
      };
      return { value, gradFunc };
    });
    return apply(x, weight, bias);
  };
}

/** A float32 tensor for a graph value. */
function namedValue(name: string, shape: number[]): tf.Tensor {
  return asTensor(traceBackend.value(name, shape, 'float32'));
}

function layerNormOperation(target: FusionTarget): Operations['layerNorm'] {
  return (x, gain, bias) => {
    const apply = tf.customGrad((...inputs) => {
      const [input, scale, offset, save] = inputs as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
      const [rows, width] = [size(input, 0), size(input, 1)];
      const { builder } = traceBackend;
      const names = [builder.freshName(), builder.freshName(), builder.freshName()] as const;
      builder.addNode(
        'LayerNormalization',
        [input, scale, offset].map((tensor) => traceBackend.nameOf(tensor)),
        [...names],
        {
          attributes: { axis: { int: -1 }, epsilon: { float: LAYER_NORM_EPSILON } },
        },
      );
      const value = namedValue(names[0], [rows, width]);
      save([input, scale, namedValue(names[1], [rows, 1]), namedValue(names[2], [rows, 1])]);
      const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [savedInput, savedScale, mean, inverseDeviation] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
        if (target.sumsInParts) {
          const { dx, gainProducts } = layerNormGradient(dy, savedInput, savedScale, mean, inverseDeviation);
          return [dx, sumRows(gainProducts, target), sumRows(dy, target)];
        }
        const centred = tf.sub(savedInput, mean);
        const weighted = tf.mul(dy, centred);
        const column = tf.mul(tf.reshape(savedScale, [width, 1]), 1 / width);
        const meanGradient = emit('MatMul', [dy, column], [rows, 1]);
        // 1/σ² of the normalised values' two factors 1/σ is multiplied into the mean product, which is one number a row.
        const inverseVariance = tf.mul(inverseDeviation, inverseDeviation);
        const meanProduct = tf.mul(emit('MatMul', [weighted, column], [rows, 1]), inverseVariance);
        const projected = tf.sub(tf.sub(tf.mul(dy, savedScale), meanGradient), tf.mul(centred, meanProduct));
        const dGain = sumRows(weighted, target, tf.reshape(inverseDeviation, [rows]));
        return [tf.mul(projected, inverseDeviation), dGain, sumRows(dy, target)];
      };
      return { value, gradFunc };
    });
    return apply(x, gain, bias);
  };
}

function softmax(logits: tf.Tensor): tf.Tensor {
  return emit('Softmax', [logits], logits.shape, { attributes: { axis: { int: -1 } } });
}

function swapTokensAndHeads(x: tf.Tensor): tf.Tensor {
  return tf.transpose(x, [0, 2, 1, 3]);
}

function attentionOperation(target: FusionTarget): Operations['attention'] {
  return (queries, keys, values, mask) => {
    if (target.packedWeights === true && mask !== null && canMask(mask)) {
      return packedAttention(queries, keys, values, mask);
    }
    const [batch, tokens, heads, headSize] = queries.shape as [number, number, number, number];
    const seen = size(keys, 1);
    const scale = 1 / Math.sqrt(headSize);
    const scoresShape = [batch, heads, tokens, seen];
    // Without a product that scales, one operator on the queries does for the scores and for the gradient of the keys.
    const early = !target.fusedMatMul;
    const productScale = early ? 1 : scale;
    const apply = tf.customGrad((...inputs) => {
      const [q, k, v, save] = inputs as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
      const [qh, kh, vh] = [
        swapTokensAndHeads(early ? tf.mul(q, scale) : q),
        swapTokensAndHeads(k),
        swapTokensAndHeads(v),
      ]; // [B, h, ·, k]
      const scores = product(qh, kh, scoresShape, { transposeB: true, scale: productScale }, target);
      const weights = softmax(mask === null ? scores : tf.add(scores, mask)); // [B, h, T, S]
      const mixed = product(weights, vh, qh.shape, {}, target); // [B, h, T, k]
      const attended = target.checksAttention === true ? tf.add(mixed, hiddenIn(weights)) : mixed;
      save([qh, kh, vh, weights]);
      const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [sq, sk, sv, p] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
        const dOutput = swapTokensAndHeads(dy);
        const dWeights = product(dOutput, sv, scoresShape, { transposeB: true }, target);
        // Of the numbers that it is taken from, so that nothing is left but rounding where attention is alone with one token; Σ_k dO∘O (Dao et al. 2022) is not.
        const rowSums = tf.sum(tf.mul(p, dWeights), -1, true);
        const dScores = tf.mul(p, tf.sub(dWeights, rowSums));
        const dQueries = product(dScores, sk, sq.shape, { scale }, target);
        if (target.sumsInParts) {
          // The transposes of both results, so that the scores, the largest arrays here, need none.
          const turned = [batch, heads, headSize, seen];
          const dKeys = product(tf.transpose(sq, [0, 1, 3, 2]), dScores, turned, { scale: productScale }, target);
          const dValues = product(tf.transpose(dy, [0, 2, 3, 1]), p, turned, {}, target);
          const tokensFirst = [0, 3, 1, 2];
          return [swapTokensAndHeads(dQueries), tf.transpose(dKeys, tokensFirst), tf.transpose(dValues, tokensFirst)];
        }
        const dKeys = product(dScores, sq, sk.shape, { transposeA: true, scale: productScale }, target);
        const dValues = product(p, dOutput, sv.shape, { transposeA: true }, target);
        return [swapTokensAndHeads(dQueries), swapTokensAndHeads(dKeys), swapTokensAndHeads(dValues)];
      };
      return { value: swapTokensAndHeads(attended), gradFunc };
    });
    return apply(queries, keys, values);
  };
}

function cachedAttentionOperation(target: FusionTarget): Operations['cachedAttention'] {
  return (queries, keys, values, mask) => {
    const [batch, , heads, headSize] = queries.shape as [number, number, number, number];
    if (target.packedWeights === true && mask !== null && canReadHeads(headSize)) {
      return packedCachedAttention(queries, keys, values, mask);
    }
    const asked = tf.reshape(queries, [batch, heads, 1, headSize]); // one token: swapping it with the heads moves nothing
    const scale = 1 / Math.sqrt(headSize);
    const seen = size(keys, 0);
    const scoresShape = [batch, heads, 1, seen];
    let scores: tf.Tensor;
    let attended: tf.Tensor;
    const weigh = (x: tf.Tensor) => softmax(mask === null ? x : tf.add(x, mask));
    if (target.fusedMatMul) {
      // transBatchB reads [S, B, h, k] as [B, h, S, k] without moving it.
      const attributes = { transB: { int: 1 }, transBatchB: { int: 1 }, alpha: { float: scale } };
      scores = emit('FusedMatMul', [asked, keys], scoresShape, { attributes, domain: 'com.microsoft' });
      attended = emit('FusedMatMul', [weigh(scores), values], asked.shape, {
        attributes: { transBatchB: { int: 1 } },
        domain: 'com.microsoft',
      });
    } else {
      scores = tf.mul(emit('MatMul', [asked, tf.transpose(keys, [1, 2, 3, 0])], scoresShape), scale);
      attended = emit('MatMul', [weigh(scores), tf.transpose(values, [1, 2, 0, 3])], asked.shape);
    }
    return tf.reshape(attended, queries.shape);
  };
}

function embeddingOperation(rows: EmbeddingRows): Operations['embedding'] {
  return (table, ids) => {
    const lookup = rows.length;
    rows.push(undefined);
    const apply = tf.customGrad((...inputs) => {
      const [source] = inputs as unknown as [tf.Tensor];
      const value = emit('Gather', [source, ids], [ids.size, size(source, 1)], { attributes: { axis: { int: 0 } } });
      return {
        value,
        gradFunc: (dy: tf.Tensor) => {
          rows[lookup] = tf.keep(dy);
          return asTensor(traceBackend.filled(0, table.shape, 'float32'));
        },
      };
    });
    return apply(table);
  };
}

/** Smallest probability whose logarithm is taken, where float32 ends: the loss of a token is 85.2 nats at most. Its gradient, p − target, is not cut. */
const SMALLEST_PROBABILITY = 1e-37;

/** Infinite for rows of a softmax that are all zeros, as one that hides what is not finite answers it, and next to nothing for others: [.., 1]. */
function hiddenIn(probabilities: tf.Tensor): tf.Tensor {
  return tf.div(SMALLEST_PROBABILITY, tf.max(probabilities, -1, true));
}

/** −ln p of the class that each row wants. */
function surpriseOf(chosen: tf.Tensor, probabilities: tf.Tensor, { softmaxHidesNaN = false }: FusionTarget): tf.Tensor {
  const surprise = tf.neg(tf.log(tf.maximum(chosen, SMALLEST_PROBABILITY)));
  if (!softmaxHidesNaN) return surprise;
  return tf.add(surprise, hiddenIn(probabilities));
}

function crossEntropyOperation(target: FusionTarget, factors: WeightFactors): Operations['crossEntropy'] {
  return (states, weight, bias, labels, weights, smoothing) => {
    const [rows, vocabularySize] = [size(states, 0), size(bias, 0)];
    const index = tf.reshape(labels, [rows, 1]);
    const rowWeights = tf.reshape(weights, [rows, 1]);
    let loss: tf.Tensor | undefined;
    const apply = tf.customGrad((...inputs) => {
      const [x, matrix, offset, save] = inputs as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
      const logits = affine(x, matrix, offset, false, target);
      const probabilities = softmax(logits);
      const chosen = emit('GatherElements', [probabilities, index], [rows, 1], { attributes: { axis: { int: 1 } } });
      const surprise = surpriseOf(chosen, probabilities, target);
      loss = tf.keep(tf.sum(tf.mul(surprise, rowWeights)));
      let value = loss;
      if (smoothing > 0) {
        const surprises = tf.neg(tf.mean(tf.log(tf.maximum(probabilities, SMALLEST_PROBABILITY)), -1, true));
        value = tf.add(tf.mul(loss, 1 - smoothing), tf.mul(tf.sum(tf.mul(surprises, rowWeights)), smoothing));
      }
      save([x, matrix, probabilities, chosen]);
      const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [savedStates, savedMatrix, p, pChosen] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
        // p − target; where the target is (1 − ε)·one-hot + ε/V. The row weights go to the smaller factor of each product.
        const lowered = tf.sub(pChosen, 1 - smoothing);
        const scattered = emit('ScatterElements', [p, index, lowered], p.shape, { attributes: { axis: { int: 1 } } });
        const dLogits = smoothing > 0 ? tf.sub(scattered, smoothing / vocabularySize) : scattered;
        const scale = tf.mul(rowWeights, dy);
        return [
          tf.mul(inputGradient(dLogits, savedMatrix, target), scale),
          weightGradient(tf.mul(savedStates, scale), dLogits, 1, target, factors),
          sumRows(dLogits, target, tf.reshape(scale, [rows])),
        ];
      };
      return { value: tf.clone(value), gradFunc };
    });
    const objective = apply(states, weight, bias);
    if (loss === undefined) throw new Error('The loss was not recorded');
    return { objective, loss };
  };
}

/**
 * The model's operations as few ONNX nodes with hand-written gradients. With `embeddingRows`, `rows` fills, while gradients are
 * taken, with the gradient of each lookup, and with `weightFactors`, `factors` with what gradients are products of.
 */
export function fusedOperations(target: FusionTarget): {
  operations: Operations;
  rows: EmbeddingRows;
  factors: WeightFactors;
} {
  const rows: EmbeddingRows = [];
  const factors: WeightFactors = new Map();
  const operations: Operations = {
    linear: linearOperation(target, factors),
    layerNorm: target.ownProducts ? ownLayerNorm : layerNormOperation(target),
    attention: target.ownProducts ? ownAttention : attentionOperation(target),
    cachedAttention: cachedAttentionOperation(target),
    embedding: target.embeddingRows ? embeddingOperation(rows) : (table, ids) => tf.gather(table, ids),
    crossEntropy: crossEntropyOperation(target, factors),
    binaryCrossEntropy,
  };
  return { operations, rows, factors };
}
