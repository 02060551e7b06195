import { describe, expect, test } from 'vitest';
import { fedValuesOf, inputRow, MAX_ROW_INPUTS, rowProblems, valueOfCell } from './imported-model-rows.ts';

const input = (type: string, ...shape: (number | string)[]) => ({ name: 'x', type, shape });

describe('what an input is fed', () => {
  test.each([
    [input('float32', 'N', 1), 2.5, [2.5]],
    [input('float32', 'N'), '-1e3', [-1000]],
    [input('float64', 'N', 1), null, [Number.NaN]],
    [input('float32', 'N', 1), ' NaN ', [Number.NaN]],
    [input('int64', 'N', 1), '3.0', [3]],
    [input('int64', 'N', 1), 'True', [1]],
    [input('bool', 'N', 1), 'false', [0]],
    [input('string', 'N', 1), '7', ['7']],
    [input('string', 'N', 1), null, ['']],
    [input('float32', 'N', 2, 2), [1, 2, 3, '4'], [1, 2, 3, 4]],
    [input('float32', 'N', ''), [1, 2, 3], [1, 2, 3]],
    [input('float32'), [1, 2], [1, 2]],
  ])('%o given %o', (declared, given, values) => {
    expect(fedValuesOf(declared, given)).toEqual({ values });
  });

  test.each([
    [input('float32', 'N', 1), '0x', '"0x" is no number'],
    [input('float32', 'N', 1), 'Infinity', '"Infinity" is no number'],
    [input('float32', 'N', 1), [1, 2], 'it takes 1 values, not 2'],
    [input('uint8', 'N', 1), 0.5, '0.5 is no uint8'],
    [input('int64', 'N', 1), 2 ** 53, `${2 ** 53} is no int64`],
    [input('bool', 'N', 1), 2, '2 is neither true nor false'],
    [input('bool', 'N', 1), '', 'a value is missing, which bool cannot hold'],
    [input('string', 'N', 1), true, 'true is no text'],
    [input('float32', 'N', 1), undefined, 'nothing is given for it'],
  ])('%o is not fed %o', (declared, given, problem) => {
    const fed = fedValuesOf(declared, given);
    expect('problem' in fed && fed.problem.en).toBe(problem);
    expect('problem' in fed && fed.problem.zh).toMatch(/\p{Script=Han}/u);
  });
});

test.each([
  [input('string', 'N', 1), 'a, b', 'a, b'],
  [input('string', 'N', 1), '[1]', '[1]'],
  [input('float32', 'N', 3), '1, 2;3', ['1', '2', '3']],
  [input('float32', 'N', 3), '[1, null, 3]', [1, null, 3]],
  [input('float32', 'N', 3), '[1 2 3]', ['[1', '2', '3]']],
  [input('string', 'N', 2), '["a, b","c"]', ['a, b', 'c']],
  [input('float32', 'N', ''), '7', ['7']],
])('the cell of %o that holds %o', (declared, cell, value) => {
  expect(valueOfCell(declared, cell)).toEqual(value);
});

test('fields that objects have by themselves are not taken for given', () => {
  const declared = [{ ...input('string', 'N', 1), name: 'constructor' }];
  expect(rowProblems(declared, [{}])).toEqual([
    {
      field: 'rows.0.constructor',
      message: { zh: '输入“constructor”：没有给出值', en: "the input 'constructor': nothing is given for it" },
    },
  ]);
});

test('as many problems are told as help somebody', () => {
  expect(
    rowProblems(
      [input('float32', 'N', 1)],
      Array.from({ length: 64 }, () => ({})),
    ),
  ).toHaveLength(20);
});

test('a row of more fields than a model may have inputs is refused before it is looked at', () => {
  const row = Object.fromEntries(Array.from({ length: MAX_ROW_INPUTS + 1 }, (_, index) => [`c${index}`, 0]));
  expect(inputRow.safeParse(row).success).toBe(false);
});
