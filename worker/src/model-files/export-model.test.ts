import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelSettings } from '../model/settings.ts';
import type { Engine } from '../training/engine.ts';
import { batchOf, tinyPairs } from '../training/test-support/tiny-model.ts';
import { exportTinyModel, tinySettings } from './test-support/exported-model.ts';
import { PlainProcess } from '../runtime/test-support/plain-process.ts';
import type { PlainArray } from '../runtime/test-support/plain-runner.ts';

let folder: string;
let plain: PlainProcess;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-export-'));
  plain = new PlainProcess();
});
afterAll(async () => {
  await plain.close();
  await rm(folder, { recursive: true, force: true });
});

const TOLERANCE = 1e-5;
const ids = (data: ArrayLike<number>, shape: number[]): PlainArray => ({
  type: 'int64',
  shape,
  data: Array.from(data),
});
const maskOf = (data: ArrayLike<number>, shape: number[]) =>
  ids(
    Array.from(data, (id) => Number(id !== 0)),
    shape,
  );

/** softmax of each row of `width` logits, in float64. */
function softmaxRows(logits: readonly number[], width: number): number[][] {
  return Array.from({ length: logits.length / width }, (_, row) => {
    const values = logits.slice(row * width, (row + 1) * width);
    const largest = Math.max(...values);
    const powers = values.map((value) => Math.exp(value - largest));
    const total = powers.reduce((sum, power) => sum + power, 0);
    return powers.map((power) => power / total);
  });
}

function largestDifference(a: readonly number[], b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return a.reduce((largest, value, index) => Math.max(largest, Math.abs(value - (b[index] ?? Number.NaN))), 0);
}

/** Joins logits [B, T₁, V] and [B, T₂, V] along the tokens. */
function joined(first: PlainArray, second: PlainArray): number[] {
  const [batch = 0, before = 0, width = 0] = first.shape;
  const after = second.shape[1] ?? 0;
  return Array.from({ length: batch }, (_, row) => [
    ...first.data.slice(row * before * width, (row + 1) * before * width),
    ...second.data.slice(row * after * width, (row + 1) * after * width),
  ]).flat();
}

const columns = (data: Int32Array, batch: number, from: number, to: number): number[] => {
  const width = data.length / batch;
  return Array.from({ length: batch }, (_, row) => [...data.subarray(row * width + from, row * width + to)]).flat();
};

const pastOf = (outputs: Record<string, PlainArray>) =>
  Object.fromEntries(
    Object.entries(outputs)
      .filter(([name]) => name.startsWith('present'))
      .map(([name, value]) => [name.replace('present', 'past_key_values'), value]),
  );

function emptyPast({ decoderLayers, heads, dModel }: ModelSettings, batch: number): Record<string, PlainArray> {
  const names = Array.from({ length: decoderLayers }, (_, layer) => ['key', 'value'].map((role) => `${layer}.${role}`));
  const empty: PlainArray = { type: 'float32', shape: [batch, heads, 0, dModel / heads], data: [] };
  return Object.fromEntries(names.flat().map((name) => [`past_key_values.${name}`, empty]));
}

/** Logits of a whole target, computed as its first `split` tokens and then, with the past, the others. */
async function textLogits(onnx: string, model: ModelSettings, batch: ReturnType<typeof batchOf>, split: number) {
  const { batchSize: size, source, sourceLength, targetIn, targetLength: length } = batch;
  const parts = [
    ids(columns(targetIn, size, 0, split), [size, split]),
    ids(columns(targetIn, size, split, length), [size, length - split]),
  ] as const;
  if (model.architecture === 'decoder-only') {
    const positions = (from: number, to: number) => {
      const row = Array.from({ length: to - from }, (_, index) => from + index);
      return ids(Array.from({ length: size }, () => row).flat(), [size, to - from]);
    };
    const path = join(onnx, 'model.onnx');
    const first = await plain.run(path, {
      input_ids: parts[0],
      attention_mask: ids(Array(size * split).fill(1), [size, split]),
      position_ids: positions(0, split),
      ...emptyPast(model, size),
    });
    const second = await plain.run(path, {
      input_ids: parts[1],
      attention_mask: ids(Array(size * length).fill(1), [size, length]),
      position_ids: positions(split, length),
      ...pastOf(first),
    });
    return joined(first['logits']!, second['logits']!);
  }
  const attention_mask = maskOf(source, [size, sourceLength]);
  const encoded = await plain.run(join(onnx, 'encoder_model.onnx'), {
    input_ids: ids(source, [size, sourceLength]),
    attention_mask,
  });
  const first = await plain.run(join(onnx, 'decoder_model.onnx'), {
    input_ids: parts[0],
    encoder_hidden_states: encoded['last_hidden_state']!,
    encoder_attention_mask: attention_mask,
  });
  const second = await plain.run(join(onnx, 'decoder_with_past_model.onnx'), {
    input_ids: parts[1],
    encoder_attention_mask: attention_mask,
    ...pastOf(first),
  });
  return joined(first['logits']!, second['logits']!);
}

async function expectSameText(engine: Engine, onnx: string, model: ModelSettings, count: number, seed: number) {
  const batch = batchOf(tinyPairs(model, count, seed));
  const forward = await engine.forward(batch);
  const split = 1 + (seed % (batch.targetLength - 1));
  const rows = softmaxRows(await textLogits(onnx, model, batch, split), model.vocabularySize);
  const kept = rows.filter((_, position) => batch.targetOut[position] !== 0);
  expect(largestDifference(kept.flat(), forward.probabilities)).toBeLessThan(TOLERANCE);
}

async function expectSameWriting(engine: Engine, onnx: string, model: ModelSettings) {
  const { architecture } = model;
  for (const prompt of [[5], [4, 5, 6, 7], [9, 4, 8, 3, 11, 6]]) {
    const own: number[] = [];
    const request = { prompt: Int32Array.from(prompt), maxTokens: 9, temperature: 0, seed: 1 };
    for await (const id of engine.generate(request)) own.push(id);
    const theirs = await plain.continue({
      folder: onnx,
      architecture: architecture as 'decoder-only',
      prompt,
      tokens: 9,
    });
    expect(theirs).toEqual(own);
  }
}

const OPTIONS = (['pre', 'post'] as const).flatMap((normalisation) =>
  (['sinusoidal', 'learned'] as const).flatMap((positions) =>
    (['relu', 'gelu', 'tanh', 'sigmoid'] as const).map((activation) => ({ normalisation, positions, activation })),
  ),
);

/** Half of the models keep their weights beside the model files, as those above 2 GB do. */
const weightsOf = ({ positions }: (typeof OPTIONS)[number]) =>
  positions === 'learned' ? { largestInlineBytes: 1000 } : {};

describe.each(['encoder-decoder', 'decoder-only'] as const)('%s', (architecture) => {
  test.each(OPTIONS)(
    '$normalisation $positions $activation: a fresh process computes and writes the same',
    async (options) => {
      const model = tinySettings({ architecture, ...options });
      const { engine, folder: onnx } = await exportTinyModel(
        join(folder, architecture, Object.values(options).join()),
        model,
        weightsOf(options),
      );
      for (const [count, seed] of [
        [1, 1],
        [2, 5],
        [5, 2],
      ] as const)
        await expectSameText(engine, onnx, model, count, seed);
      await expectSameWriting(engine, onnx, model);
      await engine.dispose();
    },
  );
});

describe('encoder-classifier', () => {
  test.each(OPTIONS)('$normalisation $positions $activation: a fresh process answers the same', async (options) => {
    const model = tinySettings({ architecture: 'encoder-classifier', ...options });
    const { engine, folder: onnx } = await exportTinyModel(
      join(folder, 'classifier', Object.values(options).join()),
      model,
      weightsOf(options),
    );
    for (const lengths of [[4], [3, 7], [2, 9, 5, 16]]) {
      const sourceLength = Math.max(...lengths);
      const source = Int32Array.from(
        lengths.flatMap((length, row) =>
          Array.from({ length: sourceLength }, (_, place) =>
            place >= length ? 0 : place === 0 ? 1 : 4 + ((place * 5 + row) % 11),
          ),
        ),
      );
      const batchSize = lengths.length;
      const labels = new Int32Array(batchSize);
      const forward = await engine.forward({ source, sourceLength, batchSize, labels });
      const shape = [batchSize, sourceLength];
      const feeds = { input_ids: ids(source, shape), attention_mask: maskOf(source, shape) };
      const { logits } = await plain.run(join(onnx, 'model.onnx'), feeds);
      expect(largestDifference(softmaxRows(logits!.data, 3).flat(), forward.outputs)).toBeLessThan(TOLERANCE);
    }
    await engine.dispose();
  });

  test('several heads: an output each, named by its task', async () => {
    const auxiliaryHeads = [
      { name: 'flags', task: 'multi-label' as const, outputs: 2 },
      { name: '严重度', task: 'regression' as const, outputs: 1 },
    ];
    const model = tinySettings({ architecture: 'encoder-classifier', auxiliaryHeads });
    const { engine, folder: onnx } = await exportTinyModel(join(folder, 'several-heads'), model);
    const source = Int32Array.from([1, 5, 6, 7, 1, 8, 0, 0]);
    const known = new Uint8Array(2);
    const auxiliary = [
      { labels: new Float32Array(4), known },
      { labels: new Float32Array(2), known },
    ];
    const labels = new Int32Array(2);
    const forward = await engine.forward({ source, sourceLength: 4, batchSize: 2, labels, auxiliary });
    const feeds = { input_ids: ids(source, [2, 4]), attention_mask: maskOf(source, [2, 4]) };
    const outputs = await plain.run(join(onnx, 'model.onnx'), feeds);
    expect(Object.keys(outputs)).toEqual(['logits', 'logits_flags', 'logits_严重度']);
    const flags = outputs['logits_flags']!.data.map((logit) => 1 / (1 + Math.exp(-logit)));
    expect(largestDifference(softmaxRows(outputs['logits']!.data, 3).flat(), forward.outputs)).toBeLessThan(TOLERANCE);
    expect(largestDifference(flags, forward.auxiliary[0]!)).toBeLessThan(TOLERANCE);
    expect(largestDifference(outputs['logits_严重度']!.data, forward.auxiliary[1]!)).toBeLessThan(TOLERANCE);
    await engine.dispose();
  });
});
