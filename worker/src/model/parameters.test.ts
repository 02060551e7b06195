import { expect, test } from 'vitest';
import { layersToFreeze, parameterNames } from '@greenlight/shared/stages/training/layers.ts';
import { checkFrozen } from '../training/frozen.ts';
import { parameterSpecs } from './parameters.ts';
import type { ModelSettings } from './settings.ts';

const ARCHITECTURES = ['encoder-decoder', 'decoder-only', 'encoder-classifier'] as const;

const SIZES = { vocabularySize: 12, dModel: 4, heads: 2, encoderLayers: 2, decoderLayers: 3, feedForward: 5 };
const SHAPE = { ...SIZES, dropout: 0, activation: 'relu', maxSourceTokens: 6, maxTargetTokens: 7 } as const;

test.each(
  ARCHITECTURES.flatMap((architecture) =>
    (['pre', 'post'] as const).flatMap((normalisation) =>
      (['learned', 'sinusoidal'] as const).map((positions) => ({ architecture, normalisation, positions })),
    ),
  ),
)('the names that settings are checked by are those of the parameters: %o', (kind) => {
  const isClassifier = kind.architecture === 'encoder-classifier';
  const further = isClassifier ? ['topic', '标签'] : [];
  const model: ModelSettings = {
    ...SHAPE,
    ...kind,
    head: isClassifier ? { task: 'single-label', outputs: 2 } : null,
    auxiliaryHeads: further.map((name) => ({ name, task: 'regression', outputs: 1 })),
  };
  const settings = { ...SHAPE, ...kind, auxiliaryTasks: further.map((name) => ({ name, weight: 1 })) };
  expect(parameterNames(settings)).toEqual(parameterSpecs(model).map(({ name }) => name));
  for (const layer of layersToFreeze(settings)) expect(() => checkFrozen(model, [layer])).not.toThrow();
});
