import { describe, expect, test } from 'vitest';
import { runConfiguration } from '../configuration.ts';
import { isSwept, SWEPT_NAMES, whyNotSwept } from './settings.ts';

const base = (settings: object) => runConfiguration.parse(settings);
const unswept = (settings: object) => SWEPT_NAMES.filter((name) => !isSwept(name, base(settings)));
const classifier = { architecture: 'encoder-classifier', task: 'single-label' };
const regression = { ...classifier, task: 'regression', loss: 'mean-squared-error' };

describe('a setting is not varied', () => {
  test('where the model has no such part', () => {
    expect(unswept({})).toEqual([]);
    expect(unswept({ architecture: 'decoder-only', task: 'next-token' })).toEqual(['encoderLayers']);
    expect(unswept(classifier)).toEqual(['decoderLayers']);
  });

  test('where no loss of the run takes it', () => {
    const several = { ...classifier, task: 'multi-label', loss: 'binary-cross-entropy' };
    for (const settings of [regression, several])
      expect(unswept(settings)).toEqual(['labelSmoothing', 'decoderLayers']);
    expect(unswept({ ...regression, auxiliaryTasks: [{ name: 'category' }] })).toEqual(['decoderLayers']);
    expect(whyNotSwept('labelSmoothing', base(regression))).toEqual({
      en: 'varying label smoothing changes nothing in regression; choose another setting',
      zh: '标签平滑对 regression 没有作用；请改选其他设置',
    });
  });

  test('where the checkpoint that the runs begin with decides it', () => {
    const startFromArtifactId = '01a20a76-a2a3-7a62-8176-708ce0b86c34';
    expect(unswept({ startFromArtifactId })).toEqual([
      ...[
        'dModel',
        'heads',
        'encoderLayers',
        'decoderLayers',
        'feedForward',
        'activation',
        'normalisation',
        'positions',
      ],
    ]);
  });
});
