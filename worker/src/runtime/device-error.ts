import type { DeviceReason } from './device.ts';

/** A device that was asked for cannot be used; the sentence says why and what to do. */
export class DeviceUnavailableError extends Error {
  override readonly name = 'DeviceUnavailableError';
  readonly sentence: DeviceReason;

  constructor(sentence: DeviceReason) {
    super(sentence.en);
    this.sentence = sentence;
  }
}

/** A model with its gradients and optimiser state is larger than the device can hold. */
export class ModelTooLargeError extends Error {
  override readonly name = 'ModelTooLargeError';
  readonly sentence: DeviceReason;

  constructor(sentence: DeviceReason) {
    super(sentence.en);
    this.sentence = sentence;
  }
}

/** What ONNX Runtime puts before a sentence: the place in its source, the kind of error, its number and its name. */
const BEFORE_SENTENCE = /^.*?\[ONNXRuntimeError\] : \d+ : \w+ : /;

/** What went wrong with a device, in one line. */
export function problemOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split('\n')[0] ?? '').replace(BEFORE_SENTENCE, '');
}
