import { expect, test } from 'vitest';
import { translationsIn } from '../../testing/translations.ts';
import { evaluationColors } from './evaluation-colors.ts';
import { shortNames, type NamedEvaluation } from './evaluation-names.ts';

function namesOf(...changes: readonly Partial<NamedEvaluation>[]): readonly string[] {
  const base = { runNumber: 9, modelFileName: null, checkpointStep: 100, split: 'test', datasetVersion: 2 } as const;
  const evaluations = changes.map((change, place) => ({ id: String(place), ...base, ...change }));
  return [...shortNames(evaluations, translationsIn('en').getFixedT('en', ['comparison', 'common'])).values()];
}

test('a run is called by its number, an imported model by its file', () => {
  const model = { runNumber: null, modelFileName: 'a-very-long-name-of-a-file.onnx' };
  expect(namesOf({}, { runNumber: 12 }, model)).toEqual(['#9', '#12', 'Model a-very-long-name-of…']);
});

test('evaluations of one run are told apart by what differs, and by their order where nothing does', () => {
  expect(namesOf({}, { checkpointStep: 200 }, { runNumber: 3 })).toEqual(['#9 · step 100', '#9 · step 200', '#3']);
  expect(namesOf({}, { split: 'train', datasetVersion: 3 })).toEqual([
    '#9 · test items · v2',
    '#9 · training items · v3',
  ]);
  expect(namesOf({}, {})).toEqual(['#9 · no. 1', '#9 · no. 2']);
});

test('eight evaluations have eight colours, whatever their order', () => {
  const all = [1, 9, 17, 2, null, null, 8, 16].map((runNumber, place) => ({ id: String(place), runNumber }));
  const colors = evaluationColors(all);
  expect(new Set(colors.values()).size).toBe(8);
  expect(colors.get('0')).toBe(1);
  expect(evaluationColors(all.toReversed())).toEqual(colors);
});
