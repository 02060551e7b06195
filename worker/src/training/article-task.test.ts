import { expect, test } from 'vitest';
import { createEngine } from './create-engine.ts';
import type { Engine } from './engine.ts';
import { ARTICLE_MODEL, ARTICLE_OPTIMISER, articleEpoch, decodeText, encodeText } from './test-support/article-task.ts';

/** The loss that the article printed after its last epoch. */
const PRINTED_LOSS = 2.3421;

const PROMPT = '你好，欢迎来到';

/** Trains ten epochs and returns the mean loss a token of each. */
async function trainEpochs(engine: Engine, seed: number): Promise<number[]> {
  const losses: number[] = [];
  let step = 0;
  for (let epoch = 0; epoch < 10; epoch++) {
    let [total, tokens] = [0, 0];
    for (const batch of articleEpoch(seed, epoch)) {
      const result = await engine.step([batch], ++step);
      total += result.loss * result.tokens;
      tokens += result.tokens;
    }
    losses.push(total / tokens);
  }
  return losses;
}

async function answer(engine: Engine): Promise<string> {
  const ids: number[] = [];
  const request = { prompt: encodeText(PROMPT), maxTokens: 20, temperature: 0, seed: 1 };
  for await (const id of engine.generate(request)) ids.push(id);
  return PROMPT + decodeText(ids);
}

test.each([
  { seed: 1, vocabularySize: ARTICLE_MODEL.vocabularySize },
  { seed: 2, vocabularySize: ARTICLE_MODEL.vocabularySize },
  { seed: 3, vocabularySize: ARTICLE_MODEL.vocabularySize },
  { seed: 4, vocabularySize: 10_000 },
])(
  "the article's task is learned from seed $seed with a vocabulary of $vocabularySize",
  async ({ seed, vocabularySize }) => {
    const model = { ...ARTICLE_MODEL, vocabularySize };
    const engine = await createEngine({ model, optimiser: ARTICLE_OPTIMISER, seed, device: 'cpu' });
    try {
      const losses = await trainEpochs(engine, seed);
      expect(losses[0]).toBeGreaterThan(PRINTED_LOSS);
      expect(losses.at(-1)).toBeLessThan(PRINTED_LOSS);
      expect(await answer(engine)).toContain('Python编程世界。');
    } finally {
      await engine.dispose();
    }
  },
);
