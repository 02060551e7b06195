import type { RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import type { ModelSettings } from '../model/settings.ts';
import type { OptimiserSettings } from '../training/engine.ts';

/** The model that a configuration describes, for a tokenizer of this many ids. */
export function modelSettingsOf(configuration: RunConfiguration, vocabularySize: number): ModelSettings {
  const { architecture, dModel, heads, encoderLayers, decoderLayers, feedForward } = configuration;
  const { activation, normalisation, positions, dropout, maxTokens } = configuration;
  return {
    architecture,
    vocabularySize,
    dModel,
    heads,
    encoderLayers: architecture === 'encoder-decoder' ? encoderLayers : 0,
    decoderLayers,
    feedForward,
    activation,
    normalisation,
    positions,
    dropout,
    maxSourceTokens: maxTokens,
    // The begin or end sign comes on top of the item.
    maxTargetTokens: maxTokens + 1,
    head: null,
  };
}

/** The optimiser that a configuration describes, for a run of this many steps. */
export function optimiserSettingsOf(configuration: RunConfiguration, totalSteps: number): OptimiserSettings {
  const { optimiser, learningRate, schedule, warmupSteps, weightDecay, clipNorm, labelSmoothing } = configuration;
  return { optimiser, learningRate, schedule, warmupSteps, totalSteps, weightDecay, l1: 0, clipNorm, labelSmoothing };
}
