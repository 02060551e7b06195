import type { RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { headOf } from '../data/labels.ts';
import type { ModelSettings } from '../model/settings.ts';
import type { OptimiserSettings } from '../training/engine.ts';

/** The model that a configuration describes, for a tokenizer of this many ids and the classes of a classifier. */
export function modelSettingsOf(
  configuration: RunConfiguration,
  vocabularySize: number,
  classes: readonly string[],
): ModelSettings {
  const { architecture, dModel, heads, encoderLayers, decoderLayers, feedForward } = configuration;
  const { activation, normalisation, positions, dropout, maxTokens } = configuration;
  return {
    architecture,
    vocabularySize,
    dModel,
    heads,
    encoderLayers: architecture === 'decoder-only' ? 0 : encoderLayers,
    decoderLayers: architecture === 'encoder-classifier' ? 0 : decoderLayers,
    feedForward,
    activation,
    normalisation,
    positions,
    dropout,
    // The begin or end sign comes on top of the item; an encoder–decoder's source has none.
    maxSourceTokens: architecture === 'encoder-classifier' ? maxTokens + 1 : maxTokens,
    maxTargetTokens: maxTokens + 1,
    head: headOf(configuration.task, classes),
  };
}

/** The optimiser that a configuration describes, for a run of this many steps. */
export function optimiserSettingsOf(configuration: RunConfiguration, totalSteps: number): OptimiserSettings {
  const { optimiser, learningRate, schedule, warmupSteps, weightDecay, l1, clipNorm, labelSmoothing } = configuration;
  return { optimiser, learningRate, schedule, warmupSteps, totalSteps, weightDecay, l1, clipNorm, labelSmoothing };
}
