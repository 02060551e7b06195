import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { getEncryption, rotateMasterKey } from '@greenlight/shared/across/governance/encryption-contract.ts';
import { pathOf } from '@greenlight/shared/api/define-route.ts';
import { getJob } from '@greenlight/shared/jobs/contract.ts';
import { hasJobEnded } from '@greenlight/shared/jobs/rules.ts';
import { createProject } from '@greenlight/shared/projects/contract.ts';
import { createTextDatasetVersion, getDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { confirmErasure, getErasure, startErasure } from '@greenlight/shared/stages/data/erasure/erasure-contract.ts';
import { getPreparation, startPreparation } from '@greenlight/shared/stages/data/preparation-contract.ts';
import {
  completeSource,
  createSource,
  deleteSource,
  getSource,
  importSource,
  putSourcePart,
} from '@greenlight/shared/stages/data/source-contract.ts';
import { startTokenizerTraining } from '@greenlight/shared/stages/data/tokenizer-contract.ts';
import { getEvaluation } from '@greenlight/shared/stages/evaluation/contract.ts';
import { getRun, getRunMetrics, startRun } from '@greenlight/shared/stages/training/contract.ts';
import { exportRun } from '@greenlight/shared/stages/training/model-files.ts';
import { hasEnded } from '@greenlight/shared/stages/training/rules.ts';
import { Refusal, type Api } from '../../e2e/fixtures/api.ts';

/** What work tells of itself. */
export interface Witness {
  count(what: string): void;
  problem(what: string): void;
  /** The same work gives the same outcome each time; what differs is a problem. */
  same(what: string, outcome: unknown): void;
}

/** Work that is repeated until it is asked to stop. */
export type Work = (api: Api, witness: Witness, isOver: () => boolean) => Promise<void>;

const LOOK_MS = 700;
const LIMIT_MS = 600_000;
const EMPTY = { zh: '无', en: 'none' };

const sha256Of = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** Asks until what was asked for is there; null, told as a problem, where it never is. */
async function whenThere<Found>(
  what: string,
  witness: Witness,
  look: () => Promise<Found>,
  isThere: (found: Found) => boolean,
): Promise<Found | null> {
  for (const end = Date.now() + LIMIT_MS; ;) {
    const found = await look();
    if (isThere(found)) return found;
    if (Date.now() > end) {
      witness.problem(`${what} never ended: ${JSON.stringify(found).slice(0, 400)}`);
      return null;
    }
    await pause(LOOK_MS);
  }
}

/** Words in an order that a number decides. */
function sentence(number: number, length: number): string {
  const words = [
    'river',
    'stone',
    'cloud',
    'green',
    'light',
    'model',
    'night',
    'moon',
    '春',
    '夏',
    '秋',
    '冬',
    '山',
    '水',
  ];
  return Array.from({ length }, (_, place) => words[(number * 7 + place * 3 + (number >> 3)) % words.length]).join(' ');
}

function projectOf(api: Api, name: string): Promise<string> {
  const body = { name, goal: { zh: '承受中断', en: 'Bear interruptions' }, problemType: 'text-generation' };
  return api.call(createProject, { body }).then(({ id }) => id);
}

/** Sends a file part by part, as a browser does after each break: where the server says. */
async function send(api: Api, projectId: string, content: Buffer): Promise<string> {
  const wish = { name: 'rows.csv', format: 'csv', sizeBytes: content.length, idempotencyKey: randomUUID() };
  let source = await api.call(createSource, { params: { projectId }, body: wish });
  const params = { sourceId: source.id };
  while (source.receivedBytes < content.length) {
    const offset = source.receivedBytes;
    const part = content.subarray(offset, offset + source.partBytes);
    const query = new URLSearchParams({
      offset: String(offset),
      sha256: sha256Of(part),
      sizeBytes: String(part.length),
    });
    const init = { method: putSourcePart.method, headers: { 'content-type': 'application/octet-stream' } };
    await api.raw(`${pathOf(putSourcePart.path, params)}?${query}`, { ...init, body: new Uint8Array(part) });
    source = await api.call(getSource, { params });
  }
  await api.call(completeSource, { params, body: { sha256: sha256Of(content) } });
  return source.id;
}

/** Uploads files, imports and prepares them, and learns a tokenizer of each. */
export const prepareData: Work = async (api, witness, isOver) => {
  const projectId = await projectOf(api, 'Data');
  const finished = async (what: string, jobId: string) => {
    const look = () => api.call(getPreparation, { params: { jobId } });
    const ended = await whenThere(what, witness, look, ({ state }) => hasJobEnded(state));
    if (ended !== null && ended.state !== 'finished') witness.problem(`${what}: ${JSON.stringify(ended.error)}`);
    return ended?.datasetVersionId ?? null;
  };
  for (let round = 0; !isOver(); round++) {
    const rows = Array.from({ length: 24_000 }, (_, row) => `"${sentence(row, 8)} ${row}","${row % 2 ? 'a' : 'b'}"`);
    const sourceId = await send(api, projectId, Buffer.from(`text,label\n${rows.join('\n')}\n`));
    const about = {
      source: EMPTY,
      licence: '',
      notes: EMPTY,
      datasetName: { zh: `第 ${round} 轮`, en: `Round ${round}` },
    };
    const imported = await api.call(importSource, { params: { sourceId }, body: about });
    const version = await finished('An import', imported.jobId);
    if (version === null) continue;
    witness.same(
      'import',
      (await api.call(getDatasetVersion, { params: { datasetVersionId: version } })).contentSha256,
    );
    const wish = {
      origin: { kind: 'version', datasetVersionId: version },
      recipe: { version: 1, steps: [] },
      splits: null,
    };
    const prepared = await api.call(startPreparation, { params: { projectId }, body: wish });
    const outcome = await finished('A preparation', prepared.jobId);
    if (outcome !== null)
      witness.same(
        'preparation',
        (await api.call(getDatasetVersion, { params: { datasetVersionId: outcome } })).contentSha256,
      );
    const settings = { kind: 'bpe', vocabularySize: 300 + round };
    const learning = await api.call(startTokenizerTraining, { params: { datasetVersionId: version }, body: settings });
    const look = () => api.call(getJob, { params: { jobId: learning.jobId } });
    const learned = await whenThere('A tokenizer', witness, look, ({ state }) => hasJobEnded(state));
    if (learned?.state === 'finished') witness.count('tokenizer');
    else if (learned !== null) witness.problem(`A tokenizer: ${JSON.stringify(learned.error)}`);
    await api.call(deleteSource, { params: { sourceId } });
  }
};

const CONFIGURATION = {
  ...{ architecture: 'decoder-only', task: 'next-token', vocabularySize: 80, dModel: 64, heads: 4, encoderLayers: 0 },
  ...{ decoderLayers: 2, feedForward: 128, activation: 'gelu', dropout: 0.1, maxTokens: 64, optimiser: 'adamw' },
  ...{ learningRate: 0.002, schedule: 'warmup-cosine', warmupSteps: 20, weightDecay: 0.01, clipNorm: 1, batchSize: 8 },
  ...{ epochs: 60, samplePrompts: ['river'], seed: 7 },
};

/** Trains the same model again and again, and exports it. */
export const train: Work = async (api, witness, isOver) => {
  const projectId = await projectOf(api, 'Training');
  const items = Array.from({ length: 240 }, (_, number) => ({ text: sentence(number, 8) + number }));
  const content = { train: items.slice(0, 200), validation: items.slice(200, 220), test: items.slice(220) };
  const about = { datasetName: EMPTY, source: EMPTY, licence: '', notes: EMPTY, seed: 1, content };
  const { id } = await api.call(createTextDatasetVersion, { params: { projectId }, body: about });
  while (!isOver()) {
    const body = { datasetVersionId: id, configuration: CONFIGURATION, idempotencyKey: randomUUID() };
    const { id: runId } = await api.call(startRun, { params: { projectId }, body });
    if ((await api.call(startRun, { params: { projectId }, body })).id !== runId)
      witness.problem('A key made two runs');
    const look = () => api.call(getRun, { params: { runId } });
    const run = await whenThere('A run', witness, look, ({ state }) => hasEnded(state));
    if (run === null) continue;
    if (run.state !== 'finished') {
      witness.problem(`A run: ${JSON.stringify(run.error)}`);
      continue;
    }
    witness.count(`run in ${run.attempt} attempts`);
    // A speed is the machine's.
    witness.same('run', { ...run.finalMetrics, 'training/tokens-per-second': null });
    const { series } = await api.call(getRunMetrics, { params: { runId }, query: { names: 'training/loss' } });
    witness.same('loss curve', series);
    const evaluation = await api.call(getEvaluation, { params: { evaluationId: run.evaluationId ?? '' } });
    witness.same('evaluation', evaluation.metrics);
    const { id: jobId } = await api.call(exportRun, { params: { runId }, body: {} });
    const exported = await whenThere(
      'An export',
      witness,
      () => api.call(getJob, { params: { jobId } }),
      ({ state }) => hasJobEnded(state),
    );
    if (exported?.state === 'finished') witness.count('export');
    else if (exported !== null) witness.problem(`An export: ${JSON.stringify(exported.error)}`);
  }
};

/** Changes the master key; every file has to open afterwards. */
export const changeKeys: Work = async (api, witness, isOver) => {
  while (!isOver()) {
    const { activeKey } = await api.call(getEncryption);
    try {
      await api.call(rotateMasterKey, { body: { before: activeKey.id } });
    } catch (error) {
      // The pass before it is under way.
      if (!(error instanceof Refusal) || error.status !== 409) throw error;
    }
    const look = () => api.call(getEncryption);
    const status = await whenThere(
      'A change of the master key',
      witness,
      look,
      ({ pass }) => pass?.state === 'finished',
    );
    if ((status?.pass?.unreadable.total ?? 0) > 0) witness.problem(`Unreadable: ${JSON.stringify(status?.pass)}`);
    witness.count('change of the master key');
    await pause(2_500);
  }
};

/** Erases people from data. */
export const erase: Work = async (api, witness, isOver) => {
  const projectId = await projectOf(api, 'Erasures');
  for (let number = 0; !isOver(); number++) {
    const email = `person${number}@example.net`;
    const texts = Array.from({ length: 120 }, (_, row) => ({
      text: `${row % 10 ? 'a text' : email} ${row} of ${number}`,
    }));
    const content = { train: texts.slice(0, 100), validation: texts.slice(100, 110), test: texts.slice(110) };
    const about = { datasetName: EMPTY, source: EMPTY, licence: '', notes: EMPTY, seed: 1, content };
    await api.call(createTextDatasetVersion, { params: { projectId }, body: about });
    const wish = {
      reason: 'asked for in writing',
      identifiers: [{ kind: 'e-mail', value: email }],
      idempotencyKey: randomUUID(),
    };
    const { id: erasureId } = await api.call(startErasure, { params: { projectId }, body: wish });
    const look = () => api.call(getErasure, { params: { erasureId } });
    const ready = await whenThere('A search', witness, look, ({ state }) => state === 'ready' || state === 'failed');
    const found = ready?.versions.reduce((sum, version) => sum + version.found, 0) ?? 0;
    if (ready?.state !== 'ready' || found !== 12) {
      witness.problem(`A search found ${found}: ${JSON.stringify(ready?.problem)}`);
      continue;
    }
    await api.call(confirmErasure, { params: { erasureId }, body: { found } });
    const done = await whenThere(
      'An erasure',
      witness,
      look,
      ({ state }) => state === 'finished' || state === 'failed',
    );
    if (done !== null && (done.state !== 'finished' || done.certificateId === null))
      witness.problem(`An erasure: ${JSON.stringify(done.problem)}`);
    witness.count('erasure');
  }
};
