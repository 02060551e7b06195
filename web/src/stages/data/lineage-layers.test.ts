import type { DatasetLineage } from '@greenlight/shared/stages/data/lineage-contract.ts';
import { expect, test } from 'vitest';
import { lineageLayers } from './lineage-layers.ts';

function lineageOf(ids: string, edges: readonly string[]): DatasetLineage {
  return {
    versions: [...ids].map((id) => ({ id, datasetName: { en: id }, version: 1, items: 1, createdAt: '' })),
    preparations: edges.map((edge) => ({ jobId: edge, from: edge[0]!, to: edge[1]!, steps: [] })),
    imports: [],
    erasures: [],
    tokenizers: [],
    runs: [],
    isComplete: true,
  };
}

const layersOf = (ids: string, edges: readonly string[]) =>
  lineageLayers(lineageOf(ids, edges)).map((layer) => layer.map(({ id }) => id).join(''));

test.each([
  ['one alone', 'a', [], ['a']],
  ['a chain and a branch', 'abcd', ['ab', 'bc', 'ad'], ['a', 'bd', 'c']],
  ['a version stands right of its farthest origin', 'abc', ['ac', 'ab', 'bc'], ['a', 'b', 'c']],
  ['a preparation that changed nothing', 'ab', ['aa', 'ab'], ['a', 'b']],
])('%s', (_, ids, edges, layers) => {
  expect(layersOf(ids, edges)).toEqual(layers);
});

test('a ring of versions that became each other keeps every version', () => {
  expect(layersOf('ab', ['ab', 'ba']).join('')).toHaveLength(2);
});
