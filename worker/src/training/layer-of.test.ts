import { expect, test } from 'vitest';
import { parameterSpecs } from '../model/parameters.ts';
import type { ModelSettings } from '../model/settings.ts';
import { recordDiagnosis } from './graphs.ts';
import { layerOf } from './layer-of.ts';
import { SEVERAL_HEADS, TINY_MODEL, tinyClassifier } from './test-support/tiny-model.ts';

const LEARNED: ModelSettings = { ...TINY_MODEL, positions: 'learned' };

test.each<[string, ModelSettings]>([
  ['encoder–decoder', LEARNED],
  ['decoder-only, post-norm', { ...LEARNED, architecture: 'decoder-only', normalisation: 'post' }],
  ['classifier', tinyClassifier({ task: 'multi-label', outputs: 3 })],
  ['classifier with several heads', SEVERAL_HEADS],
  [
    'a head that is called as a part of a layer',
    tinyClassifier({ task: 'regression', outputs: 1 }, [{ name: 'bias', task: 'regression', outputs: 1 }]),
  ],
])('%s: parameters belong to the layers that the model shows, and every layer has some', (_name, model) => {
  const shape = { batchSize: 1, sourceLength: 4, targetLength: model.head === null ? 4 : 0 };
  const dialect = {
    fusedMatMul: true,
    ownProducts: false,
    sumsInParts: false,
    embeddingRows: true,
    updatesInGraph: false,
    blocks: false,
    packedMasks: false,
  };
  const { layers } = recordDiagnosis(
    model,
    model.architecture === 'decoder-only' ? { ...shape, sourceLength: 0 } : shape,
    { ...dialect, sequenceOutput: false, shapeArithmetic: false },
  );
  const owners = new Set(parameterSpecs(model).map(({ name }) => layerOf(name)));
  expect([...owners].toSorted()).toEqual([...new Set(layers)].toSorted());
});
