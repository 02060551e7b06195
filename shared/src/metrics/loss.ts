// The smallest positive float32: where a probability has underflowed to 0, the loss is finite and at most 103.28 nats.
const SMALLEST_PROBABILITY = 2 ** -149;

/** Cross-entropy of one item in nats, −ln p(y), where `probability` is what the model gave the true class. */
export function crossEntropyNats(probability: number): number {
  return -Math.log(Math.max(probability, SMALLEST_PROBABILITY));
}

/** Perplexity e^loss for a mean loss in nats per item. */
export function perplexity(meanLossNats: number): number {
  return Math.exp(meanLossNats);
}
