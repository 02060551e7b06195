import type { RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import type { TextDatasetContent } from '@greenlight/shared/stages/data/contract.ts';
import { randomKey, uniformAt } from '../../worker/src/model/random.ts';

/**
 * The data that runs are planned on: short sentences of 900 Chinese signs, some of 10,000, long English ones, stories of 500 to 1,000 characters,
 * long labelled sentences, and the same with the answers of two further tasks.
 */
export const DATASETS = ['short', 'wide', 'long', 'stories', 'labelled', 'tasks'] as const;

/** A dataset of the measurement. */
export type DatasetName = (typeof DATASETS)[number];

/** A run that is planned and then made. */
export interface PlannerCase {
  readonly name: string;
  readonly dataset: DatasetName;
  readonly configuration: Partial<RunConfiguration>;
}

const SYLLABLES = ['ra', 'to', 'mi', 'en', 'sol', 'ka', 'ur', 'bel', 'dan', 'ix', 'os', 'ty', 'gre', 'lin', 'pa', 'we'];
const FIRST_SIGN = 0x4e00;
const SIGNS = { short: 900, wide: 10_000 } as const;

/** Numbers in [0, 1) of one purpose, one after the other. */
function numbers(purpose: number): () => number {
  const key = randomKey(2026, purpose);
  let place = 0;
  return () => uniformAt(key, place++);
}

/** Texts of at least so many signs, and up to three times as many more. */
function signTexts(name: keyof typeof SIGNS, count: number, shortest: number): string[] {
  const next = numbers(1);
  const sign = () => String.fromCodePoint(FIRST_SIGN + Math.floor(next() ** 2 * SIGNS[name]));
  return Array.from({ length: count }, () => {
    const length = shortest + Math.floor(next() * 3 * shortest);
    // Low numbers are drawn more often, as common signs are.
    return Array.from({ length }, sign).join('');
  });
}

/** Texts of at least so many words, and up to so many more, of which few have many. */
function longTexts(count: number, purpose: number, fewest = 20, more = 60): string[] {
  const next = numbers(purpose);
  const words = Array.from({ length: 3000 }, () =>
    Array.from({ length: 1 + Math.floor(next() * 3) }, () => SYLLABLES[Math.floor(next() * SYLLABLES.length)]).join(''),
  );
  return Array.from({ length: count }, () => {
    const length = fewest + Math.floor(next() ** 2 * more);
    return `${Array.from({ length }, () => words[Math.floor(next() ** 2 * words.length)]).join(' ')}.`;
  });
}

/** The items of a dataset. */
export function contentOf(name: DatasetName): TextDatasetContent {
  if (name === 'short') {
    const texts = signTexts('short', 1500, 6);
    return { train: texts.slice(0, 1200), validation: texts.slice(1200, 1350), test: texts.slice(1350) };
  }
  if (name === 'wide') {
    const texts = signTexts('wide', 1000, 14);
    return { train: texts.slice(0, 800), validation: texts.slice(800, 900), test: texts.slice(900) };
  }
  if (name === 'stories') {
    const texts = longTexts(60, 4, 100, 80);
    return { train: texts.slice(0, 40), validation: texts.slice(40, 50), test: texts.slice(50) };
  }
  const texts = longTexts(700, name === 'long' ? 2 : 3);
  if (name === 'long') {
    return { train: texts.slice(0, 500), validation: texts.slice(500, 600), test: texts.slice(600) };
  }
  const items = texts.map((text, index) => ({
    ...{ text, labels: [`class ${index % 5}`] },
    ...(name === 'tasks' ? { tasks: { tone: `tone ${index % 3}`, flags: [`flag ${index % 4}`] } } : {}),
  }));
  return { train: items.slice(0, 500), validation: items.slice(500, 600), test: items.slice(600) };
}

const SMALL = { dModel: 64, heads: 4, feedForward: 256, encoderLayers: 1, decoderLayers: 1 } as const;
const MEDIUM = { dModel: 256, heads: 8, feedForward: 1024, encoderLayers: 2, decoderLayers: 2 } as const;
const DECODER = { architecture: 'decoder-only', task: 'next-token' } as const;
const CLASSIFIER = { architecture: 'encoder-classifier', task: 'single-label', decoderLayers: 0 } as const;

/** Small and medium models of every architecture over short and long items, with small and large batches. */
export const PLANNER_CASES: readonly PlannerCase[] = [
  { name: 'encoder–decoder small, short, B8', dataset: 'short', configuration: { ...SMALL, batchSize: 8, epochs: 8 } },
  {
    name: 'encoder–decoder medium, short, B32',
    dataset: 'short',
    configuration: { ...MEDIUM, batchSize: 32, epochs: 2 },
  },
  {
    name: 'encoder–decoder small, long, B16, dropout',
    dataset: 'long',
    configuration: { ...SMALL, batchSize: 16, epochs: 2, maxTokens: 256, dropout: 0.1 },
  },
  {
    name: 'encoder–decoder d 512, short, B1',
    dataset: 'short',
    configuration: {
      batchSize: 1,
      epochs: 1,
      maxTokens: 32,
      dModel: 512,
      feedForward: 1024,
      encoderLayers: 1,
      decoderLayers: 1,
    },
  },
  {
    name: 'decoder small, short, B32',
    dataset: 'short',
    configuration: { ...SMALL, ...DECODER, batchSize: 32, epochs: 30 },
  },
  {
    name: 'decoder medium, long, B4, GELU',
    dataset: 'long',
    configuration: { ...MEDIUM, ...DECODER, batchSize: 4, epochs: 1, maxTokens: 128, activation: 'gelu' },
  },
  {
    name: 'decoder small, long, BPE, B16',
    dataset: 'long',
    configuration: {
      ...SMALL,
      ...DECODER,
      tokenizer: 'bpe',
      vocabularySize: 2000,
      batchSize: 16,
      epochs: 4,
      maxTokens: 128,
    },
  },
  {
    name: 'classifier small, labelled, WordPiece, B16',
    dataset: 'labelled',
    configuration: {
      ...SMALL,
      ...CLASSIFIER,
      tokenizer: 'wordpiece',
      vocabularySize: 2000,
      encoderLayers: 2,
      batchSize: 16,
      epochs: 8,
      maxTokens: 128,
      dropout: 0.1,
    },
  },
  {
    name: 'classifier medium, labelled, characters, B8',
    dataset: 'labelled',
    configuration: { ...MEDIUM, ...CLASSIFIER, batchSize: 8, epochs: 1, maxTokens: 128 },
  },
  {
    name: 'decoder small, short, B4 × 4, momentum',
    dataset: 'short',
    configuration: {
      ...SMALL,
      ...DECODER,
      batchSize: 4,
      gradientAccumulation: 4,
      optimiser: 'momentum',
      learningRate: 0.01,
      epochs: 6,
    },
  },
  {
    name: "article's size, 10,000 signs, B8",
    dataset: 'wide',
    configuration: { batchSize: 8, epochs: 1, maxTokens: 64 },
  },
  {
    name: 'classifier small, three heads, B16',
    dataset: 'tasks',
    configuration: {
      ...SMALL,
      ...CLASSIFIER,
      tokenizer: 'wordpiece',
      vocabularySize: 2000,
      encoderLayers: 2,
      batchSize: 16,
      epochs: 8,
      maxTokens: 128,
      auxiliaryTasks: [
        { name: 'tone', weight: 1 },
        { name: 'flags', weight: 0.5 },
      ],
    },
  },
  {
    name: 'decoder small, short, B8, evaluated every 20 steps',
    dataset: 'short',
    configuration: {
      ...SMALL,
      ...DECODER,
      batchSize: 8,
      epochs: 8,
      evaluateEverySteps: 20,
      samplePrompts: ['\u4e00\u4e01'],
    },
  },
  {
    name: 'decoder small, long characters, B16',
    dataset: 'long',
    configuration: { ...SMALL, ...DECODER, decoderLayers: 2, batchSize: 16, epochs: 2, maxTokens: 512 },
  },
  {
    name: 'decoder small, stories, B2',
    dataset: 'stories',
    configuration: { ...SMALL, ...DECODER, decoderLayers: 2, batchSize: 2, epochs: 8, maxTokens: 1024 },
  },
  {
    name: 'decoder medium, stories, B4',
    dataset: 'stories',
    configuration: { ...MEDIUM, ...DECODER, batchSize: 4, epochs: 2, maxTokens: 1024 },
  },
];
