import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { randomKey, uniformAt } from '../model/random.ts';
import type { ModelSettings } from '../model/settings.ts';
import { createEngine } from './create-engine.ts';
import type { Engine, EngineOptions, LabelledBatch } from './engine.ts';
import { NonFiniteLossError } from './errors.ts';
import {
  batchOf,
  labelledBatchOf,
  PLAIN_ADAM,
  SEVERAL_HEADS,
  TINY_MODEL,
  tinyClassifier,
  tinyItems,
  tinyPairs,
} from './test-support/tiny-model.ts';

const SINGLE = tinyClassifier({ task: 'single-label', outputs: 3 });
const MULTI = tinyClassifier({ task: 'multi-label', outputs: 3 });
const REGRESSION = tinyClassifier({ task: 'regression', outputs: 2 });

async function withEngine<T>(changes: Partial<EngineOptions>, work: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = await createEngine({ model: SINGLE, optimiser: PLAIN_ADAM, seed: 2, device: 'cpu', ...changes });
  try {
    return await work(engine);
  } finally {
    await engine.dispose();
  }
}

/**
 * Texts of noise in which two signs stand, and the class says which comes first: neither the signs nor any single place tells,
 * so that only a model which relates tokens to one another gets it right.
 */
function orderedTexts(seed: number, count: number): LabelledBatch {
  const items = Array.from({ length: count }, (_, item) => {
    const key = randomKey(seed, 31, item);
    const length = 6 + Math.floor(uniformAt(key, 0) * 10);
    const source = Array.from({ length }, (_token, place) => 6 + Math.floor(uniformAt(key, 10 + place) * 14));
    const first = Math.floor(uniformAt(key, 1) * (length - 1));
    const second = first + 1 + Math.floor(uniformAt(key, 2) * (length - 1 - first));
    const label = Number(uniformAt(key, 3) < 0.5);
    [source[first], source[second]] = label === 1 ? [4, 5] : [5, 4];
    return { source: [1, ...source], label: [label] };
  });
  return labelledBatchOf(items);
}

const LEARNER: ModelSettings = {
  ...tinyClassifier({ task: 'single-label', outputs: 2 }),
  dModel: 32,
  feedForward: 64,
  activation: 'gelu',
  dropout: 0.1,
};

test('which of two signs comes first is learned, and right on texts that training never saw', async () => {
  const schedule = { schedule: 'warmup-cosine' as const, warmupSteps: 20, totalSteps: 250 };
  const optimiser = { ...PLAIN_ADAM, ...schedule, optimiser: 'adamw' as const, learningRate: 3e-3, clipNorm: 1 };
  await withEngine({ model: LEARNER, optimiser }, async (engine) => {
    for (let step = 1; step <= schedule.totalSteps; step++) await engine.step([orderedTexts(step, 32)], step);
    const { outputs, labels, items } = await engine.forward(orderedTexts(0, 300));
    const right = labels.filter((label, item) => Number((outputs[2 * item + 1] ?? 0) > 0.5) === label).length;
    expect(right / items).toBeGreaterThan(0.93);
  });
});

describe('forward', () => {
  test('single-label: rows sum to 1, and the loss is theirs', async () => {
    const batch = labelledBatchOf(tinyItems(SINGLE, 5, 3));
    await withEngine({}, async (engine) => {
      const { outputs, labels, loss, items } = await engine.forward(batch);
      expect(items).toBe(5);
      expect(labels).toBe(batch.labels);
      let surprise = 0;
      for (let item = 0; item < items; item++) {
        const row = outputs.subarray(3 * item, 3 * item + 3);
        expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
        surprise -= Math.log(row[labels[item] ?? 0] ?? 0);
      }
      expect(loss).toBeCloseTo(surprise / items, 5);
      const step = await engine.step([batch], 1);
      expect(step.loss).toBeCloseTo(loss, 5);
      expect([step.targets, step.tokens]).toEqual([5, batch.source.filter((id) => id !== 0).length]);
    });
  });

  test.each([
    ['multi-label', MULTI],
    ['regression', REGRESSION],
  ] as const)('%s: the loss is that of the outputs, and that of a step', async (task, model) => {
    const batch = labelledBatchOf(tinyItems(model, 5, 4));
    await withEngine({ model }, async (engine) => {
      const { outputs, labels, loss } = await engine.forward(batch);
      const losses = [...outputs].map((output, index) => {
        const label = labels[index] ?? 0;
        if (task === 'regression') return (output - label) ** 2;
        return -Math.log(label === 1 ? output : 1 - output);
      });
      expect(losses).toHaveLength(5 * (model.head?.outputs ?? 0));
      expect(loss).toBeCloseTo(losses.reduce((sum, value) => sum + value, 0) / losses.length, 5);
      expect((await engine.step([batch], 1)).loss).toBeCloseTo(loss, 5);
    });
  });

  test('an item is answered alike alone and among longer ones', async () => {
    const items = tinyItems(SINGLE, 4, 5);
    await withEngine({}, async (engine) => {
      const together = await engine.forward(labelledBatchOf(items));
      for (const [index, item] of items.entries()) {
        const alone = await engine.forward(labelledBatchOf([item]));
        const row = together.outputs.subarray(3 * index, 3 * index + 3);
        alone.outputs.forEach((value, output) => expect(value).toBeCloseTo(row[output] ?? 0, 5));
      }
    });
  });
});

describe('a loss that is not finite', () => {
  test('names step, batch and the first wrong layer, and leaves the parameters alone', async () => {
    const optimiser = { ...PLAIN_ADAM, optimiser: 'sgd' as const, learningRate: 1e30 };
    const batch = labelledBatchOf(tinyItems(SINGLE, 4, 6));
    await withEngine({ optimiser }, async (engine) => {
      const again = () => engine.step([batch], 2).catch((error: unknown) => error);
      await engine.step([batch], 1);
      const failure = await again();
      expect(failure).toBeInstanceOf(NonFiniteLossError);
      expect(failure).toMatchObject({
        step: 2,
        microBatch: 1,
        layer: 'encoder.0.selfAttention',
        batch: { batchSize: 4, sourceLength: 16, targetLength: 0 },
      });
      expect(await again()).toEqual(failure);
    });
  });

  test('names the output layer of the head whose loss overflows although its answers are finite', async () => {
    const items = tinyItems(SEVERAL_HEADS, 4, 6);
    const batch = labelledBatchOf(items);
    const auxiliary = batch.auxiliary?.map(({ labels, known }, head) => ({
      labels: head === 1 ? labels.map(() => 1e30) : labels,
      known,
    }));
    await withEngine({ model: SEVERAL_HEADS }, async (engine) => {
      await expect(engine.step([{ ...batch, auxiliary }], 1)).rejects.toMatchObject({ layer: 'output.severity' });
    });
    await withEngine({ model: REGRESSION }, async (engine) => {
      const far = labelledBatchOf(tinyItems(REGRESSION, 2, 8));
      const step = engine.step([{ ...far, labels: far.labels.map(() => 1e30) }], 1);
      await expect(step).rejects.toMatchObject({ layer: 'output', loss: Infinity });
    });
  });

  test('is known before it: a gradient whose square overflows would stop Adam from ever moving its parameter again', async () => {
    const model = tinyClassifier({ task: 'regression', outputs: 1 });
    const batch = labelledBatchOf(tinyItems(model, 1, 8));
    const far = { ...batch, labels: batch.labels.map(() => 1.5e19) };
    await withEngine({ model }, async (engine) => {
      await expect(engine.step([far], 1)).rejects.toMatchObject({ layer: 'output', parameter: 'output.bias' });
    });
    const clipped = { ...PLAIN_ADAM, clipNorm: 1 };
    await withEngine({ model, optimiser: clipped }, async (engine) => {
      expect((await engine.step([far], 1)).gradientNorm).toBeGreaterThan(1e19);
    });
  });

  test('lets nothing be done with parameters of which some have been updated, until a checkpoint is loaded', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'greenlight-classifier-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const model = tinyClassifier({ task: 'regression', outputs: 1 });
    const batch = labelledBatchOf(tinyItems(model, 1, 8));
    const far = { ...batch, labels: batch.labels.map(() => 1.5e19) };
    await withEngine({ model }, async (engine) => {
      const { path } = await engine.saveCheckpoint(folder, null);
      await expect(engine.step([far], 1)).rejects.toThrow(NonFiniteLossError);
      const refusal = 'load a checkpoint first';
      await expect(engine.step([batch], 1)).rejects.toThrow(refusal);
      await expect(engine.forward(batch)).rejects.toThrow(refusal);
      await expect(engine.saveCheckpoint(folder, null)).rejects.toThrow(refusal);
      await engine.loadCheckpoint(path);
      const { loss } = await engine.step([batch], 1);
      const untouched = await withEngine({ model }, (other) => other.step([batch], 1));
      expect(loss).toBe(untouched.loss);
    });
  });

  test('spoils no later step when it came from one of several micro-batches', async () => {
    // A huge value overflows where it is squared; the other micro-batches are fine.
    const [good, bad] = [labelledBatchOf(tinyItems(REGRESSION, 3, 7)), labelledBatchOf(tinyItems(REGRESSION, 2, 8))];
    const spoilt = { ...bad, labels: bad.labels.map(() => 1e30) };
    const steps = (engine: Engine) => engine.step([good, bad], 1);
    const expected = await withEngine({ model: REGRESSION }, steps);
    await withEngine({ model: REGRESSION }, async (engine) => {
      await expect(engine.step([good, spoilt, bad], 1)).rejects.toThrow(NonFiniteLossError);
      expect(await steps(engine)).toMatchObject({ loss: expected.loss, gradientNorm: expected.gradientNorm });
    });
  });
});

test('several micro-batches give the loss and the gradient of one big batch', async () => {
  const items = tinyItems(SINGLE, 6, 9);
  const optimiser = { ...PLAIN_ADAM, optimiser: 'sgd' as const };
  const whole = await withEngine({ optimiser }, (engine) => engine.step([labelledBatchOf(items)], 1));
  const parts = [items.slice(0, 1), items.slice(1, 3), items.slice(3)].map((part) => labelledBatchOf(part));
  const gathered = await withEngine({ optimiser }, (engine) => engine.step(parts, 1));
  expect(gathered.loss).toBeCloseTo(whole.loss, 6);
  expect(gathered.gradientNorm / whole.gradientNorm).toBeCloseTo(1, 5);
  expect([gathered.targets, gathered.tokens]).toEqual([whole.targets, whole.tokens]);
});

describe('what does not fit is refused', () => {
  const batch = labelledBatchOf(tinyItems(SINGLE, 2, 10));
  const emptyRow = batch.source.slice().fill(0, batch.sourceLength);
  test.each([
    ['a text batch', batchOf(tinyPairs(TINY_MODEL, 2, 1)), 'takes labelled batches'],
    ['an unknown class', { ...batch, labels: Int32Array.of(0, 3) }, 'no label 3'],
    ['a class between two', { ...batch, labels: Float32Array.of(0, 0.5) }, 'no label 0.5'],
    ['too few labels', { ...batch, labels: Int32Array.of(0) }, 'labels has 1 values'],
    ['a text of nothing but padding', { ...batch, source: emptyRow }, 'Row 1 of the source'],
    ['no rows', { source: new Int32Array(0), sourceLength: 3, batchSize: 0, labels: new Int32Array(0) }, '0 rows'],
  ])('%s', async (_what, wrong, reason) => {
    await withEngine({}, async (engine) => {
      await expect(engine.step([wrong], 1)).rejects.toThrow(RangeError);
      await expect(engine.forward(wrong)).rejects.toThrow(reason);
    });
  });

  test('a step without a batch, a label that is neither 0 nor 1, and writing', async () => {
    await withEngine({ model: MULTI }, async (engine) => {
      await expect(engine.step([], 1)).rejects.toThrow('at least one batch');
      const wrong = { ...labelledBatchOf(tinyItems(MULTI, 1, 1)), labels: Int32Array.of(0, 1, 2) };
      await expect(engine.step([wrong], 1)).rejects.toThrow('no label 2');
      const request = { prompt: Int32Array.of(4), maxTokens: 1, temperature: 0, seed: 1 };
      expect(() => engine.generate(request)).toThrow('writes no text');
    });
  });

  test('labels for a model that writes', async () => {
    await withEngine({ model: TINY_MODEL }, async (engine) => {
      await expect(engine.step([batch], 1)).rejects.toThrow('takes no labelled batches');
    });
  });

  test.each([
    ['a classifier without a head', { head: null }],
    ['one class', { head: { task: 'single-label' as const, outputs: 1 } }],
    ['no layers', { encoderLayers: 0 }],
    ['heads that do not divide the width', { heads: 3 }],
    ['a model that writes with a head', { architecture: 'decoder-only' as const, decoderLayers: 1 }],
  ])('%s', async (_what, changes) => {
    await expect(withEngine({ model: { ...SINGLE, ...changes } }, () => Promise.resolve())).rejects.toThrow(RangeError);
  });
});

describe('several heads', () => {
  const batch = labelledBatchOf(tinyItems(SEVERAL_HEADS, 7, 11));
  const sgd = { ...PLAIN_ADAM, optimiser: 'sgd' as const, auxiliaryWeights: [0.5, 2, 1] };

  test('the losses of a step are those of the outputs, over the items whose answer is known', async () => {
    await withEngine({ model: SEVERAL_HEADS, optimiser: sgd }, async (engine) => {
      const { loss, auxiliary } = await engine.forward(batch);
      const step = await engine.step([batch], 1);
      expect(step.loss).toBeCloseTo(loss, 5);
      const known = batch.auxiliary?.[1]?.known ?? new Uint8Array(0);
      const wanted = batch.auxiliary?.[1]?.labels ?? new Float32Array(0);
      const errors = [...(auxiliary[1] ?? [])].map((value, item) => (value - (wanted[item] ?? 0)) ** 2);
      const counted = errors.filter((_, item) => known[item] === 1);
      expect(counted.length).toBeGreaterThan(0);
      expect(counted.length).toBeLessThan(7);
      expect(step.auxiliary[1]?.loss).toBeCloseTo(counted.reduce((sum, error) => sum + error, 0) / counted.length, 5);
      expect(step.auxiliary.map(({ targets }) => targets)).toEqual([5, 5, 4]);
    });
  });

  test('several micro-batches give the losses and the gradient of one big batch', async () => {
    const items = tinyItems(SEVERAL_HEADS, 6, 9);
    const options = { model: SEVERAL_HEADS, optimiser: sgd };
    const whole = await withEngine(options, (engine) => engine.step([labelledBatchOf(items)], 1));
    const parts = [items.slice(0, 1), items.slice(1, 3), items.slice(3)].map((part) => labelledBatchOf(part));
    const gathered = await withEngine(options, (engine) => engine.step(parts, 1));
    expect(gathered.gradientNorm / whole.gradientNorm).toBeCloseTo(1, 5);
    whole.auxiliary.forEach(({ loss, targets }, head) => {
      expect(gathered.auxiliary[head]?.loss).toBeCloseTo(loss ?? Number.NaN, 5);
      expect(gathered.auxiliary[head]?.targets).toBe(targets);
    });
  });

  test('a head whose answers nobody knows learns nothing, and says so', async () => {
    const blind = batch.auxiliary?.map(({ labels }) => ({ labels, known: new Uint8Array(7) })) ?? [];
    const first = { ...SINGLE, head: SEVERAL_HEADS.head };
    const { auxiliary: _, ...plain } = batch;
    const alone = await withEngine({ model: first, optimiser: sgd }, (engine) => engine.step([plain], 1));
    const step = await withEngine({ model: SEVERAL_HEADS, optimiser: sgd }, (engine) =>
      engine.step([{ ...batch, auxiliary: blind }], 1),
    );
    expect(step.auxiliary).toEqual([0, 1, 2].map(() => ({ loss: null, targets: 0 })));
    expect([step.loss, step.gradientNorm]).toEqual([alone.loss, alone.gradientNorm]);
  });

  describe('items that only answer further tasks', () => {
    const known = Uint8Array.of(1, 0, 1, 1, 0, 0, 1);
    const options = { model: SEVERAL_HEADS, optimiser: sgd };

    test('count for those alone: losses and gradient do not depend on what stands in the place of an unknown label', async () => {
      const labels = batch.labels.map((label, item) => (known[item] === 1 ? label : 0));
      const [one, other] = [batch.labels, labels].map((given) =>
        withEngine(options, async (engine) => ({
          forward: await engine.forward({ ...batch, labels: given, known }),
          step: await engine.step([{ ...batch, labels: given, known }], 1),
        })),
      );
      const [{ forward, step }, { step: same }] = await Promise.all([one!, other!]);
      expect([same.loss, same.gradientNorm]).toEqual([step.loss, step.gradientNorm]);
      expect(step.targets).toBe(4);
      expect(step.loss).toBeCloseTo(forward.loss, 5);
      const outputs = SEVERAL_HEADS.head?.outputs ?? 0;
      const surprises = [...batch.labels].map((label, item) => -Math.log(forward.outputs[item * outputs + label] ?? 0));
      const counted = surprises.filter((_, item) => known[item] === 1);
      expect(step.loss).toBeCloseTo(counted.reduce((sum, surprise) => sum + surprise, 0) / 4, 5);
    });

    test('give the losses and the gradient of one big batch in several micro-batches, one of them without a label', async () => {
      const items = tinyItems(SEVERAL_HEADS, 6, 9);
      const partOf = (from: number, to: number, isKnown: number) => ({
        ...labelledBatchOf(items.slice(from, to)),
        known: new Uint8Array(to - from).fill(isKnown),
      });
      const parts = [partOf(0, 1, 1), partOf(1, 3, 0), partOf(3, 6, 1)];
      const mask = Uint8Array.of(1, 0, 0, 1, 1, 1);
      const whole = await withEngine(options, (engine) => engine.step([{ ...labelledBatchOf(items), known: mask }], 1));
      const gathered = await withEngine(options, (engine) => engine.step(parts, 1));
      expect(gathered.loss).toBeCloseTo(whole.loss, 5);
      expect(gathered.gradientNorm / whole.gradientNorm).toBeCloseTo(1, 5);
      expect([gathered.targets, whole.targets]).toEqual([4, 4]);
    });

    test('leave the first head as it is where no item of a step has a label', async () => {
      const blind = new Uint8Array(7);
      await withEngine(options, async (engine) => {
        const before = (await engine.forward(batch)).auxiliary[0];
        const step = await engine.step([{ ...batch, known: blind }], 1);
        expect([step.loss, step.targets]).toEqual([0, 0]);
        expect(step.gradientNorm).toBeGreaterThan(0);
        expect((await engine.forward(batch)).auxiliary[0]).not.toEqual(before);
      });
    });

    test('with too few signs of what is known are refused', async () => {
      await withEngine(options, async (engine) => {
        await expect(engine.step([{ ...batch, known: known.slice(1) }], 1)).rejects.toThrow('known has 6');
      });
    });
  });

  test.each([
    ['labels for no head', { auxiliary: [] }, 'labels for 0 auxiliary heads'],
    [
      'too few signs of what is known',
      { auxiliary: batch.auxiliary?.map((one) => ({ ...one, known: one.known.slice(1) })) ?? [] },
      'known has 6',
    ],
  ])('%s are refused', async (_what, changes, reason) => {
    await withEngine({ model: SEVERAL_HEADS }, async (engine) => {
      await expect(engine.step([{ ...batch, ...changes }], 1)).rejects.toThrow(reason);
    });
  });

  test.each([
    [
      'two heads of one name',
      { auxiliaryHeads: [1, 2].map(() => ({ name: 'a', task: 'regression' as const, outputs: 1 })) },
    ],
    ['a head with one class', { auxiliaryHeads: [{ name: 'a', task: 'single-label' as const, outputs: 1 }] }],
  ])('%s are refused', async (_what, changes) => {
    await expect(withEngine({ model: { ...SINGLE, ...changes } }, () => Promise.resolve())).rejects.toThrow(RangeError);
  });
});
