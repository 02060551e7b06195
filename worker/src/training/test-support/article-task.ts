import type { ModelSettings } from '../../model/settings.ts';
import { randomKey, uniformAt } from '../../model/random.ts';
import type { TextBatch, OptimiserSettings } from '../engine.ts';

const SENTENCES = ['你好，我是人工智能助手。', '欢迎来到Python编程世界。', '深度学习正在改变未来。'];
const SYMBOLS = ['<pad>', '<bos>', '<eos>', '<unk>', ...new Set(SENTENCES.join(''))];

/** The article's model: vocabulary of the three sentences' characters and the four special symbols. */
export const ARTICLE_MODEL: ModelSettings = {
  architecture: 'encoder-decoder',
  vocabularySize: SYMBOLS.length,
  dModel: 512,
  heads: 8,
  encoderLayers: 2,
  decoderLayers: 2,
  feedForward: 2048,
  activation: 'relu',
  normalisation: 'pre',
  positions: 'sinusoidal',
  dropout: 0,
  maxSourceTokens: 32,
  maxTargetTokens: 32,
  head: null,
};

/** The article's optimiser: Adam with a learning rate of 0.001. */
export const ARTICLE_OPTIMISER: OptimiserSettings = {
  optimiser: 'adam',
  learningRate: 1e-3,
  schedule: 'constant',
  warmupSteps: 0,
  totalSteps: 30,
  weightDecay: 0,
  l1: 0,
  clipNorm: null,
  labelSmoothing: 0,
};

/** A text's ids, without BOS and EOS. */
export function encodeText(text: string): Int32Array {
  return Int32Array.from(text, (symbol) => Math.max(3, SYMBOLS.indexOf(symbol)));
}

/** The text of ids. */
export function decodeText(ids: readonly number[]): string {
  return ids.map((id) => SYMBOLS[id] ?? '').join('');
}

/** One epoch of the article's data as "prefix → full sentence": every sentence once, in random order, with one random prefix as its source. */
export function articleEpoch(seed: number, epoch: number): TextBatch[] {
  const key = randomKey(seed, 10, epoch);
  const batches = SENTENCES.map((sentence, place): TextBatch => {
    const ids = encodeText(sentence);
    const source = ids.slice(0, 1 + Math.floor(uniformAt(key, place) * (ids.length - 1)));
    return {
      source,
      sourceLength: source.length,
      targetIn: Int32Array.of(1, ...ids),
      targetOut: Int32Array.of(...ids, 2),
      targetLength: ids.length + 1,
      batchSize: 1,
    };
  });
  return batches
    .map((batch, place) => ({ batch, order: uniformAt(key, 100 + place) }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ batch }) => batch);
}
