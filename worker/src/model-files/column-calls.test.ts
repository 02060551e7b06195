import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InputRow } from '@greenlight/shared/stages/training/imported-model-rows.ts';
import type { ModelMapping } from '@greenlight/shared/stages/training/imported-models.ts';
import { create } from '@bufbuild/protobuf';
import { ValueInfoProtoSchema } from 'onnx-buf';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { IsolatedModel } from './isolated-model.ts';
import { describeOnnxModel, openOnnxModel } from './onnx-model.ts';
import { alteredFeatureModel } from './test-support/feature-model.ts';
import { chanceOf, tableModel, type TableItem, type TableShape } from './test-support/table-model.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-columns-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function written(shape: TableShape = {}): Promise<string> {
  const path = join(folder, `table ${JSON.stringify(shape).replaceAll(/\W/g, '-')}.onnx`);
  await writeFile(path, tableModel(shape));
  return path;
}

type ColumnMapping = Extract<ModelMapping, { input: 'columns' }>;

const MAPPING: ColumnMapping = {
  ...{ input: 'columns', output: 'probability', outputKind: 'probabilities' },
  ...{ task: 'single-label', labels: ['no', 'yes'] },
  columnInputs: ['age', 'visits', 'city', 'sizes'].map((name) => ({ name, columns: [name] })),
};

const ITEMS: TableItem[] = [
  { age: 30.5, visits: 2, city: 'Bern', sizes: [1, 2, 3] },
  { age: 4, visits: 0, city: 'Oslo', sizes: [0, 0, 0.5] },
  { age: 61, visits: -7, city: 'Roma', sizes: [-1, 4, 2] },
];

const rowOf = (item: TableItem) => ({ ...item, sizes: [...item.sizes] });

test('what a table model with several inputs declares is read from its file', async () => {
  const { inputs, outputs } = await describeOnnxModel(await written());
  expect(inputs).toEqual([
    { name: 'age', type: 'float32', shape: ['N', 1] },
    { name: 'visits', type: 'int64', shape: ['N', 1] },
    { name: 'city', type: 'string', shape: ['N', 1] },
    { name: 'sizes', type: 'float32', shape: ['N', 3] },
  ]);
  expect(outputs).toContainEqual({ name: 'probability', type: 'float32', shape: ['N', 2], columns: ['no', 'yes'] });
});

test.each<[string, TableShape]>([
  ['a column for each input', {}],
  ['an input without a second dimension', { age: ['N'] }],
  ['two rows at once, no more and no less', { rows: 2 }],
])('a model of %s answers rows with a field for each input', async (_name, shape) => {
  const model = await openOnnxModel(await written(shape), MAPPING, null);
  const answers = await model.predict({ rows: ITEMS.map(rowOf) });
  expect(answers).toHaveLength(2 * ITEMS.length);
  ITEMS.forEach((item, row) => expect(answers[2 * row + 1]).toBeCloseTo(chanceOf(item), 5));
  await model.dispose();
});

test('numbers may be texts, true and false, as tables have them', async () => {
  const model = await openOnnxModel(await written(), MAPPING, null);
  const [item] = ITEMS;
  const given = { age: ' 30.5', visits: true, city: 'Bern', sizes: ['1', 2, '3e0'] };
  const answers = await model.predict({ rows: [given] });
  expect(answers[1]).toBeCloseTo(chanceOf({ ...item!, visits: 1 }), 5);
  await model.dispose();
});

test.each([
  [{ city: undefined }, "Row 2, input 'city': nothing is given for it"],
  [{ sizes: [1, 2] }, "Row 2, input 'sizes': it takes 3 values, not 2"],
  [{ sizes: [] }, "Row 2, input 'sizes': an empty list is given"],
  [{ visits: 1.5 }, "Row 2, input 'visits': 1.5 is no int64"],
  [{ visits: '' }, "Row 2, input 'visits': a value is missing, which int64 cannot hold"],
  [{ age: 'old' }, 'Row 2, input \'age\': "old" is no number'],
  [{ city: 7 }, "Row 2, input 'city': 7 is no text"],
  [{ age: null }, 'not finite'],
])('a row with %o is refused with the input and what is wrong', async (change, said) => {
  const model = await openOnnxModel(await written(), MAPPING, null);
  const changed = JSON.parse(JSON.stringify({ ...rowOf(ITEMS[1]!), ...change })) as InputRow;
  await expect(model.predict({ rows: [rowOf(ITEMS[0]!), changed] })).rejects.toThrow(said);
  await model.dispose();
});

test('a missing number reaches the model as such, through its own process too', async () => {
  // Softmax of a row that has a missing value is nowhere a number; a model that replaces them answers.
  const path = await alteredFeatureModel(folder, 'imputes.onnx', ({ graph }) => {
    const [product] = graph!.node;
    const isMissing = { ...product!, name: 'a', opType: 'IsNaN', input: ['x'], output: ['missing'] };
    const replaced = { ...product!, name: 'b', opType: 'Where', input: ['missing', 'half', 'x'], output: ['known'] };
    product!.input[0] = 'known';
    graph!.initializer.push({
      ...graph!.initializer[0]!,
      ...{ name: 'half', dims: [1n], rawData: new Uint8Array(Float32Array.of(0.5).buffer) },
    });
    graph!.node.unshift(isMissing, replaced);
  });
  const mapping: ModelMapping = { ...MAPPING, output: 'p', columnInputs: [{ name: 'x', columns: ['x', 'y'] }] };
  const model = await openOnnxModel(path, mapping, null);
  const rows = [{ x: [1, null] }, { x: ['', 0.5] }];
  const answers = await model.predict({ rows });
  const wanted = await model.predict({ rows: [{ x: [1, 0.5] }, { x: [0.5, 0.5] }] });
  expect([...answers]).toEqual([...wanted]);
  await model.dispose();
  const patience = AbortSignal.timeout(60_000);
  const isolated = await IsolatedModel.open({ modelPath: path, tokenizerPath: null, mapping }, patience);
  expect(await isolated.predict({ rows }, patience)).toEqual([...wanted]);
  isolated.close();
});

test('the likeliest class alone is an answer, by its name', async () => {
  const mapping: ModelMapping = { ...MAPPING, output: 'label', outputKind: 'classes' };
  const model = await openOnnxModel(await written(), mapping, null);
  const answers = await model.predict({ rows: ITEMS.map(rowOf) });
  expect([...answers]).toEqual(ITEMS.flatMap((item) => (chanceOf(item) > 0.5 ? [0, 1] : [1, 0])));
  await model.dispose();
  const others = await openOnnxModel(await written(), { ...mapping, labels: ['no', 'maybe'] }, null);
  await expect(others.predict({ rows: ITEMS.map(rowOf) })).rejects.toThrow("named the class 'yes', which is none of 2");
  await others.dispose();
});

test('a model of one kind says what it takes where it is asked with another', async () => {
  const table = await openOnnxModel(await written(), MAPPING, null);
  await expect(table.predict({ texts: ['a'] })).rejects.toThrow('takes rows with a field for each of its inputs');
  await expect(table.predict({ features: [[1]] })).rejects.toThrow('takes rows with a field for each of its inputs');
  await table.dispose();
  const features: ModelMapping = { ...MAPPING, input: 'features', features: 'x', output: 'p' };
  const single = await openOnnxModel(await alteredFeatureModel(folder, 'x.onnx', () => undefined), features, null);
  await expect(single.predict({ rows: [{ x: 1 }] })).rejects.toThrow('takes features, not named values');
  await single.dispose();
});

test('an output that is a sequence is described as one, refused as an answer, and hinders no other', async () => {
  const path = await alteredFeatureModel(folder, 'sequence.onnx', ({ graph }) => {
    const [product] = graph!.node;
    graph!.node.push({ ...product!, name: 'c', opType: 'SequenceConstruct', input: ['p', 'z'], output: ['all'] });
    const tensor = { case: 'tensorType' as const, value: { elemType: 1 } };
    const type = { value: { case: 'sequenceType' as const, value: { elemType: { value: tensor } } } };
    graph!.output.push(create(ValueInfoProtoSchema, { name: 'all', type }));
  });
  expect((await describeOnnxModel(path)).outputs).toContainEqual({ name: 'all', type: 'a sequence or map', shape: [] });
  const mapping: ModelMapping = { ...MAPPING, output: 'all', columnInputs: [{ name: 'x', columns: ['x', 'y'] }] };
  await expect(openOnnxModel(path, mapping, null)).rejects.toThrow("'all' gives a sequence or map, not float32");
  const model = await openOnnxModel(path, { ...mapping, output: 'p' }, null);
  expect(await model.predict({ rows: [{ x: [1, 2] }] })).toHaveLength(2);
  await model.dispose();
});

describe('a mapping of columns that does not fit is refused with the part that does not', () => {
  const inputs = MAPPING.columnInputs;
  test.each<[Partial<ColumnMapping>, string]>([
    [{ columnInputs: inputs.slice(1) }, 'nothing is said about the inputs age'],
    [{ columnInputs: [...inputs, { name: 'pulse', columns: ['pulse'] }] }, "the model has no input 'pulse'"],
    [{ columnInputs: [...inputs, { name: 'age', columns: ['age'] }] }, "the input 'age' is named twice"],
    [
      { columnInputs: [...inputs.slice(0, 3), { name: 'sizes', columns: ['a', 'b'] }] },
      "'sizes' takes 3 values for each item, not those of 2 columns",
    ],
    [{ output: 'label' }, "'label' gives string, not float32 or float16 or float64; if it names the likeliest class"],
    [{ outputKind: 'classes' }, "'probability' gives float32, not the name or the number of a class"],
    [{ output: 'label', outputKind: 'classes', task: 'multi-label' }, 'a multi-label output does not give classes'],
  ])('%o', async (change, said) => {
    await expect(openOnnxModel(await written(), { ...MAPPING, ...change }, null)).rejects.toThrow(said);
  });
});
