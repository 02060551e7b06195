import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Task } from '@greenlight/shared/stages/training/configuration.ts';
import { classificationReply, type ClassificationRequest } from '@greenlight/shared/worker-protocol/inference.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeLabelledBatch } from '../data/batches.ts';
import { encodeText } from '../data/encode-text.ts';
import { labelsOf } from '../data/labels.ts';
import { trainTokenizer } from '@greenlight/shared/tokenizers/train-tokenizer.ts';
import { writeTokenizerJson } from '@greenlight/shared/tokenizers/write-tokenizer-json.ts';
import { modelSettingsOf, optimiserSettingsOf } from '../jobs/engine-options.ts';
import { ServerClient } from '../report/client.ts';
import { ProtocolServer } from '../test-support/protocol-server.ts';
import { tinyConfiguration } from '../test-support/tiny-run.ts';
import { createEngine } from '../training/create-engine.ts';
import { FileCache } from './file-cache.ts';
import { ForeignModels } from './foreign-models.ts';
import { createInferenceServer } from './http-server.ts';
import { ModelCache } from './model-cache.ts';
import { TextClassifier } from './text-classifier.ts';
import { QueueFullError, TextScheduler } from './text-scheduler.ts';

const TOKEN = 'the-token-of-the-inference-service';
const NEVER = new AbortController().signal;
const LOSSES = {
  'single-label': 'cross-entropy',
  'multi-label': 'binary-cross-entropy',
  regression: 'mean-squared-error',
} as const;

let folder: string;
let artifacts: ProtocolServer;
let files: FileCache;
let models: ModelCache;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-classifier-'));
  const dataset = { train: ['a'], validation: [], test: [] };
  artifacts = new ProtocolServer({ configuration: tinyConfiguration(), dataset });
  await artifacts.listen();
  const client = new ServerClient({ serverUrl: artifacts.address, token: 'a-worker-token' });
  files = new FileCache(client, join(folder, 'cache'), 100_000_000);
  models = new ModelCache(files, { models: 2, bytes: Infinity });
});
afterAll(async () => {
  await models.dispose();
  await artifacts.close();
  await rm(folder, { recursive: true, force: true });
});

function store(content: Buffer): { artifactId: string; sha256: string } {
  const sha256 = createHash('sha256').update(content).digest('hex');
  const id = randomUUID();
  artifacts.artifacts.push({ id, name: id, kind: 'other', step: null, sha256, content });
  return { artifactId: id, sha256 };
}

/** Every text of two letters out of four, and what is asked about it. */
const TEXTS = ['a', 'b', 'c', 'd'].flatMap((first) => ['a', 'b', 'c', 'd'].map((second) => first + second));

/** A classifier that has learned its texts, as the server would ask it. */
async function learned(
  task: Task & keyof typeof LOSSES,
  labels: string[],
  truth: (text: string) => { labels?: string[]; value?: number },
): Promise<ClassificationRequest> {
  const configuration = tinyConfiguration({
    ...{ architecture: 'encoder-classifier', decoderLayers: 0, task, loss: LOSSES[task], samplePrompts: [] },
  });
  const tokenizer = trainTokenizer('character', TEXTS, 100);
  const given = labelsOf(
    TEXTS.map((text) => ({ split: 'train', text, ...truth(text) })),
    task,
    labels,
  );
  if (given === null) throw new Error('a classifier has labels');
  const ids = TEXTS.map((text) => encodeText(tokenizer, text));
  const batch = makeLabelledBatch(ids, given, [...ids.keys()]);
  const model = modelSettingsOf(configuration, tokenizer.size, labels);
  const optimiser = optimiserSettingsOf(configuration, 100);
  const engine = await createEngine({ model, optimiser, seed: 1, device: 'cpu' });
  for (let step = 1; step <= 100; step++) await engine.step([batch], step);
  const { path } = await engine.saveCheckpoint(join(folder, task), null);
  await engine.dispose();
  return {
    ...{ runId: randomUUID(), configuration, labels, heads: [], texts: TEXTS },
    checkpoint: { ...store(await readFile(path)), step: 100 },
    tokenizer: store(Buffer.from(writeTokenizerJson(tokenizer))),
  };
}

describe('a trained classifier', () => {
  test('gives the label that it learned, with probabilities of sum 1, over HTTP with the token only', async () => {
    const request = await learned('single-label', ['with a', 'without'], (text) => ({
      labels: [text.includes('a') ? 'with a' : 'without'],
    }));
    const service: Server = createInferenceServer({
      token: TOKEN,
      texts: new TextScheduler(models, { waiting: 1, texts: 1, cacheBytes: 1, models: 1 }),
      classifier: new TextClassifier(models, 4),
      foreignModels: new ForeignModels(files, 1),
      log: () => undefined,
    });
    service.listen(0, '127.0.0.1');
    await once(service, 'listening');
    const address = `http://127.0.0.1:${(service.address() as AddressInfo).port}/classify`;
    const post = (body: unknown, token = TOKEN) =>
      fetch(address, { method: 'POST', headers: { authorization: `Bearer ${token}` }, body: JSON.stringify(body) });
    try {
      const { answers } = classificationReply.parse(await (await post(request)).json());
      for (const [row, { outputs, tokens, isCut }] of answers.entries()) {
        expect((outputs[0] ?? 0) > 0.5).toBe(TEXTS[row]?.includes('a'));
        expect((outputs[0] ?? 0) + (outputs[1] ?? 0)).toBeCloseTo(1, 5);
        expect([tokens, isCut]).toEqual([2, false]);
      }
      expect((await post(request, 'wrong')).status).toBe(401);
      expect((await post({ ...request, texts: [] })).status).toBe(400);
      expect((await fetch(address, { headers: { authorization: `Bearer ${TOKEN}` } })).status).toBe(405);
    } finally {
      service.closeAllConnections();
      service.close();
    }
  });

  test('gives each label a probability of its own', async () => {
    const request = await learned('multi-label', ['a', 'b'], (text) => ({
      labels: ['a', 'b'].filter((label) => text.includes(label)),
    }));
    const { answers } = await new TextClassifier(models, 1).classify(request, NEVER);
    for (const [row, { outputs }] of answers.entries()) {
      const predicted = ['a', 'b'].filter((_, index) => (outputs[index] ?? 0) > 0.5);
      expect(predicted).toEqual(['a', 'b'].filter((label) => TEXTS[row]?.includes(label)));
    }
  });

  test('predicts a number; a text answers alone as among others, unknown and long ones as well', async () => {
    const request = await learned('regression', [], (text) => ({ value: text.split('a').length - 1 }));
    const classifier = new TextClassifier(models, 8);
    const { answers } = await classifier.classify(request, NEVER);
    for (const [row, { outputs }] of answers.entries()) {
      expect(outputs).toHaveLength(1);
      expect(Math.abs((outputs[0] ?? 0) - ((TEXTS[row]?.split('a').length ?? 0) - 1))).toBeLessThan(0.5);
    }
    const alone = await classifier.classify({ ...request, texts: ['aa'] }, NEVER);
    expect(alone.answers[0]?.outputs[0]).toBeCloseTo(answers[0]?.outputs[0] ?? 0, 5);
    const odd = await classifier.classify({ ...request, texts: ['未知', ' ', 'ab'.repeat(50)] }, NEVER);
    expect(odd.answers.map(({ tokens, isCut }) => [tokens, isCut])).toEqual([
      [2, false],
      [1, false],
      [12, true],
    ]);
  });

  test('refuses when too many wait, and does not answer who has left', async () => {
    const request = await learned('regression', [], () => ({ value: 1 }));
    const classifier = new TextClassifier(models, 2);
    const leaving = new AbortController();
    const asked = [classifier.classify(request, NEVER), classifier.classify(request, leaving.signal)];
    await expect(classifier.classify(request, NEVER)).rejects.toThrow(QueueFullError);
    leaving.abort();
    await expect(asked[1]).rejects.toThrow(/abort/i);
    expect((await asked[0])?.answers).toHaveLength(TEXTS.length);
  });
});
