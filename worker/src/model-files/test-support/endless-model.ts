import { create, toBinary } from '@bufbuild/protobuf';
import { AttributeProto_AttributeType, ModelProtoSchema, TensorProto_DataType } from 'onnx-buf';

const { FLOAT, BOOL, INT64 } = TensorProto_DataType;

/** A model with a loop that never ends, over a constant, so that the runtime works it out while it opens the file. */
export function endlessModel(): Uint8Array {
  const value = (name: string, elemType: TensorProto_DataType, sizes: number[]) => {
    const dim = sizes.map((size) => ({ value: { case: 'dimValue' as const, value: BigInt(size) } }));
    return { name, type: { value: { case: 'tensorType' as const, value: { elemType, shape: { dim } } } } };
  };
  const same = (from: string, to: string) => ({ opType: 'Identity', input: [from], output: [to] });
  const body = {
    name: 'body',
    node: [same('goes on', 'goes on again'), same('kept', 'kept again')],
    input: [value('turn', INT64, []), value('goes on', BOOL, []), value('kept', FLOAT, [1, 2])],
    output: [value('goes on again', BOOL, []), value('kept again', FLOAT, [1, 2])],
  };
  const attribute = [{ name: 'body', type: AttributeProto_AttributeType.GRAPH, g: body }];
  const model = create(ModelProtoSchema, {
    ...{ irVersion: 8n, opsetImport: [{ domain: '', version: 17n }] },
    graph: {
      name: 'endless',
      initializer: [
        { name: 'true', dims: [], dataType: BOOL, rawData: Uint8Array.of(1) },
        { name: 'constant', dims: [1n, 2n], dataType: FLOAT, rawData: new Uint8Array(Float32Array.of(1, 2).buffer) },
      ],
      node: [
        { opType: 'Loop', input: ['', 'true', 'constant'], output: ['end'], attribute },
        { opType: 'Add', input: ['x', 'end'], output: ['y'] },
      ],
      input: [value('x', FLOAT, [1, 2])],
      output: [value('y', FLOAT, [1, 2])],
    },
  });
  return toBinary(ModelProtoSchema, model);
}
