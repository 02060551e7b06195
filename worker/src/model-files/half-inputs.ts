import { create } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType,
  NodeProtoSchema,
  TensorProto_DataType,
  type ModelProto,
  type ValueInfoProto,
} from 'onnx-buf';
import { refusedNumber, type ForeignArray, type ForeignSession } from '../runtime/foreign-session.ts';

/** An input of half precision, under the name by which it is given in single precision instead. */
export interface HalfInput {
  readonly name: string;
  readonly type: 'float16' | 'bfloat16';
  readonly given: string;
}

const HALVES = new Map<number, HalfInput['type']>([
  [TensorProto_DataType.FLOAT16, 'float16'],
  [TensorProto_DataType.BFLOAT16, 'bfloat16'],
]);

function halfOf({ type }: ValueInfoProto): HalfInput['type'] | undefined {
  return type?.value.case === 'tensorType' ? HALVES.get(type.value.value.elemType) : undefined;
}

/**
 * The runtime's binding takes no numbers of half precision. A model that wants some is changed to take single precision and to round it itself: each such
 * input gets another name, and a Cast makes the value of the old name from it. Changes `model`.
 */
export function singleInputs({ graph }: ModelProto): HalfInput[] {
  if (graph === undefined) return [];
  // An input that has a value of its own need not be given.
  const known = new Set(graph.initializer.map(({ name }) => name));
  const halves: HalfInput[] = [];
  for (const input of graph.input) {
    const type = halfOf(input);
    if (type === undefined || known.has(input.name) || input.type?.value.case !== 'tensorType') continue;
    const { name } = input;
    input.name = `${name} in single precision`;
    halves.push({ name, type, given: input.name });
    const to = {
      name: 'to',
      type: AttributeProto_AttributeType.INT,
      i: BigInt(input.type.value.value.elemType),
    };
    input.type.value.value.elemType = TensorProto_DataType.FLOAT;
    graph.node.unshift(
      create(NodeProtoSchema, { opType: 'Cast', input: [input.name], output: [name], attribute: [to] }),
    );
  }
  return halves;
}

/** The numbers of an input of half precision, which the runtime may leave unrounded; throws a `ForeignValueError` for one that is too large. */
function inSinglePrecision({ numbers, shape }: ForeignArray, { type }: HalfInput): ForeignArray {
  const tooLarge =
    type === 'float16' ? numbers.find((number) => Math.abs(Math.f16round(number)) === Infinity) : undefined;
  if (tooLarge !== undefined) throw refusedNumber(tooLarge, type);
  return { type: 'float32', numbers, shape };
}

/** A session as its file declares it: inputs of half precision have their names and types, and what they are fed goes in single precision. */
export function asDeclared(session: ForeignSession, halves: readonly HalfInput[]): ForeignSession {
  const byName = new Map(halves.map((half) => [half.name, half]));
  const byGiven = new Map(halves.map((half) => [half.given, half]));
  return {
    ...session,
    inputs: session.inputs.map((input) => {
      const half = byGiven.get(input.name);
      return half === undefined ? input : { ...input, name: half.name, type: half.type };
    }),
    run: (feeds, output) =>
      session.run(
        Object.fromEntries(
          Object.entries(feeds).map(([name, array]) => {
            const half = byName.get(name);
            return half === undefined || 'texts' in array
              ? [name, array]
              : [half.given, inSinglePrecision(array, half)];
          }),
        ),
        output,
      ),
  };
}
