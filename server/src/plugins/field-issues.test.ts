import { chosenRoles } from '@greenlight/shared/across/governance/members-contract.ts';
import { changePerson } from '@greenlight/shared/across/governance/people-contract.ts';
import { id } from '@greenlight/shared/api/identifiers.ts';
import { localizedText } from '@greenlight/shared/api/localized-text.ts';
import { recipe } from '@greenlight/shared/stages/data/preparation/recipe.ts';
import { splitPlan } from '@greenlight/shared/stages/data/preparation/splits.ts';
import { tokenizerSettings } from '@greenlight/shared/stages/data/tokenizer-job.ts';
import { addCandidate } from '@greenlight/shared/stages/selection/candidates-contract.ts';
import { runConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { fieldMessages } from './field-issues.ts';

const shares = { train: 0.5, validation: 0.1, test: 0.1 };
const candidate = {
  kind: 'endpoint',
  name: { en: ' ' },
  url: 'https://models.example.com/v1',
  model: 'm',
  secret: null,
};

describe('what a contract finds is said in the language of whoever asks', () => {
  test.each<[string, z.ZodType, unknown]>([
    ['an id', id, 'x'],
    ['a text in no language', localizedText, {}],
    ['a role twice', chosenRoles, ['viewer', 'viewer']],
    ['a change of nothing', changePerson.body!, {}],
    ['shares', splitPlan, { seed: 1, shares }],
    ['bounds', recipe, { steps: [{ type: 'filter-length', minimum: 9, maximum: 2 }] }],
    ['a small BPE', tokenizerSettings, { kind: 'bpe', vocabularySize: 100 }],
    ['a normalising BPE', tokenizerSettings, { kind: 'bpe', vocabularySize: 1000, lowercase: true }],
    ['a candidate without a name', addCandidate.body!, candidate],
    ['uneven heads', runConfiguration, { dModel: 30, heads: 7 }],
    ['an odd width', runConfiguration, { dModel: 31, heads: 31 }],
    ['no layers', runConfiguration, { encoderLayers: 0, decoderLayers: 0 }],
    ['another task', runConfiguration, { task: 'regression' }],
    ['frozen random weights', runConfiguration, { frozenLayers: ['embedding'] }],
  ])('%s', (_name, schema, value) => {
    const { error } = schema.safeParse(value);
    const [english, chinese] = [fieldMessages(error!, 'en'), fieldMessages(error!, 'zh')];
    expect(chinese.length).toBeGreaterThan(0);
    for (const { message } of english) expect(message).not.toMatch(/[一-龥]/);
    for (const { message } of chinese) expect(message).toMatch(/[一-龥]/);
  });
});
