import type { RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { randomKey, uniformAt } from '../../worker/src/model/random.ts';
import type { DatasetName, PlannerCase } from './planner-cases.ts';

type Kind = Pick<PlannerCase, 'dataset'> & { readonly settings: Partial<RunConfiguration> };

const GENERATORS: readonly DatasetName[] = ['short', 'long', 'wide'];

/** Draws settings as somebody might type them, none of which the planner was fitted to; `epochs` is left to whoever knows how long one takes. */
export function randomPlannerCases(count: number, seed: number): PlannerCase[] {
  return Array.from({ length: count }, (_, index) => {
    const key = randomKey(seed, index);
    let place = 0;
    const below = (limit: number): number => Math.floor(uniformAt(key, place++) * limit);
    const oneOf = <Value>(...values: readonly Value[]): Value => values[below(values.length)] as Value;
    const kinds: readonly (() => Kind)[] = [
      () => ({ dataset: oneOf(...GENERATORS), settings: { architecture: 'encoder-decoder', task: 'prefix-to-whole' } }),
      () => ({
        dataset: oneOf(...GENERATORS),
        settings: { architecture: 'decoder-only', task: 'next-token', encoderLayers: 0 },
      }),
      () => ({ dataset: 'labelled', settings: { architecture: 'encoder-classifier', task: 'single-label' } }),
      () => ({
        dataset: 'tasks',
        settings: {
          ...{ architecture: 'encoder-classifier', task: 'single-label' },
          auxiliaryTasks: [{ name: 'flags', weight: 1 }],
        },
      }),
    ];
    const { dataset, settings } = oneOf(...kinds)();
    const dModel = oneOf(32, 64, 96, 128, 192, 256, 384);
    const layers = oneOf(1, 1, 2, 3, 4);
    const configuration: Partial<RunConfiguration> = {
      ...settings,
      ...{ dModel, heads: oneOf(2, 4), feedForward: dModel * oneOf(1, 2, 4) },
      encoderLayers: settings.architecture === 'decoder-only' ? 0 : layers,
      decoderLayers: settings.architecture === 'encoder-classifier' ? 0 : oneOf(1, 2, 3),
      maxTokens: dataset === 'short' ? oneOf(16, 32) : oneOf(48, 96, 128, 192, 320),
      batchSize: oneOf(2, 4, 8, 16, 24, 48),
      gradientAccumulation: oneOf(1, 1, 1, 2, 4),
      dropout: oneOf(0, 0, 0.1, 0.2),
      activation: oneOf('relu', 'gelu'),
      optimiser: oneOf('adam', 'adam', 'adamw', 'sgd', 'momentum'),
      learningRate: 0.001,
      tokenizer: oneOf('character', 'character', 'wordpiece', 'bpe'),
      vocabularySize: oneOf(600, 1500, 4000),
      evaluateEverySteps: oneOf(null, null, 25, 100),
      earlyStoppingPatience: oneOf(null, null, null, 3),
      samplePrompts: oneOf([], ['ra']),
    };
    const told = Object.entries({
      ...{ of: dataset, architecture: configuration.architecture, dModel, layers },
      ...{ T: configuration.maxTokens, B: configuration.batchSize, tokenizer: configuration.tokenizer },
    }).map(([name, value]) => `${name} ${value}`);
    return { name: `random ${seed}.${index}: ${told.join(', ')}`, dataset, configuration };
  });
}
