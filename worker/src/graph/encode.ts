import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType,
  ModelProtoSchema,
  TensorProto_DataType,
  TensorProtoSchema,
  type AttributeProto,
  type ValueInfoProto,
} from 'onnx-buf';
import type { ElementType, GraphNode, Initialiser, NodeAttribute, TensorSpec } from './graph-builder.ts';

/** The pieces of a finished graph. */
export interface GraphParts {
  nodes: GraphNode[];
  initialisers: Initialiser[];
  inputs: TensorSpec[];
  outputs: TensorSpec[];
  /** Name of a first output of sequence type, or null; see runtime/output-copies.ts for its use. */
  sequenceOutput: string | null;
  /** Values between nodes whose shape ONNX Runtime cannot infer. */
  described?: TensorSpec[];
}

/** Version of the file format written into every graph. */
export const IR_VERSION = 8n;

/** Version of ONNX's own operators that the emitters are written for. */
const OPSET_VERSION = 18n;

const DATA_TYPES: Record<ElementType | 'int64', TensorProto_DataType> = {
  float32: TensorProto_DataType.FLOAT,
  int32: TensorProto_DataType.INT32,
  bool: TensorProto_DataType.BOOL,
  int64: TensorProto_DataType.INT64,
};

/** The ONNX number of an element type, for Cast's `to`. */
export function onnxDataType(type: ElementType | 'int64'): number {
  return DATA_TYPES[type];
}

function encodeAttribute(name: string, attribute: NodeAttribute): Partial<AttributeProto> {
  if ('int' in attribute) return { name, type: AttributeProto_AttributeType.INT, i: BigInt(attribute.int) };
  if ('ints' in attribute) return { name, type: AttributeProto_AttributeType.INTS, ints: attribute.ints.map(BigInt) };
  if ('float' in attribute) return { name, type: AttributeProto_AttributeType.FLOAT, f: attribute.float };
  return { name, type: AttributeProto_AttributeType.STRING, s: new TextEncoder().encode(attribute.string) };
}

function encodeInitialiser({ name, shape, type, bytes }: Initialiser) {
  return { name, dims: shape.map(BigInt), dataType: DATA_TYPES[type], rawData: bytes };
}

function encodeValueInfo(spec: TensorSpec) {
  const dim = spec.shape.map((size, index) => {
    const symbol = spec.symbols?.[index];
    return symbol === undefined
      ? { value: { case: 'dimValue' as const, value: BigInt(size) } }
      : { value: { case: 'dimParam' as const, value: symbol } };
  });
  const tensorType = { elemType: DATA_TYPES[spec.type], shape: { dim } };
  return { name: spec.name, type: { value: { case: 'tensorType' as const, value: tensorType } } };
}

function sequenceValueInfo(name: string) {
  const element = { value: { case: 'tensorType' as const, value: { elemType: DATA_TYPES.float32 } } };
  return { name, type: { value: { case: 'sequenceType' as const, value: { elemType: element } } } };
}

/** The operator sets that a graph's nodes come from. */
export function operatorSets(nodes: readonly GraphNode[], version: bigint) {
  const others = new Set(nodes.map(({ domain }) => domain).filter((domain) => domain !== ''));
  return [{ domain: '', version }, ...Array.from(others, (domain) => ({ domain, version: 1n }))];
}

/** A graph as the fields of its protocol buffer. */
export function graphFields(parts: GraphParts, name: string) {
  const outputs: { name: string; type: unknown }[] = parts.outputs.map(encodeValueInfo);
  if (parts.sequenceOutput !== null) outputs.unshift(sequenceValueInfo(parts.sequenceOutput));
  return {
    name,
    node: parts.nodes.map((node, index) => ({
      name: `${node.operator}_${index}`,
      opType: node.operator,
      domain: node.domain,
      input: node.inputs,
      output: node.outputs,
      attribute: Object.entries(node.attributes).map(([key, value]) => encodeAttribute(key, value)) as AttributeProto[],
    })),
    initializer: parts.initialisers.map(encodeInitialiser),
    input: parts.inputs.map(encodeValueInfo),
    output: outputs as ValueInfoProto[],
    valueInfo: (parts.described ?? []).map(encodeValueInfo) as ValueInfoProto[],
  };
}

/** Serialises a graph as an ONNX model file. */
export function encodeModel(parts: GraphParts): Uint8Array<ArrayBuffer> {
  const model = create(ModelProtoSchema, {
    irVersion: IR_VERSION,
    producerName: 'greenlight',
    opsetImport: operatorSets(parts.nodes, OPSET_VERSION),
    graph: graphFields(parts, 'greenlight'),
  });
  return toBinary(ModelProtoSchema, model);
}

/** An ONNX model file in which the inputs of these names are constants, which ONNX Runtime can lay out beforehand as it likes best. */
export function withConstantInputs(
  bytes: Uint8Array<ArrayBuffer>,
  constants: readonly Initialiser[],
): Uint8Array<ArrayBuffer> {
  const model = fromBinary(ModelProtoSchema, bytes);
  const names = new Set(constants.map(({ name }) => name));
  const { graph } = model;
  if (graph === undefined) throw new Error('The model file holds no graph');
  graph.input = graph.input.filter(({ name }) => !names.has(name));
  graph.initializer.push(...constants.map((constant) => create(TensorProtoSchema, encodeInitialiser(constant))));
  return toBinary(ModelProtoSchema, model);
}
