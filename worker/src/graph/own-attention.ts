import * as tf from '@tensorflow/tfjs';
import type { Operations } from '../model/operations.ts';
import { ownAttentionWeights, ownHeadsProduct, ownScoresGradient } from './own-products.ts';

/**
 * Attention with this project's own operators, which read heads where they lie, [B, T, h, k], and take the softmax of scores while those are in the
 * processor's cache.
 */
export const ownAttention: Operations['attention'] = (queries, keys, values, mask) => {
  const [batch, tokens, heads, headSize] = queries.shape as [number, number, number, number];
  const scale = 1 / Math.sqrt(headSize);
  const apply = tf.customGrad((...inputs) => {
    const [q, k, v, save] = inputs as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const weights = ownAttentionWeights(q, k, scale, mask); // [B, h, T, S]
    const attended = ownHeadsProduct(weights, v, {});
    save([q, k, v, weights, attended]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [sq, sk, sv, p, o] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
      // Σ_s p·dp = Σ_k dO∘O (Dao et al. 2022): a sum over k values instead of over the keys.
      const sums = tf.transpose(tf.sum(tf.mul(dy, o), -1), [0, 2, 1]);
      const dScores = ownScoresGradient(dy, sv, p, tf.reshape(sums, [batch, heads, tokens, 1]));
      return [
        ownHeadsProduct(dScores, sk, { scale }),
        ownHeadsProduct(dScores, sq, { transposeA: true, scale }),
        ownHeadsProduct(p, dy, { transposeA: true }),
      ];
    };
    return { value: attended, gradFunc };
  });
  return apply(queries, keys, values);
};
