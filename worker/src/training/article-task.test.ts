import { describe, expect, test } from 'vitest';
import { createEngine } from './create-engine.ts';
import type { Engine } from './engine.ts';
import { ARTICLE_MODEL, ARTICLE_OPTIMISER, articleTask } from './test-support/article-task.ts';

describe("the article's task", () => {
  test.each([1, 2, 3])('is learned in 10 epochs from seed %i', async (seed) => {
    const engine = await createEngine({ model: ARTICLE_MODEL, optimiser: ARTICLE_OPTIMISER, seed, device: 'cpu' });
    try {
      const task = articleTask(seed);
      const epochLosses = await trainEpochs(engine, task);
      expect(epochLosses.at(-1)).toBeLessThan(2.3421);
      const prompt = '你好，欢迎来到';
      const ids: number[] = [];
      const request = { prompt: task.encode(prompt), maxTokens: 20, temperature: 0, seed };
      for await (const id of engine.generate(request)) ids.push(id);
      expect(prompt + task.decode(ids)).toContain('Python编程世界。');
    } finally {
      await engine.dispose();
    }
  });
});

async function trainEpochs(engine: Engine, task: ReturnType<typeof articleTask>): Promise<number[]> {
  const losses: number[] = [];
  let step = 0;
  for (let epoch = 0; epoch < 10; epoch++) {
    let [total, tokens] = [0, 0];
    for (const batch of task.epoch(epoch)) {
      const result = await engine.step(batch, ++step);
      total += result.loss * result.tokens;
      tokens += result.tokens;
    }
    losses.push(total / tokens);
  }
  return losses;
}
