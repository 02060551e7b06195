import type { ModelDescription, ModelMapping } from '@greenlight/shared/stages/training/imported-models.ts';
import { describe, expect, test } from 'vitest';
import { mappingOf, mappingValues } from './mapping-values.ts';

const said = { opset: 17, irVersion: 8, producer: '', metadata: {} };
const tensor = (name: string, type: string) => ({ name, type, shape: ['n', 2] });

const TEXT: ModelDescription = {
  inputs: [tensor('attention_mask', 'int64'), tensor('input_ids', 'int64')],
  outputs: [tensor('logits', 'float32')],
  ...said,
};

const FEATURES: ModelDescription = {
  inputs: [tensor('x', 'float32')],
  outputs: [tensor('probabilities', 'float32')],
  ...said,
};

const column = (name: string, type: string, width = 1) => ({ name, type, shape: ['N', width] });

const TABLE: ModelDescription = {
  inputs: [
    column('age', 'float32'),
    column('visits', 'int64'),
    column('city', 'string'),
    column('sizes', 'float32', 3),
  ],
  outputs: [
    { name: 'label', type: 'string', shape: ['N'] },
    { name: 'probability', type: 'float32', shape: ['N', 2], columns: ['no', 'yes'] },
  ],
  ...said,
};

describe('what the form begins with', () => {
  test('a model of a table takes values by name, each input from the column that is called so', () => {
    expect(mappingOf(mappingValues(TABLE, null), TABLE)).toEqual({
      ...{ input: 'columns', output: 'probability', outputKind: 'probabilities', task: 'single-label' },
      labels: ['no', 'yes'],
      columnInputs: ['age', 'visits', 'city', 'sizes'].map((name) => ({ name, columns: [name] })),
    });
  });
  test.each([
    [[column('age', 'int64'), column('visits', 'int64')], 'columns'],
    [[column('age', 'int64')], 'features'],
    [[column('name', 'string')], 'raw-text'],
    [[column('a', 'float32', 2), column('b', 'float32', 3)], 'columns'],
    [[tensor('ids', 'int64'), tensor('mask', 'float32')], 'text'],
  ])('inputs of %o are asked as %s', (inputs, input) => {
    const first = inputs.map((one) => (one.name === 'ids' ? { ...one, shape: ['n', 'tokens'] } : one));
    expect(mappingValues({ ...TABLE, inputs: first }, null).input).toBe(input);
  });
  test('a label without anything beside it is the likeliest class', () => {
    const described = { ...TABLE, outputs: TABLE.outputs.slice(0, 1) };
    expect(mappingValues(described, null)).toMatchObject({ task: 'single-label', outputKind: 'classes' });
    const numbered = { ...TABLE, outputs: [{ name: 'output_label', type: 'int64', shape: ['N'] }] };
    expect(mappingValues(numbered, null)).toMatchObject({ task: 'single-label', outputKind: 'classes' });
    const counted = { ...TABLE, outputs: [{ name: 'variable', type: 'int64', shape: ['N', 1] }] };
    expect(mappingValues(counted, null).task).toBe('regression');
  });
  test('a model of token ids is one of texts, its inputs found by their names', () => {
    const values = mappingValues(TEXT, null);
    expect(values).toMatchObject({
      input: 'text',
      inputIds: 'input_ids',
      attentionMask: 'attention_mask',
      before: '1',
    });
  });
  test('a model of numbers takes features and says what it gives', () => {
    expect(mappingValues(FEATURES, null)).toMatchObject({
      input: 'features',
      features: 'x',
      output: 'probabilities',
      outputKind: 'probabilities',
    });
  });
  test.each([[['n', 1]], [['n']]])('an output of shape %o is one of numbers', (shape) => {
    const described = { ...FEATURES, outputs: [{ name: 'y', type: 'float32', shape }] };
    expect(mappingValues(described, null).task).toBe('regression');
  });
  test.each<[string, ModelDescription, ModelMapping]>([
    [
      'a regression',
      TEXT,
      {
        input: 'text',
        inputIds: 'input_ids',
        attentionMask: 'attention_mask',
        otherInputs: [],
        output: 'logits',
        outputKind: 'values',
        task: 'regression',
        labels: [],
        before: [1],
        after: [],
        paddingId: 0,
        maxTokens: 64,
      },
    ],
    [
      'texts without a mask',
      TEXT,
      {
        input: 'text',
        inputIds: 'input_ids',
        attentionMask: null,
        otherInputs: [{ name: 'attention_mask', fill: 'ones' }],
        output: 'logits',
        outputKind: 'logits',
        task: 'multi-label',
        labels: ['a', 'b'],
        before: [],
        after: [2, 7],
        paddingId: 5,
        maxTokens: 33,
      },
    ],
    [
      'features',
      FEATURES,
      {
        input: 'features',
        features: 'x',
        output: 'probabilities',
        outputKind: 'logits',
        task: 'single-label',
        labels: ['a', 'b'],
      },
    ],
    [
      'columns',
      TABLE,
      {
        ...{ input: 'columns', output: 'label', outputKind: 'classes', task: 'single-label', labels: ['a', 'b'] },
        columnInputs: [
          { name: 'age', columns: ['years'] },
          { name: 'visits', columns: ['visits'] },
          { name: 'city', columns: ['text'] },
          { name: 'sizes', columns: ['left', 'middle', 'right'] },
        ],
      },
    ],
  ])('what was saved comes back as it was: %s', (_name, description, mapping) => {
    expect(mappingOf(mappingValues(description, mapping), description)).toEqual(mapping);
  });
});

test('ids may be separated by spaces or commas, and what is no id is left out', () => {
  const values = { ...mappingValues(TEXT, null), before: ' 1, 5  x 7', attentionMask: '' };
  expect(mappingOf(values, TEXT)).toMatchObject({ before: [1, 5, 7], after: [], attentionMask: null });
});

test("BERT's token types are proposed as zeros, and explicit positions as such", () => {
  const bert = {
    ...TEXT,
    inputs: ['token_type_ids', 'position_ids', 'attention_mask', 'input_ids'].map((name) => tensor(name, 'int64')),
  };
  expect(mappingOf(mappingValues(bert, null), bert)).toMatchObject({
    inputIds: 'input_ids',
    attentionMask: 'attention_mask',
    otherInputs: [
      { name: 'token_type_ids', fill: 'zeros' },
      { name: 'position_ids', fill: 'positions' },
    ],
  });
});
