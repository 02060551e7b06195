/** A distribution problem made from integers alone, so that another language makes the same one: see `make_classification.py`. */
export function generatedProblem(
  seed: number,
  itemCount: number,
  classCount: number,
): { probabilities: Float32Array; targets: Int32Array } {
  let state = seed;
  function next(): number {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 16;
  }
  const probabilities = new Float32Array(itemCount * classCount);
  const targets = new Int32Array(itemCount);
  for (let item = 0; item < itemCount; item++) {
    const weights = Array.from({ length: classCount }, () => ((next() % 997) + 1) ** 3);
    let target = next() % classCount;
    if (next() % 4 > 0) {
      target %= 7;
      const sum = weights.reduce((a, b) => a + b, 0);
      weights[target]! += Math.floor(sum / (1 + (next() % 9)));
    }
    const whole = weights.reduce((a, b) => a + b, 0);
    for (let c = 0; c < classCount; c++) probabilities[item * classCount + c] = weights[c]! / whole;
    targets[item] = target;
  }
  return { probabilities, targets };
}
