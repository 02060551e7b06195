/** A seeded source of numbers in [0, 1): Chris Doty-Humphrey's sfc32, the same sequence for the same seed everywhere. */
export function seededRandom(seed: number): () => number {
  let a = seed | 0;
  let b = Math.floor(seed / 2 ** 32) | 0;
  let c = 0x9e3779b9 | 0;
  let counter = 1;
  function next(): number {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return (sum >>> 0) / 2 ** 32;
  }
  // The first outputs of neighbouring seeds are alike; twelve rounds mix them.
  for (let round = 0; round < 12; round++) next();
  return next;
}
