/** Predicted distributions of N items over V classes (row-major, N·V) with the N true classes. */
export interface ProbabilityChunk {
  probabilities: Float32Array;
  targets: Int32Array;
}

// float32 bits of 1.001: a softmax in float32 may end a few roundings above 1. As unsigned integers, NaN and negatives lie above it.
const HIGHEST_BITS = new Uint32Array(new Float32Array([1.001]).buffer)[0]!;
const NEGATIVE_ZERO_BITS = 0x80000000;

/** Copies a chunk after checking it. Throws RangeError on wrong lengths, a target outside 0…V−1, or a value that is no probability. */
export function copyChecked({ probabilities, targets }: ProbabilityChunk, classCount: number): ProbabilityChunk {
  if (probabilities.length !== targets.length * classCount) {
    throw new RangeError(`${probabilities.length} probabilities for ${targets.length} items of ${classCount} classes`);
  }
  for (const target of targets) {
    if (target < 0 || target >= classCount) throw new RangeError(`target ${target} is outside 0…${classCount - 1}`);
  }
  const copy = probabilities.slice();
  const bits = new Uint32Array(copy.buffer);
  for (let k = 0; k < bits.length; k++) {
    if (bits[k]! <= HIGHEST_BITS) continue;
    if (bits[k] !== NEGATIVE_ZERO_BITS) throw new RangeError(`${copy[k]} is not a probability`);
    bits[k] = 0;
  }
  return { probabilities: copy, targets: targets.slice() };
}
