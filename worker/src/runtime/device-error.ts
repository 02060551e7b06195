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
