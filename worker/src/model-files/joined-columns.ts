import { create } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType,
  NodeProtoSchema,
  TensorProto_DataType,
  TypeProtoSchema,
  ValueInfoProtoSchema,
  type GraphProto,
  type ModelProto,
  type ValueInfoProto,
} from 'onnx-buf';
import { importOpset } from './plain-probabilities.ts';

const { FLOAT, FLOAT16, DOUBLE, STRING, INT64, INT32 } = TensorProto_DataType;

/** What an output gives for each item, where it is one value: the type of its values and the size that it fixes for the items, if any. */
function oneEach({ type }: ValueInfoProto): { elemType: number; items: bigint | null } | null {
  const tensor = type?.value.case === 'tensorType' ? type.value.value : undefined;
  const [items, second, ...further] = tensor?.shape?.dim ?? [];
  const isOne = second === undefined || (second.value.case === 'dimValue' && second.value.value === 1n);
  if (tensor === undefined || items === undefined || !isOne || further.length > 0) return null;
  return { elemType: tensor.elemType, items: items.value.case === 'dimValue' ? items.value.value : null };
}

/** What scikit-learn's converter calls the output that holds all of them where it gives one. */
const NAME = 'output_probability';

/** Outputs that give one number for each item, of one type and for as many items. */
function columnsOf(graph: GraphProto): ValueInfoProto[] {
  const numbers = graph.output.filter((output) => [FLOAT, FLOAT16, DOUBLE].includes(oneEach(output)?.elemType ?? 0));
  const kinds = new Set(numbers.map((output) => JSON.stringify(oneEach(output), (_, value) => String(value))));
  return kinds.size === 1 ? numbers : [];
}

/** The names of all values of a graph and of those within it. Iterative, so that deep nesting cannot exhaust the stack. */
function namesIn(graph: GraphProto): Set<string> {
  const names = new Set<string>();
  const pending = [graph];
  for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
    for (const { name } of [...one.input, ...one.output, ...one.initializer]) names.add(name);
    for (const { input, output, attribute } of one.node) {
      for (const name of [...input, ...output]) names.add(name);
      for (const { g, graphs } of attribute) for (const inner of g === undefined ? graphs : [g]) pending.push(inner);
    }
  }
  return names;
}

/** A name that is not taken; it is afterwards. */
function freeName(taken: Set<string>, name: string): string {
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name} ${number}`;
  taken.add(free);
  return free;
}

/**
 * Classifiers of scikit-learn can be converted to give an output for each class, its probabilities under its name, where a mapping reads one output. Changes
 * `model` to give them as columns of one more output, before them where another output names the likeliest class, else at the end; returns its columns.
 */
export function joinedColumns(model: ModelProto): Map<string, string[]> {
  const { graph } = model;
  if (graph === undefined) return new Map();
  const columns = columnsOf(graph);
  const [first] = columns;
  const kind = first === undefined ? null : oneEach(first);
  if (first === undefined || kind === null || columns.length < 2) return new Map();
  const taken = namesIn(graph);
  const name = freeName(taken, NAME);
  const axis = { name: 'axis', type: AttributeProto_AttributeType.INT, i: 1n };
  const flat = columns.map((column) => freeName(taken, `${column.name} as a column of ${name}`));
  columns.forEach((column, place) => {
    const node = { opType: 'Flatten', input: [column.name], output: [flat[place] ?? ''], attribute: [axis] };
    graph.node.push(create(NodeProtoSchema, node));
  });
  graph.node.push(create(NodeProtoSchema, { opType: 'Concat', input: flat, output: [name], attribute: [axis] }));
  const items = kind.items === null ? {} : { value: { case: 'dimValue' as const, value: kind.items } };
  const dim = [items, { value: { case: 'dimValue' as const, value: BigInt(columns.length) } }];
  const type = create(TypeProtoSchema, {
    value: { case: 'tensorType', value: { elemType: kind.elemType, shape: { dim } } },
  });
  const namesClass = graph.output.some((output) => [STRING, INT64, INT32].includes(oneEach(output)?.elemType ?? 0));
  const place = namesClass ? graph.output.indexOf(first) : graph.output.length;
  graph.output.splice(place, 0, create(ValueInfoProtoSchema, { name, type }));
  importOpset(model);
  return new Map([[name, columns.map((column) => column.name)]]);
}
