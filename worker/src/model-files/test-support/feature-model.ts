import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, type ModelProto } from 'onnx-buf';
import { encodeModel } from '../../graph/encode.ts';

/** A model of two features and two classes as another tool might write it: probabilities = softmax(features · weights). */
export async function featureModel(folder: string, name: string): Promise<string> {
  const weights = new Uint8Array(Float32Array.of(1, -1, 0.5, 2).buffer);
  const bytes = encodeModel({
    nodes: [
      { operator: 'MatMul', domain: '', inputs: ['x', 'w'], outputs: ['z'], attributes: {} },
      { operator: 'Softmax', domain: '', inputs: ['z'], outputs: ['p'], attributes: { axis: { int: -1 } } },
    ],
    initialisers: [{ name: 'w', shape: [2, 2], type: 'float32', bytes: weights }],
    inputs: [{ name: 'x', shape: [1, 2], type: 'float32', symbols: { 0: 'N' } }],
    outputs: [{ name: 'p', shape: [1, 2], type: 'float32', symbols: { 0: 'N' } }],
    sequenceOutput: null,
  });
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

/** The feature model with something changed in its file. */
export async function alteredFeatureModel(
  folder: string,
  name: string,
  change: (model: ModelProto) => void,
): Promise<string> {
  const model = fromBinary(ModelProtoSchema, await readFile(await featureModel(folder, name)));
  change(model);
  await writeFile(join(folder, name), toBinary(ModelProtoSchema, model));
  return join(folder, name);
}
