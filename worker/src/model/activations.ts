import * as tf from '@tensorflow/tfjs';

/*
 * A unit that is nearly sure passes little back, but what it passes must still be right: a classifier's whole encoder learns through the tanh of
 * its pooler. tfjs takes the gradients of tanh and sigmoid from their results, 1 − y² and y(1 − y), where next to nothing is left of a y that was
 * rounded near 1: half of the digits at x = 4, and none at 8. These are taken from x, by e^x and e^−x, and hold for every x; where e^x is infinite they are 0.
 */

/** f(x) with the derivative that is given. */
function withDerivative(f: (x: tf.Tensor) => tf.Tensor, derivative: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor) {
  const apply = tf.customGrad((...inputs) => {
    const [input, save] = inputs as unknown as [tf.Tensor, tf.GradSaveFunc];
    save([input]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(dy, derivative(saved[0] as tf.Tensor));
    return { value: f(input), gradFunc };
  });
  return apply(x);
}

/** e^x + e^−x */
function twiceCosh(x: tf.Tensor): tf.Tensor {
  const power = tf.exp(x);
  return tf.add(power, tf.reciprocal(power));
}

/** tanh(x), with (2 / (e^x + e^−x))² for its gradient. */
export function tanh(x: tf.Tensor): tf.Tensor {
  return withDerivative(tf.tanh, (input) => tf.square(tf.div(2, twiceCosh(input))), x);
}

/** 1 / (1 + e^−x), with 1 / (e^x + 2 + e^−x) for its gradient. */
export function sigmoid(x: tf.Tensor): tf.Tensor {
  return withDerivative(tf.sigmoid, (input) => tf.reciprocal(tf.add(twiceCosh(input), 2)), x);
}

/**
 * GELU with the exact normal distribution function (Hendrycks & Gimpel 2016), PyTorch's default. Its gradient is right to
 * the rounding of a gradient of 1. Below −3, where next to nothing passes, digits of its own go, as PyTorch's do; but nothing learns through such units alone,
 * because layers add to what passes them by, and more digits would take a dozen operations more.
 */
export function gelu(x: tf.Tensor): tf.Tensor {
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
}
