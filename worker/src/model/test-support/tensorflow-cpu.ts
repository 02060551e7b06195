import * as tf from '@tensorflow/tfjs';

/** Makes tfjs compute on its own CPU backend, which is the reference of many tests, without its advertisement on standard error. */
export async function chooseTensorflowCpu(): Promise<void> {
  tf.env().set('IS_TEST', true);
  await tf.setBackend('cpu');
}
