import type { RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import type { TaskHead } from '@greenlight/shared/stages/training/heads.ts';
import { auxiliaryHeadOf, headOf } from '../data/labels.ts';
import type { ModelSettings } from '../model/settings.ts';
import type { OptimiserSettings } from '../training/engine.ts';

/** The model that a configuration describes, for a tokenizer of this many ids, the classes of a classifier and its further heads. */
export function modelSettingsOf(
  configuration: RunConfiguration,
  vocabularySize: number,
  classes: readonly string[],
  taskHeads: readonly TaskHead[] = [],
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
    // Absent where there are none, so that such models are described as they always were.
    ...(taskHeads.length === 0 ? {} : { auxiliaryHeads: taskHeads.map(auxiliaryHeadOf) }),
  };
}

/** The optimiser that a configuration describes, for a run of this many steps and these further heads. */
export function optimiserSettingsOf(
  configuration: RunConfiguration,
  totalSteps: number,
  taskHeads: readonly TaskHead[] = [],
): OptimiserSettings {
  const { optimiser, learningRate, schedule, warmupSteps, weightDecay, l1, clipNorm, labelSmoothing } = configuration;
  const settings = { optimiser, learningRate, schedule, warmupSteps, totalSteps, weightDecay, l1, clipNorm };
  const weights = taskHeads.length === 0 ? {} : { auxiliaryWeights: taskHeads.map(({ weight }) => weight) };
  return { ...settings, labelSmoothing, ...weights };
}
