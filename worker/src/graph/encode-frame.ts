import { create, toBinary } from '@bufbuild/protobuf';
import { GraphProtoSchema, ModelProtoSchema, TensorProto_DataLocation, TensorProtoSchema } from 'onnx-buf';
import { graphFields, IR_VERSION, onnxDataType, operatorSets, type GraphParts } from './encode.ts';

/*
 * A model file with weights is too large to be serialised in one piece. Protocol buffers are fields behind one another, each with
 * its number and length before it, so the file can be written as: the model's small fields, the head of its graph field, the
 * graph's small fields, then each weight's head and its bytes as they come from the disk.
 */

/** Numbers of the fields that are written by hand, from onnx.proto. */
const GRAPH_OF_MODEL = 7;
const INITIALIZER_OF_GRAPH = 5;
const RAW_DATA_OF_TENSOR = 9;

/** A float32 array that is written into a model file. */
export interface WeightHead {
  readonly name: string;
  readonly shape: readonly number[];
  readonly sizeBytes: number;
}

/** Where a weight lies that is kept beside the model file. */
export interface ExternalPlace {
  /** Name of the file in the model's own folder. */
  readonly location: string;
  readonly offset: number;
}

/** What a model file says of itself besides its graph. */
export interface ModelHeader {
  readonly graphName: string;
  readonly opset: number;
  readonly producerVersion: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A model file without the bytes of its weights: `start`, then for each weight its head and, unless it is external, its bytes. */
export interface ModelFrame {
  readonly start: Uint8Array;
  readonly weightHeads: readonly Uint8Array[];
  readonly sizeBytes: number;
}

/** A number in base 128, lowest digits first, as protocol buffers write lengths. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  // Lengths above 2³¹ occur, where bit operations would fail.
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

/** Number and length of a field whose bytes follow. */
function fieldHead(field: number, sizeBytes: number): Uint8Array {
  const lengthDelimited = 2;
  return Buffer.concat([varint(field * 8 + lengthDelimited), varint(sizeBytes)]);
}

function weightHead({ name, shape, sizeBytes }: WeightHead, place: ExternalPlace | undefined): Uint8Array {
  const fields = { name, dims: shape.map(BigInt), dataType: onnxDataType('float32') };
  if (place === undefined) {
    const inside = [
      toBinary(TensorProtoSchema, create(TensorProtoSchema, fields)),
      fieldHead(RAW_DATA_OF_TENSOR, sizeBytes),
    ];
    const tensorBytes = sizeBytes + inside.reduce((total, { length }) => total + length, 0);
    return Buffer.concat([fieldHead(INITIALIZER_OF_GRAPH, tensorBytes), ...inside]);
  }
  const externalData = Object.entries({ location: place.location, offset: place.offset, length: sizeBytes }).map(
    ([key, value]) => ({ key, value: String(value) }),
  );
  const tensor = create(TensorProtoSchema, {
    ...fields,
    externalData,
    dataLocation: TensorProto_DataLocation.EXTERNAL,
  });
  const bytes = toBinary(TensorProtoSchema, tensor);
  return Buffer.concat([fieldHead(INITIALIZER_OF_GRAPH, bytes.length), bytes]);
}

/** Everything of a model file but the bytes of its weights; a weight with a place is kept in that other file. */
export function encodeFrame(
  parts: GraphParts,
  weights: readonly WeightHead[],
  places: ReadonlyMap<string, ExternalPlace>,
  header: ModelHeader,
): ModelFrame {
  const weightHeads = weights.map((weight) => weightHead(weight, places.get(weight.name)));
  const graph = toBinary(GraphProtoSchema, create(GraphProtoSchema, graphFields(parts, header.graphName)));
  const inlineBytes = weights.reduce((total, { name, sizeBytes }) => total + (places.has(name) ? 0 : sizeBytes), 0);
  const graphBytes = weightHeads.reduce((total, { length }) => total + length, graph.length + inlineBytes);
  const model = create(ModelProtoSchema, {
    irVersion: IR_VERSION,
    producerName: 'greenlight',
    producerVersion: header.producerVersion,
    opsetImport: operatorSets(parts.nodes, BigInt(header.opset)),
    metadataProps: Object.entries(header.metadata).map(([key, value]) => ({ key, value })),
  });
  const start = Buffer.concat([toBinary(ModelProtoSchema, model), fieldHead(GRAPH_OF_MODEL, graphBytes), graph]);
  return { start, weightHeads, sizeBytes: start.length - graph.length + graphBytes };
}
