import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CharacterTokenizer } from '@greenlight/shared/tokenizers/character.ts';
import { writeTokenizerJson } from '@greenlight/shared/tokenizers/write-tokenizer-json.ts';
import { parameterSpecs, shapeSize } from '../model/parameters.ts';
import { exportModel, type ExportedModel } from './export-model.ts';
import { exportTinyModel, tinySettings, writeTinyCheckpoint } from './test-support/exported-model.ts';
import { PlainProcess } from '../runtime/test-support/plain-process.ts';
import type { PlainArray } from '../runtime/test-support/plain-runner.ts';

/** Debian's own interpreter: another one on the path may not see Debian's packages. */
const PYTHON = ['/usr/bin/python3', 'python3'].find((name) => spawnSync(name, ['-c', 'import onnx']).status === 0);

const ARCHITECTURES = ['encoder-decoder', 'decoder-only', 'encoder-classifier'] as const;

let folder: string;
let plain: PlainProcess;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-model-file-'));
  plain = new PlainProcess();
});
afterAll(async () => {
  await plain.close();
  await rm(folder, { recursive: true, force: true });
});

const ids = (shape: number[], at: (index: number) => number): PlainArray => ({
  type: 'int64',
  shape,
  data: Array.from({ length: shape.reduce((product, size) => product * size, 1) }, (_, index) => at(index)),
});

interface Checked {
  opset: [string, number][];
  irVersion: number;
  metadata: Record<string, string>;
  external: string[];
  weightBytes: Record<string, number>;
}

function check(paths: readonly string[]): Checked[] {
  const script = fileURLToPath(new URL('./test-support/check_model.py', import.meta.url));
  const { status, stdout, stderr } = spawnSync(PYTHON ?? '', [script, ...paths], { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as Checked[];
}

const modelPaths = ({ files }: ExportedModel) => files.map(({ path }) => path).filter((path) => path.endsWith('.onnx'));

describe.skipIf(PYTHON === undefined)(
  `ONNX's own checker${PYTHON === undefined ? ' (needs Debian’s python3-onnx)' : ''}`,
  () => {
    const cases = ARCHITECTURES.flatMap((architecture) =>
      (['inside', 'beside'] as const).map((weights) => ({ architecture, weights })),
    );
    test.each(cases)(
      'accepts an $architecture with its weights $weights the model file',
      async ({ architecture, weights }) => {
        const model = tinySettings({ architecture, activation: 'gelu', positions: 'learned' });
        const place = join(folder, 'checked', architecture, weights);
        await mkdir(place, { recursive: true });
        const exported = await exportModel({
          checkpointPath: await writeTinyCheckpoint(place, model, 3),
          folder: join(place, 'onnx'),
          producerVersion: '0',
          lineage: { 'greenlight.run': 'run 5', 'greenlight.dataset-sha256': 'd'.repeat(64) },
          ...(weights === 'beside' ? { largestInlineBytes: 1000 } : {}),
        });
        const sizes = new Map(parameterSpecs(model).map(({ name, shape }) => [name, 4 * shapeSize(shape)]));
        const found = new Set<string>();
        for (const file of check(modelPaths(exported))) {
          expect(file.opset).toEqual([['', exported.opset]]);
          expect(file.irVersion).toBe(exported.irVersion);
          expect(file.external).toEqual(weights === 'beside' ? ['weights.onnx_data'] : []);
          expect(file.metadata).toMatchObject({
            'greenlight.run': 'run 5',
            'greenlight.input-ids': expect.stringContaining('that tokenizer.json gives for the'),
            'greenlight.dataset-sha256': 'd'.repeat(64),
            'greenlight.architecture': architecture,
            'greenlight.checkpoint-step': '7',
            'greenlight.opset': '17',
          });
          expect(JSON.parse(file.metadata['greenlight.model'] ?? '')).toEqual(model);
          for (const [name, bytes] of Object.entries(file.weightBytes)) {
            const expected = sizes.get(name);
            if (expected === undefined) continue;
            expect(bytes, name).toBe(expected);
            found.add(name);
          }
        }
        expect([...sizes.keys()].filter((name) => !found.has(name))).toEqual([]);
      },
    );
  },
);

test('weights beside the model file are the same weights, at places that can be mapped', async () => {
  const model = tinySettings({ architecture: 'encoder-classifier' });
  const inside = await exportTinyModel(join(folder, 'inside'), model);
  const beside = await exportTinyModel(join(folder, 'beside'), model, { largestInlineBytes: 1000 });
  await Promise.all([inside.engine.dispose(), beside.engine.dispose()]);
  expect(beside.exported.files.map(({ name }) => name)).toEqual(['weights.onnx_data', 'model.onnx']);
  expect((await stat(join(beside.folder, 'model.onnx'))).size).toBeLessThan(20_000);
  const feeds = { input_ids: ids([2, 5], (index) => 1 + index), attention_mask: ids([2, 5], () => 1) };
  const expected = await plain.run(join(inside.folder, 'model.onnx'), feeds);
  expect(await plain.run(join(beside.folder, 'model.onnx'), feeds)).toEqual(expected);
});

test('constants count as well: where they are what makes a model file too large, its weights lie beside it', async () => {
  const model = tinySettings({ architecture: 'encoder-classifier', maxSourceTokens: 2000 });
  const weightBytes = parameterSpecs(model).reduce((total, { shape }) => total + 4 * shapeSize(shape), 0);
  const positionBytes = 4 * model.maxSourceTokens * model.dModel;
  const filesWith = async (largestInlineBytes: number): Promise<string[]> => {
    const place = join(folder, `constants ${largestInlineBytes}`);
    const { engine, exported } = await exportTinyModel(place, model, { largestInlineBytes });
    await engine.dispose();
    return exported.files.map(({ name }) => name);
  };
  expect(await filesWith(weightBytes + positionBytes - 1)).toEqual(['weights.onnx_data', 'model.onnx']);
  expect(await filesWith(weightBytes + positionBytes + 1000)).toEqual(['model.onnx']);
});

test('a file has the checksum and size that are said, and nothing half-written stays', async () => {
  const model = tinySettings({ architecture: 'encoder-decoder' });
  const tokenizerPath = join(folder, 'tokenizer.json');
  await writeFile(tokenizerPath, writeTokenizerJson(new CharacterTokenizer(['a', 'b'])));
  const { engine, exported, folder: onnx } = await exportTinyModel(join(folder, 'files'), model, { tokenizerPath });
  await engine.dispose();
  const models = ['encoder_model.onnx', 'decoder_model.onnx', 'decoder_with_past_model.onnx'];
  const names = [...models, 'tokenizer.json', 'tokenizer_config.json'];
  expect(exported.files.map(({ name }) => name)).toEqual(names);
  expect((await readdir(onnx)).sort()).toEqual(names.sort());
  for (const { path, sha256, sizeBytes } of exported.files) {
    const content = await readFile(path);
    expect([createHash('sha256').update(content).digest('hex'), content.length]).toEqual([sha256, sizeBytes]);
  }
});

test('a checkpoint that was altered becomes no model file', async () => {
  const place = join(folder, 'cut');
  await mkdir(place, { recursive: true });
  const path = await writeTinyCheckpoint(place, tinySettings({ architecture: 'decoder-only' }), 3);
  const content = await readFile(path);
  const options = { checkpointPath: path, folder: join(place, 'onnx'), producerVersion: '0', lineage: {} };
  await writeFile(path, content.subarray(0, content.length - 10));
  await expect(exportModel(options)).rejects.toThrow('is cut off');
  content[content.length - 10] = (content.at(-10) ?? 0) ^ 1;
  await writeFile(path, content);
  await expect(exportModel(options)).rejects.toThrow('checksum');
  expect(await readdir(join(place, 'onnx'))).toEqual([]);
});

test('the sizes that a graph was recorded with are not in it: more texts than that, and longer ones, compute each by itself', async () => {
  const model = tinySettings({ architecture: 'encoder-classifier', maxSourceTokens: 200 });
  const { engine, folder: onnx } = await exportTinyModel(join(folder, 'large'), model);
  await engine.dispose();
  const [batch, length] = [130, 150];
  const idAt = (index: number) => 1 + ((index * 7) % 22);
  const path = join(onnx, 'model.onnx');
  const all = await plain.run(path, {
    input_ids: ids([batch, length], idAt),
    attention_mask: ids([batch, length], () => 1),
  });
  expect(all['logits']?.shape).toEqual([batch, 3]);
  for (const row of [0, 64, 129]) {
    const one = await plain.run(path, {
      input_ids: ids([1, length], (index) => idAt(row * length + index)),
      attention_mask: ids([1, length], () => 1),
    });
    all['logits']?.data.slice(row * 3, row * 3 + 3).forEach((value, index) => {
      expect(value).toBeCloseTo(one['logits']?.data[index] ?? Number.NaN, 5);
    });
  }
});

test('texts of different lengths continue together when they are padded on the left', async () => {
  const model = tinySettings({ architecture: 'decoder-only' });
  const { engine, folder: onnx } = await exportTinyModel(join(folder, 'left'), model);
  await engine.dispose();
  const path = join(onnx, 'model.onnx');
  const empty = (batch: number) =>
    Object.fromEntries(
      ['0.key', '0.value', '1.key', '1.value'].map((name): [string, PlainArray] => [
        `past_key_values.${name}`,
        { type: 'float32', shape: [batch, 4, 0, 4], data: [] },
      ]),
    );
  const [short, long] = [
    [1, 6, 9],
    [1, 5, 8, 4, 7],
  ];
  const array = (rows: number[][]): PlainArray => ({
    type: 'int64',
    shape: [rows.length, rows[0]?.length ?? 0],
    data: rows.flat(),
  });
  const together = await plain.run(path, {
    input_ids: array([[0, 0, ...short], long]),
    attention_mask: array([
      [0, 0, 1, 1, 1],
      [1, 1, 1, 1, 1],
    ]),
    position_ids: array([
      [0, 0, 0, 1, 2],
      [0, 1, 2, 3, 4],
    ]),
    ...empty(2),
  });
  const alone = await plain.run(path, {
    input_ids: array([short]),
    attention_mask: array([[1, 1, 1]]),
    position_ids: array([[0, 1, 2]]),
    ...empty(1),
  });
  const lastRow = (data: number[], end: number) => data.slice((end - 1) * 23, end * 23);
  const expected = lastRow(alone['logits']?.data ?? [], 3);
  lastRow(together['logits']?.data ?? [], 5).forEach((value, index) =>
    expect(value).toBeCloseTo(expected[index] ?? Number.NaN, 5),
  );
});
