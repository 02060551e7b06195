import { runConfiguration, type RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { describe, expect, test } from 'vitest';
import { en } from '../../i18n/resources.ts';
import { brokenRule } from './components/use-cross-rules.ts';
import { consequences, isUsed, SETTING_GROUPS, type SettingField } from './settings.ts';

const DEFAULTS = runConfiguration.parse({});
const FIELDS: readonly SettingField[] = SETTING_GROUPS.flatMap(({ fields }) => fields as readonly SettingField[]);

function isAccepted(name: string, value: unknown): boolean {
  const parsed = runConfiguration.safeParse({ ...DEFAULTS, [name]: value });
  return parsed.success || !parsed.error.issues.some((issue) => issue.path[0] === name && issue.code !== 'custom');
}

describe('the settings of the form', () => {
  test('are all settings of the contract, each once, each with a name', () => {
    expect(FIELDS.map((field) => field.name).toSorted()).toEqual(Object.keys(DEFAULTS).toSorted());
    expect(Object.keys(en.training.setting).toSorted()).toEqual(Object.keys(DEFAULTS).toSorted());
  });

  test.each(FIELDS.filter((field) => field.kind === 'number'))('$name has the limits of the contract', (field) => {
    const unit = field.isWhole ? 1 : 1e-6;
    expect(isAccepted(field.name, field.high)).toBe(true);
    expect(isAccepted(field.name, field.high + unit)).toBe(false);
    expect(isAccepted(field.name, field.low)).toBe(field.isAbove !== true);
    expect(isAccepted(field.name, field.low - unit)).toBe(false);
    expect(isAccepted(field.name, null)).toBe(field.empty !== undefined);
    if (field.isWhole) expect(isAccepted(field.name, field.low + 0.5)).toBe(false);
  });

  test.each(FIELDS.filter((field) => field.kind === 'choice'))('$name has choices that the contract knows', (field) => {
    for (const choice of field.choices) expect(isAccepted(field.name, choice)).toBe(true);
  });
});

describe('rules between settings', () => {
  test.each<[Partial<RunConfiguration>, (keyof RunConfiguration)[]]>([
    [{}, []],
    [{ dModel: 100, heads: 8 }, ['heads']],
    [{ dModel: 9, heads: 3 }, ['dModel']],
    [{ encoderLayers: 0 }, ['encoderLayers']],
    [{ decoderLayers: 0 }, ['decoderLayers']],
    [{ architecture: 'decoder-only' }, ['task']],
    [{ architecture: 'encoder-classifier', decoderLayers: 0 }, ['task']],
    [{ architecture: 'encoder-classifier', task: 'single-label', decoderLayers: 0 }, []],
    [{ architecture: 'encoder-classifier', task: 'multi-label' }, ['loss']],
    [{ architecture: 'encoder-classifier', task: 'regression', loss: 'mean-squared-error' }, []],
    [{ frozenLayers: ['embedding'] }, ['frozenLayers']],
    [{ architecture: 'decoder-only', task: 'next-token', encoderLayers: 0 }, []],
  ])('%j: the form refuses what the contract refuses', (change, broken) => {
    const settings = { ...DEFAULTS, ...change };
    const parsed = runConfiguration.safeParse(settings);
    const refused = parsed.success ? [] : parsed.error.issues.map((issue) => issue.path[0]);
    expect(refused).toEqual(broken);
    expect(FIELDS.map((field) => field.name).filter((name) => brokenRule(name, settings))).toEqual(broken);
  });

  test('an architecture brings a task that it can learn, and a task its loss', () => {
    expect(consequences({ architecture: 'encoder-classifier' }, DEFAULTS)).toEqual({
      task: 'single-label',
      loss: 'cross-entropy',
    });
    expect(consequences({ task: 'multi-label' }, DEFAULTS)).toEqual({ loss: 'binary-cross-entropy' });
    expect(consequences({ startFromArtifactId: null }, DEFAULTS)).toEqual({ frozenLayers: [] });
    expect(consequences({ startFromArtifactId: crypto.randomUUID() }, DEFAULTS)).toEqual({ tokenizerId: null });
    expect(consequences({ epochs: 3 }, DEFAULTS)).toEqual({});
  });

  test('settings without a meaning are left out', () => {
    expect(isUsed('decoderLayers', { architecture: 'encoder-classifier' })).toBe(false);
    expect(isUsed('decoderLayers', DEFAULTS)).toBe(true);
    expect(isUsed('frozenLayers', DEFAULTS)).toBe(false);
    // One that was chosen says what it is; a checkpoint brings its own.
    const names = ['tokenizerId', 'tokenizer', 'vocabularySize'] as const;
    const used = (settings: object) => names.filter((name) => isUsed(name, { ...DEFAULTS, ...settings }));
    expect(used({})).toEqual(names);
    expect(used({ tokenizerId: crypto.randomUUID() })).toEqual(['tokenizerId']);
    expect(used({ startFromArtifactId: crypto.randomUUID() })).toEqual(['tokenizer', 'vocabularySize']);
  });
});
