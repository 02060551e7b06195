import * as tf from '@tensorflow/tfjs';
import { CLIP_EPSILON, type Update } from '../runtime/device.ts';
import type { OptimiserSettings } from './engine.ts';

const ADAM_BETA1 = 0.9;
const ADAM_BETA2 = 0.999;
const ADAM_EPSILON = 1e-8;
const MOMENTUM = 0.9;

/** Number of arrays an optimiser keeps for each parameter. */
export function momentCount(optimiser: OptimiserSettings['optimiser']): number {
  if (optimiser === 'sgd') return 0;
  return optimiser === 'momentum' ? 1 : 2;
}

/** The numbers of one step: Adam's bias corrections are folded into step size and ε, so that an update is one formula. */
export function updateAt(settings: OptimiserSettings, learningRate: number, step: number): Update {
  const { optimiser, weightDecay, l1, clipNorm } = settings;
  const decoupled = optimiser === 'adamw';
  const common = {
    clipNorm,
    l2: decoupled ? 0 : weightDecay,
    l1,
    shrink: decoupled ? 1 - learningRate * weightDecay : 1,
  };
  if (optimiser === 'sgd' || optimiser === 'momentum') {
    return { rule: optimiser, ...common, stepSize: learningRate, epsilon: 0, beta1: MOMENTUM, beta2: 0 };
  }
  const correction1 = 1 - ADAM_BETA1 ** step;
  const correction2 = Math.sqrt(1 - ADAM_BETA2 ** step);
  return {
    rule: 'adam',
    ...common,
    stepSize: (learningRate * correction2) / correction1,
    epsilon: ADAM_EPSILON * correction2,
    beta1: ADAM_BETA1,
    beta2: ADAM_BETA2,
  };
}

/** An update's numbers as tensors; null is what the settings do without, which spares devices the work. */
export interface UpdateTensors {
  /** The factor that clips the gradient. */
  gradientScale: tf.Tensor | null;
  l2: tf.Tensor | null;
  l1: tf.Tensor | null;
  shrink: tf.Tensor | null;
  stepSize: tf.Tensor;
  epsilon: tf.Tensor;
  beta1: tf.Tensor;
  beta2: tf.Tensor;
}

/** Factor that brings a gradient of squared norm Σ down to `clipNorm` at most: min(1, clip / (‖g‖ + 1e-6)). */
export function clippingScale(squaredNorm: tf.Tensor, clipNorm: tf.Tensor): tf.Tensor {
  return tf.minimum(1, tf.div(clipNorm, tf.add(tf.sqrt(squaredNorm), CLIP_EPSILON)));
}

/**
 * One optimiser step in tfjs operations: the same formulas as the SIMD kernels, for devices that keep their state to themselves and as
 * the kernels' reference. State in and out: the parameter, then its moments.
 */
export function updatedState(state: readonly tf.Tensor[], gradient: tf.Tensor, update: UpdateTensors): tf.Tensor[] {
  // Where operations run one by one, what lies between would otherwise stay until all parameters are updated.
  return tf.tidy(() => updated(state, gradient, update));
}

function updated(state: readonly tf.Tensor[], gradient: tf.Tensor, update: UpdateTensors): tf.Tensor[] {
  const [parameter, first, second] = state;
  if (parameter === undefined) throw new Error('There is no parameter to update');
  const clipped = update.gradientScale === null ? gradient : tf.mul(gradient, update.gradientScale);
  const decayed = update.l2 === null ? clipped : tf.add(clipped, tf.mul(parameter, update.l2));
  const effective = update.l1 === null ? decayed : tf.add(decayed, tf.mul(signOf(parameter), update.l1));
  if (first === undefined) return [tf.sub(parameter, tf.mul(effective, update.stepSize))];
  if (second === undefined) {
    const velocity = tf.add(tf.mul(first, update.beta1), effective);
    return [tf.sub(parameter, tf.mul(velocity, update.stepSize)), velocity];
  }
  const mean = tf.add(tf.mul(first, update.beta1), tf.mul(effective, tf.sub(1, update.beta1)));
  const square = tf.mul(effective, effective);
  const variance = tf.add(tf.mul(second, update.beta2), tf.mul(square, tf.sub(1, update.beta2)));
  const change = tf.div(tf.mul(mean, update.stepSize), tf.add(tf.sqrt(variance), update.epsilon));
  const shrunk = update.shrink === null ? parameter : tf.mul(parameter, update.shrink);
  return [tf.sub(shrunk, change), mean, variance];
}

/** Which terms of an update the settings make use of. */
export function termsOf({ optimiser, weightDecay, l1, clipNorm }: OptimiserSettings) {
  const decays = weightDecay > 0;
  return {
    clipNorm: clipNorm !== null,
    l2: decays && optimiser !== 'adamw',
    l1: l1 > 0,
    shrink: decays && optimiser === 'adamw',
  };
}

/** −1, 0 or 1, in operators that every device has. */
function signOf(x: tf.Tensor): tf.Tensor {
  return tf.sub(tf.step(x), tf.step(tf.neg(x)));
}
