import { runConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { configurationProblems } from '@greenlight/shared/stages/training/rules.ts';
import { expect, test } from 'vitest';
import { ApiError } from '../../api/api-error.ts';
import { translationsIn } from '../../testing/translations.ts';
import { refusedFields, refusedName } from './refused-fields.ts';

const refused = (details: unknown) =>
  new ApiError({
    code: 'invalid-configuration',
    status: 422,
    message: '',
    details: JSON.parse(JSON.stringify(details)),
  });

test('what the rules of the server refuse is told of the setting that it is about', () => {
  const settings = runConfiguration.parse({
    ...{ architecture: 'encoder-classifier', task: 'single-label', decoderLayers: 0 },
  });
  const data = { trainItems: 3, characters: 40, distinctCharacters: 35, labelKind: 'none' as const, labels: 0 };
  const [problem] = refusedFields(refused({ fields: configurationProblems(settings, { ...data, tasks: [] }) }));
  expect(problem?.name).toBe('task');
  expect(problem?.message).toMatchObject({
    en: expect.stringContaining('no labels'),
    zh: expect.stringContaining('没有标签'),
  });
});

test.each([
  [{ fields: [{ field: 'configuration.samplePrompts.0', message: 'Too long' }] }, ['samplePrompts']],
  [{ fields: [{ field: 'datasetVersionId', message: 'x' }] }, ['datasetVersionId']],
  [{ fields: [{ field: 'x' }] }, []],
  [[null, 3, {}], []],
  ['text', []],
])('%j', (details, names) => {
  expect(refusedFields(refused(details)).map(({ name }) => name)).toEqual(names);
});

test('other failures name no fields', () => {
  expect(refusedFields(new Error('x'))).toEqual([]);
});

test('fields are called as the form calls them', () => {
  const t = translationsIn('en').getFixedT(null, 'training');
  expect(refusedName('configuration.frozenLayers.2', t)).toBe('Frozen layers');
  expect(refusedName('datasetVersionId', t)).toBe('Data version');
  expect(refusedName('idempotencyKey', t)).toBeUndefined();
});
