import type { DatasetVersion } from '@greenlight/shared/stages/data/contract.ts';

/** A data version of three texts without labels. */
export function datasetVersionNamed(id: string, name: string): DatasetVersion {
  return {
    ...{ id, datasetId: id, datasetName: { en: name }, version: 1, contentSha256: 'a'.repeat(64), sizeBytes: 1 },
    ...{
      images: null,
      items: 3,
      characters: 9,
      distinctCharacters: 3,
      labelKind: 'none',
      labelledItems: 0,
      labels: [],
    },
    ...{ splits: { train: 1, validation: 1, test: 1, sameAsTraining: false, seed: 1 }, tasks: [], personalItems: null },
    ...{
      source: { en: '' },
      licence: '',
      notes: { en: '' },
      retention: { keptUntil: null, hold: null, deleted: null },
    },
    createdAt: '2026-01-01T00:00:00.000Z',
  };
}
