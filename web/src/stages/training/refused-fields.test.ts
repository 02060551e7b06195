import { expect, test } from 'vitest';
import { ApiError } from '../../api/api-error.ts';
import { refusedFields } from './refused-fields.ts';

test.each([
  [[{ path: 'configuration.heads', message: 'x' }], ['heads']],
  [
    [{ path: ['body', 'configuration', 'dModel'] }, { field: 'datasetVersionId' }],
    ['dModel', 'datasetVersionId'],
  ],
  [[{ path: '/configuration/task' }], ['task']],
  [[null, 3, {}], []],
  ['text', []],
])('%j', (details, names) => {
  expect(refusedFields(new ApiError({ code: 'invalid-configuration', status: 422, message: '', details }))).toEqual(
    names,
  );
});

test('other failures name no fields', () => {
  expect(refusedFields(new Error('x'))).toEqual([]);
});
