import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeModel } from '../../graph/encode.ts';

/** What the model fills: a gigabyte, which is as much as a test should take where nothing ends it. */
const SIZES = [1, 16_384, 16_384];

/**
 * A model of 300 bytes that takes a gigabyte: while it is opened, since the runtime computes there what depends on no input; or as soon as it is asked. Its answer
 * is softmax(x), since softmax does not see what is added to all.
 */
export async function swellingModel(folder: string, when: 'opened' | 'asked'): Promise<string> {
  const node = (operator: string, inputs: string[], output: string) => ({
    ...{ operator, domain: '', inputs, outputs: [output] },
    attributes: {},
  });
  const bytes = encodeModel({
    nodes: [
      ...(when === 'opened' ? [] : [node('ReduceMax', ['x'], 'one'), node('Mul', ['one', 'none'], 'zero')]),
      node('Expand', [when === 'opened' ? 'none' : 'zero', 'sizes'], 'zeros'),
      node('ReduceLogSumExp', ['zeros'], 'most'),
      node('Reshape', ['most', 'flat'], 'shift'),
      node('Add', ['x', 'shift'], 'z'),
      node('Softmax', ['z'], 'p'),
    ],
    initialisers: [
      { name: 'sizes', shape: [3], type: 'int64', bytes: new Uint8Array(BigInt64Array.from(SIZES, BigInt).buffer) },
      { name: 'flat', shape: [1], type: 'int64', bytes: new Uint8Array(BigInt64Array.of(1n).buffer) },
      { name: 'none', shape: [1], type: 'float32', bytes: new Uint8Array(4) },
    ],
    inputs: [{ name: 'x', shape: [1, 2], type: 'float32', symbols: { 0: 'N' } }],
    outputs: [{ name: 'p', shape: [1, 2], type: 'float32', symbols: { 0: 'N' } }],
    sequenceOutput: null,
  });
  const path = join(folder, `swells-when-${when}.onnx`);
  await writeFile(path, bytes);
  return path;
}
