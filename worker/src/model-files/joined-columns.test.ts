import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import type { ModelMapping } from '@greenlight/shared/stages/training/imported-models.ts';
import { AttributeProto_AttributeType, ModelProtoSchema, TensorProto_DataType } from 'onnx-buf';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeOnnxModel, openOnnxModel } from './onnx-model.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-joined-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const { FLOAT, DOUBLE, FLOAT16, INT64 } = TensorProto_DataType;

/** What differs from how scikit-learn's converter writes a classifier with an output for each class. */
interface Shape {
  readonly classes?: readonly string[];
  /** Outputs of [N, 1] instead of [N]. */
  readonly isColumn?: boolean;
  readonly hasLabel?: boolean;
  readonly type?: typeof FLOAT | typeof DOUBLE | typeof FLOAT16;
  /** Name of the value that all classes' probabilities have within the model. */
  readonly inner?: string;
  /** Rows that the model fixes. */
  readonly rows?: number;
}

const WEIGHTS = [1, -1, 0.5, 2, 0, -0.5];

/** softmax(x · weights) of three classes, worked out here. */
function chancesOf([x = 0, y = 0]: readonly number[]): number[] {
  const powers = [0, 1, 2].map((column) => Math.exp(x * WEIGHTS[column]! + y * WEIGHTS[3 + column]!));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

async function columnsModel(shape: Shape = {}) {
  const { classes = ['i0', 'i1', 'i2'], isColumn, hasLabel, type = FLOAT, inner = 'probabilities', rows } = shape;
  const int = (name: string, value: number) => ({ name, type: AttributeProto_AttributeType.INT, i: BigInt(value) });
  const node = (opType: string, input: string[], output: string[], attribute: object[] = []) => ({
    ...{ opType, input, output, attribute },
  });
  const rowsDim =
    rows === undefined
      ? { value: { case: 'dimParam' as const, value: 'N' } }
      : { value: { case: 'dimValue' as const, value: BigInt(rows) } };
  const value = (name: string, elemType: TensorProto_DataType, further: number[]) => {
    const sizes = further.map((size) => ({ value: { case: 'dimValue' as const, value: BigInt(size) } }));
    const tensor = { elemType, shape: { dim: [rowsDim, ...sizes] } };
    return { name, type: { value: { case: 'tensorType' as const, value: tensor } } };
  };
  const whole = (name: string, values: bigint[]) => ({
    ...{ name, dims: [BigInt(values.length)], dataType: INT64 },
    rawData: new Uint8Array(BigInt64Array.from(values).buffer),
  });
  const model = create(ModelProtoSchema, {
    ...{ irVersion: 8n, producerName: 'skl2onnx', opsetImport: [{ domain: '', version: 15n }] },
    graph: {
      name: 'columns',
      initializer: [
        { name: 'w', dims: [2n, 3n], dataType: FLOAT, rawData: new Uint8Array(Float32Array.from(WEIGHTS).buffer) },
        whole('axis', [1n]),
        whole('shape', isColumn === true ? [-1n, 1n] : [-1n]),
        ...classes.flatMap((_, place) => [
          whole(`start ${place}`, [BigInt(place)]),
          whole(`end ${place}`, [BigInt(place + 1)]),
        ]),
      ],
      node: [
        node('MatMul', ['x', 'w'], ['z']),
        node('Softmax', ['z'], ['p'], [int('axis', 1)]),
        node('ArgMax', ['p'], ['label'], [int('axis', 1), int('keepdims', 0)]),
        node('Cast', ['p'], [inner], [int('to', type)]),
        ...classes.flatMap((name, place) => [
          node('Slice', [inner, `start ${place}`, `end ${place}`, 'axis'], [`slice ${place}`]),
          node('Reshape', [`slice ${place}`, 'shape'], [name]),
        ]),
      ],
      input: [value('x', FLOAT, [2])],
      output: [
        ...(hasLabel === false ? [] : [value('label', INT64, [])]),
        ...classes.map((name) => value(name, type, isColumn === true ? [1] : [])),
      ],
    },
  });
  const path = join(folder, `${crypto.randomUUID()}.onnx`);
  await writeFile(path, toBinary(ModelProtoSchema, model));
  return path;
}

const mappingTo = (output: string, labels: string[]): ModelMapping => ({
  ...{ input: 'features', features: 'x', output, outputKind: 'probabilities', task: 'single-label', labels },
});

const ROWS = [
  [1, 0],
  [-3, 0.5],
  [0.25, 2],
];

describe('a classifier that gives an output for each class', () => {
  test.each<[string, Shape]>([
    ['[N]', {}],
    ['[N, 1]', { isColumn: true }],
    ['[N] without a label', { hasLabel: false }],
    ['double precision', { type: DOUBLE }],
    ['half precision', { type: FLOAT16 }],
    ['as many rows as it fixes', { rows: 2, isColumn: true }],
    ['a value that is called as the joined output is', { inner: 'output_probability' }],
    ['classes with names', { classes: ['垃圾', 'ham', 'no class'] }],
  ])('of %s answers with all of them, in their order and by their names', async (_name, shape) => {
    const path = await columnsModel(shape);
    const classes = [...(shape.classes ?? ['i0', 'i1', 'i2'])];
    const { outputs } = await describeOnnxModel(path);
    const joined = outputs.find(({ columns }) => columns !== undefined)!;
    const name = shape.inner === undefined ? 'output_probability' : 'output_probability 2';
    expect(joined).toMatchObject({ name, columns: classes });
    expect(joined.shape.at(-1)).toBe(3);
    expect(outputs.filter((output) => classes.includes(output.name))).toHaveLength(3);
    // A form begins with the first output of numbers: the classes' where a label says that there are classes.
    const isFirst = outputs.findIndex(({ type }) => type.startsWith('float')) === outputs.indexOf(joined);
    expect(isFirst).toBe(shape.hasLabel !== false);
    const model = await openOnnxModel(path, mappingTo(joined.name, classes), null);
    const answers = await model.predict({ features: ROWS });
    ROWS.flatMap(chancesOf).forEach((chance, place) => expect(answers[place]).toBeCloseTo(chance, 3));
    await model.dispose();
  });

  test('is asked for one of them as before', async () => {
    const path = await columnsModel();
    const model = await openOnnxModel(path, mappingTo('i1', ['others', 'i1']), null);
    const answers = await model.predict({ features: ROWS });
    ROWS.forEach((row, place) => expect(answers[2 * place + 1]).toBeCloseTo(chancesOf(row)[1]!, 6));
    await model.dispose();
  });

  test('whose mapping has another number of classes is refused', async () => {
    const path = await columnsModel();
    await expect(openOnnxModel(path, mappingTo('output_probability', ['a', 'b']), null)).rejects.toThrow(
      'has 3 columns for 2 labels',
    );
  });
});

test('a model of one number for each item is described as it is', async () => {
  const { outputs } = await describeOnnxModel(await columnsModel({ classes: ['only'] }));
  expect(outputs.map(({ name }) => name)).toEqual(['label', 'only']);
});
