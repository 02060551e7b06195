import { runConfiguration, type RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import type { Tokenizer } from '@greenlight/shared/tokenizers/tokenizer.ts';
import { trainTokenizer } from '@greenlight/shared/tokenizers/train-tokenizer.ts';
import { writeTokenizerJson } from '@greenlight/shared/tokenizers/write-tokenizer-json.ts';
import { modelSettingsOf, optimiserSettingsOf } from '../jobs/engine-options.ts';
import { createEngine } from '../training/create-engine.ts';
import type { Engine } from '../training/engine.ts';

/** Short texts with something to learn: each letter is followed by its successor. */
export const TINY_TEXTS = ['abcdef', 'bcdefg', 'cdefgh', 'defgha', 'efghab', 'fghabc', 'ghabcd', 'habcde'];

/** A run of a model of a few thousand parameters, the article's task in small. */
export function tinyConfiguration(changes: Partial<RunConfiguration> = {}): RunConfiguration {
  return runConfiguration.parse({
    dModel: 16,
    heads: 2,
    encoderLayers: 1,
    decoderLayers: 1,
    feedForward: 32,
    maxTokens: 12,
    learningRate: 0.01,
    batchSize: 2,
    epochs: 5,
    samplePrompts: ['abc'],
    device: 'cpu',
    ...changes,
  });
}

/** An engine with the parameters that the configuration's seed begins with, and the tokenizer of the tiny texts. */
export async function tinyEngine(
  configuration: RunConfiguration,
): Promise<{ engine: Engine; tokenizer: Tokenizer; tokenizerJson: string }> {
  const tokenizer = trainTokenizer(configuration.tokenizer, TINY_TEXTS, configuration.vocabularySize);
  const engine = await createEngine({
    model: modelSettingsOf(configuration, tokenizer.size, []),
    optimiser: optimiserSettingsOf(configuration, 100),
    seed: configuration.seed,
    device: configuration.device,
  });
  return { engine, tokenizer, tokenizerJson: writeTokenizerJson(tokenizer) };
}
