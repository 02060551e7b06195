import { randomKey, uniformAt } from '../../worker/src/model/random.ts';
import type { ModelSettings } from '../../worker/src/model/settings.ts';
import type { LabelledText, TokenPair } from '../../worker/src/model/test-support/float64-transformer.ts';
import type { Batch } from '../../worker/src/training/engine.ts';
import { batchOf, labelledBatchOf } from '../../worker/src/training/test-support/tiny-model.ts';

/** One model, its options and one batch, all drawn from a seed. */
export interface RandomVariant {
  settings: ModelSettings;
  smoothing: number;
  texts: (TokenPair | LabelledText)[];
  batch: Batch;
  /** Multiplies every weight: above 1, attention is sharp and activations saturate. */
  weightScale: number;
}

/** Draws that follow one another. */
class Draws {
  readonly #key: number;
  #count = 0;

  constructor(seed: number) {
    this.#key = randomKey(seed, 40);
  }

  uniform(): number {
    return uniformAt(this.#key, this.#count++);
  }

  /** A whole number in [least, most]. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.uniform() * (most - least + 1));
  }

  of<Value>(values: readonly Value[]): Value {
    return values[this.whole(0, values.length - 1)] as Value;
  }

  ids(length: number, vocabularySize: number): number[] {
    return Array.from({ length }, () => this.whole(3, vocabularySize - 1));
  }
}

/** Every option at random, in shapes that nothing is a multiple of; one token, one text and one head are as likely as any other. */
export function randomVariant(seed: number): RandomVariant {
  const draws = new Draws(seed);
  const architecture = draws.of(['encoder-decoder', 'decoder-only', 'encoder-classifier'] as const);
  const heads = draws.whole(1, 5);
  const isClassifier = architecture === 'encoder-classifier';
  const task = draws.of(['single-label', 'multi-label', 'regression'] as const);
  const settings: ModelSettings = {
    architecture,
    vocabularySize: draws.of([5, 7, 23, 64, 131]),
    // A norm over two or three values leaves nothing of a gradient but rounding.
    dModel: heads * draws.whole(Math.ceil(8 / heads), Math.ceil(8 / heads) + 5),
    heads,
    encoderLayers: architecture === 'decoder-only' ? 0 : draws.whole(isClassifier ? 1 : 0, 2),
    decoderLayers: isClassifier ? 0 : draws.whole(architecture === 'decoder-only' ? 0 : 1, 2),
    feedForward: draws.whole(1, 45),
    activation: draws.of(['relu', 'gelu', 'tanh', 'sigmoid']),
    normalisation: draws.of(['pre', 'post']),
    positions: draws.of(['sinusoidal', 'learned']),
    dropout: draws.of([0, 0, 0.1, 0.5, 0.9]),
    maxSourceTokens: draws.whole(12, 19),
    maxTargetTokens: draws.whole(12, 19),
    head: isClassifier ? { task, outputs: draws.whole(task === 'single-label' ? 2 : 1, 6) } : null,
  };
  const smoothing = draws.of([0, 0, 0.1, 0.45]);
  const weightScale = draws.of([1, 1, 1, 2]);
  const count = draws.of([1, 1, 2, 3, 9]);
  // One length for all, or each its own, so that the others are padded.
  const common = draws.uniform() < 0.3 ? draws.of([1, 2, 11]) : null;
  const length = (): number => common ?? draws.whole(1, 11);
  const { vocabularySize } = settings;
  if (settings.head !== null) {
    const { outputs } = settings.head;
    const label = (): number[] => {
      if (task === 'single-label') return [draws.whole(0, outputs - 1)];
      return Array.from({ length: outputs }, () =>
        task === 'multi-label' ? draws.whole(0, 1) : 4 * draws.uniform() - 2,
      );
    };
    const items = Array.from({ length: count }, (): LabelledText => ({
      source: [1, ...draws.ids(length() - 1, vocabularySize)],
      label: label(),
    }));
    return { settings, smoothing, weightScale, texts: items, batch: labelledBatchOf(items) };
  }
  const pairs = Array.from({ length: count }, (): TokenPair => {
    const target = draws.ids(length() - 1, vocabularySize);
    const source = architecture === 'encoder-decoder' ? draws.ids(length(), vocabularySize) : [];
    return { source, targetIn: [1, ...target], targetOut: [...target, 2] };
  });
  return { settings, smoothing, weightScale, texts: pairs, batch: batchOf(pairs) };
}
