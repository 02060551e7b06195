import * as tf from '@tensorflow/tfjs';
import { LAYER_NORM_EPSILON, type Operations } from '../model/operations.ts';
import { normNode, type NORM_OPERATORS } from '../products/norm-node.ts';
import { appendOwn } from './own-node.ts';
import { traceBackend } from './trace-backend.ts';

/** Appends an operator of layer normalisation; gives a tensor for each of its outputs. */
function append(which: keyof typeof NORM_OPERATORS, inputs: tf.Tensor[], shapes: number[][]): tf.Tensor[] {
  const [rows = 1, width = 1] = shapes[0] ?? [];
  const { operator, ...node } = normNode(which, { rows, width, epsilon: LAYER_NORM_EPSILON });
  const names = inputs.map((tensor) => traceBackend.nameOf(tensor));
  return appendOwn(operator, names, node, shapes);
}

/** Layer normalisation with this project's own operators: one for the rows, one for all three gradients. */
export const ownLayerNorm: Operations['layerNorm'] = (x, gain, bias) => {
  const apply = tf.customGrad((...inputs) => {
    const [input, scale, offset, save] = inputs as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const [rows, width] = input.shape as [number, number];
    const statistics = [rows, 1];
    const [value, mean, inverse] = append(
      'forward',
      [input, scale, offset],
      [[rows, width], statistics, statistics],
    ) as [tf.Tensor, tf.Tensor, tf.Tensor];
    save([input, scale, mean, inverse]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) =>
      append('gradient', [dy, ...saved], [[rows, width], [width], [width]]);
    return { value, gradFunc };
  });
  return apply(x, gain, bias);
};
