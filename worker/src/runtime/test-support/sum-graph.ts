import { encodeModel } from '../../graph/encode.ts';

/** A graph y = w + x of two numbers each. */
export function sumGraph(): Uint8Array<ArrayBuffer> {
  const vector = { shape: [2], type: 'float32' as const };
  return encodeModel({
    nodes: [{ operator: 'Add', domain: '', inputs: ['w', 'x'], outputs: ['y'], attributes: {} }],
    initialisers: [],
    inputs: ['w', 'x'].map((name) => ({ name, ...vector })),
    outputs: [{ name: 'y', ...vector }],
    sequenceOutput: null,
  });
}
