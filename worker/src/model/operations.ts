import * as tf from '@tensorflow/tfjs';

/** Layer normalisation's ε, as in PyTorch. */
export const LAYER_NORM_EPSILON = 1e-5;

/** What a linear layer is told besides its tensors. */
interface LinearOptions {
  /** Apply max(0, ·) to the result. */
  relu?: boolean;
  /** How many linear layers read the same input: a hint for laying out the weight gradient. */
  readers?: number;
}

/** The loss of a batch: what is minimised, and what is reported. */
export interface Loss {
  /** Scalar that is minimised: Σ weight · loss of a row, with cross-entropy against the smoothed target. */
  objective: tf.Tensor;
  /** What is reported: the same without smoothing; a scalar, or where there are several heads one value for each [heads]. */
  loss: tf.Tensor;
}

/**
 * The operations of a Transformer that are worth fusing. The model is written against this interface; `plainOperations` says
 * what each means in ordinary tfjs, and graph/fused-operations.ts says it in fewer ONNX nodes with hand-written gradients.
 */
export interface Operations {
  /** x [N, in] · weight [in, out] + bias [out] → [N, out]. */
  linear(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor, options?: LinearOptions): tf.Tensor;
  /** (x − mean) / √(variance + ε) · gain + bias over the last dimension of x [N, d] (Ba et al. 2016). */
  layerNorm(x: tf.Tensor, gain: tf.Tensor, bias: tf.Tensor): tf.Tensor;
  /**
   * softmax(q·kᵀ/√k + mask)·v for every head (Vaswani et al. 2017, eq. 1):
   * queries [B, T, h, k], keys and values [B, S, h, k], mask broadcastable to [B, h, T, S] or null → [B, T, h, k].
   */
  attention(queries: tf.Tensor, keys: tf.Tensor, values: tf.Tensor, mask: tf.Tensor | null): tf.Tensor;
  /**
   * The same for the newest token of each text, whose keys and values are kept time first: queries [B, 1, h, k], keys and values
   * [S, B, h, k] → [B, 1, h, k]. For writing only: it has no gradient.
   */
  cachedAttention(queries: tf.Tensor, keys: tf.Tensor, values: tf.Tensor, mask: tf.Tensor | null): tf.Tensor;
  /** Rows of table [V, d] at ids [N] → [N, d]. */
  embedding(table: tf.Tensor, ids: tf.Tensor): tf.Tensor;
  /**
   * Output layer and cross-entropy: states [N, d], weight [d, V], bias [V], labels [N], weights [N]. With smoothing ε the target
   * distribution is (1 − ε)·one-hot + ε/V (Szegedy et al. 2016), as in PyTorch.
   */
  crossEntropy(
    states: tf.Tensor,
    weight: tf.Tensor,
    bias: tf.Tensor,
    labels: tf.Tensor,
    weights: tf.Tensor,
    smoothing: number,
  ): Loss;
  /**
   * Σ over rows of weight · mean over columns of −y·ln σ(z) − (1 − y)·ln(1 − σ(z)), computed from the logits z [N, K] so that no
   * probability can round to 0 or 1; labels y [N, K] of 0 and 1, weights [N] → scalar.
   */
  binaryCrossEntropy(logits: tf.Tensor, labels: tf.Tensor, weights: tf.Tensor): tf.Tensor;
}

/** Swaps tokens and heads: [B, T, h, k] ↔ [B, h, T, k]. */
function swapTokensAndHeads(x: tf.Tensor): tf.Tensor {
  return tf.transpose(x, [0, 2, 1, 3]);
}

/** Every operation in ordinary tfjs, differentiated by tfjs: the reference that the fused versions are tested against. */
export const plainOperations: Operations = {
  linear(x, weight, bias, options) {
    const y = tf.add(tf.matMul(x, weight), bias);
    return options?.relu === true ? tf.relu(y) : y;
  },

  layerNorm(x, gain, bias) {
    const centred = tf.sub(x, tf.mean(x, -1, true));
    const variance = tf.mean(tf.mul(centred, centred), -1, true);
    return tf.add(tf.mul(tf.mul(centred, tf.rsqrt(tf.add(variance, LAYER_NORM_EPSILON))), gain), bias);
  },

  attention(queries, keys, values, mask) {
    const headSize = queries.shape[3] ?? 1;
    const products = tf.matMul(swapTokensAndHeads(queries), swapTokensAndHeads(keys), false, true);
    const scores = tf.mul(products, 1 / Math.sqrt(headSize)); // [B, h, T, S]
    const weights = tf.softmax(mask === null ? scores : tf.add(scores, mask), -1);
    return swapTokensAndHeads(tf.matMul(weights, swapTokensAndHeads(values)));
  },

  cachedAttention(queries, keys, values, mask) {
    const [batchFirstKeys, batchFirstValues] = [tf.transpose(keys, [1, 0, 2, 3]), tf.transpose(values, [1, 0, 2, 3])];
    return plainOperations.attention(queries, batchFirstKeys, batchFirstValues, mask);
  },

  embedding(table, ids) {
    return tf.gather(table, ids);
  },

  crossEntropy(states, weight, bias, labels, weights, smoothing) {
    const logProbabilities = tf.logSoftmax(tf.add(tf.matMul(states, weight), bias)); // [N, V]
    const vocabularySize = bias.shape[0] ?? 1;
    const oneHot = tf.cast(tf.oneHot(tf.cast(labels, 'int32'), vocabularySize), 'float32');
    const loss = tf.neg(tf.sum(tf.mul(weights, tf.sum(tf.mul(logProbabilities, oneHot), -1))));
    if (smoothing === 0) return { objective: loss, loss };
    const spread = tf.neg(tf.sum(tf.mul(weights, tf.mean(logProbabilities, -1))));
    return { objective: tf.add(tf.mul(loss, 1 - smoothing), tf.mul(spread, smoothing)), loss };
  },

  binaryCrossEntropy(logits, labels, weights) {
    // −y·ln σ(z) − (1 − y)·ln(1 − σ(z)) = ln(1 + eᶻ) − y·z
    const surprises = tf.sub(tf.softplus(logits), tf.mul(labels, logits));
    return tf.sum(tf.mul(weights, tf.mean(surprises, -1)));
  },
};
