import * as tf from '@tensorflow/tfjs';
import type { Operations } from '../model/operations.ts';
import { emit } from './trace-backend.ts';

/**
 * Binary cross-entropy from logits in operators that every device has, finite for every finite logit: ln(1 + eᶻ) − y·z is written
 * max(z, 0) − y·z + ln(1 + e^−|z|), and its gradient, (σ(z) − y) / K, by hand.
 */
export const binaryCrossEntropy: Operations['binaryCrossEntropy'] = (logits, labels, weights) => {
  const [rows = 1, outputs = 1] = logits.shape;
  const rowWeights = tf.mul(tf.reshape(weights, [rows, 1]), 1 / outputs);
  const apply = tf.customGrad((...inputs) => {
    const [z, save] = inputs as unknown as [tf.Tensor, tf.GradSaveFunc];
    const remainder = tf.log(tf.add(tf.exp(tf.neg(tf.abs(z))), 1));
    const surprises = tf.add(tf.sub(tf.relu(z), tf.mul(labels, z)), remainder);
    save([z]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [savedLogits] = saved as [tf.Tensor];
      const probabilities = emit('Sigmoid', [savedLogits], savedLogits.shape);
      return tf.mul(tf.sub(probabilities, labels), tf.mul(rowWeights, dy));
    };
    return { value: tf.sum(tf.mul(surprises, rowWeights)), gradFunc };
  });
  return apply(logits);
};
