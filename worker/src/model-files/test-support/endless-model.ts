import { create, toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, TensorProto_DataType } from 'onnx-buf';

const DOMAIN = 'nested';

/** Each function calls the next one twice, which doubles what the runtime has to write out. */
const FUNCTIONS = 60;

/** A small model that no runtime finishes opening: its functions stand for more operators than can be counted. */
export function endlessModel(): Uint8Array {
  const value = (name: string) => {
    const dim = [1n, 2n].map((size) => ({ value: { case: 'dimValue' as const, value: size } }));
    const tensor = { elemType: TensorProto_DataType.FLOAT, shape: { dim } };
    return { name, type: { value: { case: 'tensorType' as const, value: tensor } } };
  };
  const opsetImport = [
    { domain: '', version: 17n },
    { domain: DOMAIN, version: 1n },
  ];
  const call = (depth: number, from: string, to: string) => {
    const operator = depth === FUNCTIONS ? { opType: 'Identity' } : { opType: `F${depth}`, domain: DOMAIN };
    return { ...operator, input: [from], output: [to] };
  };
  const model = create(ModelProtoSchema, {
    ...{ irVersion: 8n, opsetImport },
    functions: Array.from({ length: FUNCTIONS }, (_, depth) => ({
      ...{ name: `F${depth}`, domain: DOMAIN, input: ['a'], output: ['c'], opsetImport },
      node: [call(depth + 1, 'a', 'b'), call(depth + 1, 'b', 'c')],
    })),
    graph: { name: 'endless', node: [call(0, 'x', 'y')], input: [value('x')], output: [value('y')] },
  });
  return toBinary(ModelProtoSchema, model);
}
