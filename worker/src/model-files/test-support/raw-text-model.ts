import { create, toBinary } from '@bufbuild/protobuf';
import { AttributeProto_AttributeType, ModelProtoSchema, TensorProto_DataType } from 'onnx-buf';

/** A model of texts as scikit-learn's converter writes one: it takes strings as they are and gives a number in [0, 1] for each that it knows, 0 for others. */
export function rawTextModel(known: Readonly<Record<string, number>>, shape: readonly (number | string)[]): Uint8Array {
  const value = (name: string, elemType: TensorProto_DataType) => {
    const dim = shape.map((size) => ({
      value:
        typeof size === 'number'
          ? { case: 'dimValue' as const, value: BigInt(size) }
          : { case: 'dimParam' as const, value: size },
    }));
    return { name, type: { value: { case: 'tensorType' as const, value: { elemType, shape: { dim } } } } };
  };
  const { STRINGS, FLOATS, FLOAT } = AttributeProto_AttributeType;
  const encoder = new TextEncoder();
  const attribute = [
    { name: 'keys_strings', type: STRINGS, strings: Object.keys(known).map((text) => encoder.encode(text)) },
    { name: 'values_floats', type: FLOATS, floats: Object.values(known) },
    { name: 'default_float', type: FLOAT, f: 0 },
  ];
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [
      { domain: '', version: 17n },
      { domain: 'ai.onnx.ml', version: 2n },
    ],
    graph: {
      name: 'raw text',
      node: [{ opType: 'LabelEncoder', domain: 'ai.onnx.ml', input: ['text'], output: ['p'], attribute }],
      input: [value('text', TensorProto_DataType.STRING)],
      output: [value('p', TensorProto_DataType.FLOAT)],
    },
  });
  return toBinary(ModelProtoSchema, model);
}
