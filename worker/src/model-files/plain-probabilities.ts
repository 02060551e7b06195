import { create } from '@bufbuild/protobuf';
import {
  OperatorSetIdProtoSchema,
  TensorProto_DataType,
  TypeProtoSchema,
  type ModelProto,
  type NodeProto,
} from 'onnx-buf';

/** Makes sure that a model that is to be given nodes of ONNX's own operators imports some version of these. */
export function importOpset({ opsetImport }: ModelProto): void {
  const isImported = opsetImport.some(({ domain }) => domain === '' || domain === 'ai.onnx');
  if (!isImported) opsetImport.push(create(OperatorSetIdProtoSchema, { version: 13n }));
}

function classesOf({ attribute }: NodeProto): string[] {
  const named = (name: string) => attribute.find((one) => one.name === name);
  const texts = named('classlabels_strings')?.strings ?? [];
  if (texts.length > 0) return texts.map((text) => new TextDecoder().decode(text));
  return (named('classlabels_int64s')?.ints ?? []).map(String);
}

/**
 * Classifiers of scikit-learn end in a ZipMap, which turns the probabilities of each item into a map from class to number: a sequence of maps, which the
 * runtime's binding does not hand out. Changes `model` to give the probabilities themselves, [N, classes]; returns the classes of each output changed so.
 */
export function plainProbabilities(model: ModelProto): Map<string, string[]> {
  const columns = new Map<string, string[]>();
  const { graph } = model;
  for (const node of graph?.node ?? []) {
    const output = graph?.output.find(({ name }) => name === node.output[0]);
    const classes = classesOf(node);
    if (node.opType !== 'ZipMap' || node.domain !== 'ai.onnx.ml' || output === undefined || classes.length === 0)
      continue;
    Object.assign(node, { opType: 'Identity', domain: '', attribute: [] });
    const dim = [{}, { value: { case: 'dimValue' as const, value: BigInt(classes.length) } }];
    const tensor = { elemType: TensorProto_DataType.FLOAT, shape: { dim } };
    output.type = create(TypeProtoSchema, { value: { case: 'tensorType', value: tensor } });
    columns.set(output.name, classes);
  }
  if (columns.size > 0) importOpset(model);
  return columns;
}
