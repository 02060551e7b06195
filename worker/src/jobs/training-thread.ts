import type { DatasetItem } from '@greenlight/shared/stages/data/content.ts';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { cutToLength, type Examples } from '../data/batches.ts';
import { encodeText } from '../data/encode-text.ts';
import { headLabelsOf, headOf, labelsOf } from '../data/labels.ts';
import { readDataset } from '../data/read-dataset.ts';
import { readTokenizerJson } from '@greenlight/shared/tokenizers/read-tokenizer-json.ts';
import type { Tokenizer } from '@greenlight/shared/tokenizers/tokenizer.ts';
import { trainTokenizer } from '@greenlight/shared/tokenizers/train-tokenizer.ts';
import { writeTokenizerJson } from '@greenlight/shared/tokenizers/write-tokenizer-json.ts';
import { evaluateLabelled } from '../evaluation/evaluate-labelled.ts';
import { evaluate } from '../evaluation/evaluate.ts';
import type { EvaluationOutcome } from '../evaluation/evaluation-outcome.ts';
import { emptyHeap } from '../runtime/empty-heap.ts';
import { createEngine } from '../training/create-engine.ts';
import type { Engine } from '../training/engine.ts';
import { CheckpointError } from '../training/errors.ts';
import { withBestHere } from './best-checkpoint.ts';
import { modelSettingsOf, optimiserSettingsOf } from './engine-options.ts';
import { loopStateOf, type LoopState } from './loop-state.ts';
import { checkpointFolderOf, keptCheckpoint, rememberCheckpoint } from './run-folder.ts';
import { ConfigurationError, runFailureOf } from './run-failure.ts';
import { stoppable, StoppedError } from './stoppable-engine.ts';
import { STOP, type SyncedMessage, type ThreadMessage, type ThreadTask } from './thread-protocol.ts';
import { batchSettingsOf, stepsOf, TrainingLoop, type LoopData, type LoopOutput } from './training-loop.ts';

/*
 * The entry of the thread that trains: a step blocks its thread, so that everything that must stay responsive (leases,
 * events, uploads) lives in the main thread and hears from here by messages.
 */

const port = parentPort;
if (!port) throw new Error('The training thread is started by the worker.');
const task = workerData as ThreadTask;
const stopFlag = new Int32Array(task.stopFlag);

const send = (message: ThreadMessage): void => port.postMessage(message);
const log = (level: 'info' | 'warning', message: { zh: string; en: string }): void =>
  output.emit({ type: 'log', level, message });

let lastToken = 0;

const output: LoopOutput = {
  emit: (payload, at = new Date().toISOString()) => send({ type: 'event', payload, at }),
  sync: () => {
    const token = ++lastToken;
    send({ type: 'sync', token });
    return new Promise((resolve) => {
      const listen = (message: SyncedMessage): void => {
        if (message.token !== token) return;
        port.off('message', listen);
        resolve();
      };
      port.on('message', listen);
    });
  },
  checkpoint: async (file, step, isLast, best) => {
    await rememberCheckpoint(task.runFolder, step, file, best === null ? [] : [best.path]);
    const kept = best === null || best.step === step ? null : await keptCheckpoint(task.runFolder, best.step);
    send({ type: 'checkpoint', file, step, isLast, best: kept });
  },
  timing: (timing) => send({ type: 'timing', timing }),
  stopRequest: () => Atomics.load(stopFlag, 0),
};

interface PreparedData extends LoopData {
  test: Examples;
  /** Places of the test items in the version, from 1. */
  testNumbers: Int32Array;
  trainingTexts: readonly string[];
}

/** The tokenizer of the checkpoint that the run begins with, the one that was chosen, or one that is learned from the training texts; kept as the run's own file. */
async function prepareTokenizer(texts: readonly string[]): Promise<Tokenizer> {
  const { vocabularySize, tokenizer: kind } = task.configuration;
  const given = task.startFrom?.tokenizer ?? task.tokenizerPath;
  const content =
    given === null ? writeTokenizerJson(trainTokenizer(kind, texts, vocabularySize)) : await readFile(given, 'utf8');
  const path = join(task.runFolder, 'tokenizer.json');
  await mkdir(task.runFolder, { recursive: true });
  await writeFile(path, content, { flush: true });
  const sha256 = createHash('sha256').update(content).digest('hex');
  send({ type: 'tokenizer', file: { path, sha256, sizeBytes: Buffer.byteLength(content) } });
  return readTokenizerJson(content);
}

async function prepareData(): Promise<PreparedData> {
  const { maxTokens, task: learned } = task.configuration;
  const dataset = await readDataset(task.datasetPath);
  const trainingTexts = dataset.train.map(({ text }) => text);
  const tokenizer = await prepareTokenizer(trainingTexts);
  let cutItems = 0;
  const encode = (items: readonly DatasetItem[]): Examples => {
    const cut = cutToLength(
      items.map(({ text }) => encodeText(tokenizer, text)),
      maxTokens,
    );
    cutItems += cut.cutItems;
    const auxiliary = task.heads.map((head) => headLabelsOf(items, head));
    return { ids: cut.items, labels: labelsOf(items, learned, task.labels), auxiliary };
  };
  const train = encode(dataset.train);
  const validation = dataset.validation === dataset.train ? train : encode(dataset.validation);
  const test = dataset.test === dataset.train ? train : encode(dataset.test);
  const [training, validating, testing] = [train, validation, test].map(({ ids }) => ids.length);
  log('info', {
    zh: `数据：训练 ${training} 条，验证 ${validating} 条，测试 ${testing} 条；词表 ${tokenizer.size} 个符号。`,
    en: `Data: ${training} training, ${validating} validation and ${testing} test items; ${tokenizer.size} symbols.`,
  });
  tellUnlabelled(train, validation);
  tellUnlearnable(train.auxiliary);
  tellUnseen(dataset.train);
  if (cutItems > 0) {
    log('warning', {
      zh: `${cutItems} 条超过 ${maxTokens} 个 token，已截断。`,
      en: `${cutItems} items are longer than ${maxTokens} tokens and were cut.`,
    });
  }
  const { testNumbers } = dataset;
  return { train, validation, test, testNumbers, tokenizer, trainingTexts, head: headOf(learned, task.labels) };
}

/** Says how many items have a label where some have none; throws a `ConfigurationError` where there are none to learn or to judge by. */
function tellUnlabelled(...[train, validation]: [train: Examples, validation: Examples]): void {
  const [learned, judged] = [train, validation].map(({ ids, labels }) =>
    labels?.known === undefined ? ids.length : labels.known.reduce((sum, isKnown) => sum + isKnown, 0),
  );
  if (learned === 0 || judged === 0) {
    throw new ConfigurationError({
      zh: `${learned === 0 ? '训练' : '验证'}数据中没有任何一条带有标签或数值，无法判断训练效果。`,
      en: `No ${learned === 0 ? 'training' : 'validation'} item has a label or a value to judge the training by.`,
    });
  }
  if (learned === train.ids.length && judged === validation.ids.length) return;
  log('info', {
    zh: `带有标签的数据：训练 ${learned} 条，验证 ${judged} 条；其余只用于其他任务的输出头。`,
    en: `Labelled: ${learned} training and ${judged} validation items; the others teach the heads of further tasks only.`,
  });
}

/** Says which heads of a classifier a run takes over from the checkpoint that it begins with, and which begin anew. */
function tellHeads(isClassifier: boolean): void {
  if (task.startFrom === null || !isClassifier) return;
  const { newHeads } = task.startFrom;
  const heads = [null, ...task.heads.map(({ name }) => name)];
  const named = (of: readonly (string | null)[], language: 'zh' | 'en') => {
    const names = of.map((name) => name ?? { zh: '主任务', en: 'the labels' }[language]);
    return names.join({ zh: '、', en: ', ' }[language]) || { zh: '无', en: 'none' }[language];
  };
  const taken = heads.filter((head) => !newHeads.includes(head));
  log('info', {
    zh: `编码器取自检查点；沿用的输出头：${named(taken, 'zh')}；重新初始化的输出头：${named(newHeads, 'zh')}。`,
    en: `The encoder comes from the checkpoint; heads taken over: ${named(taken, 'en')}; heads that begin anew: ${named(newHeads, 'en')}.`,
  });
}

/** Says of which further heads no training item has an answer. */
function tellUnlearnable(auxiliary: Examples['auxiliary']): void {
  for (const { head, known } of auxiliary) {
    if (known.includes(1)) continue;
    log('warning', {
      zh: `任务“${head.name}”没有任何一条训练数据带标注，它的输出头学不到东西。`,
      en: `No training item has an answer for the task ${head.name}: its head learns nothing.`,
    });
  }
}

/** Says how many classes of the first head no training item has: the names may be personal data, and stay out of the log. */
function tellUnseen(items: readonly DatasetItem[]): void {
  if (task.configuration.architecture !== 'encoder-classifier') return;
  const seen = new Set(items.flatMap(({ labels = [] }) => labels));
  const unseen = task.labels.filter((label) => !seen.has(label)).length;
  if (unseen === 0) return;
  const [zh, en] = [`${task.labels.length} 个类别中有 ${unseen} 个`, `${unseen} of ${task.labels.length} classes`];
  log('warning', {
    zh: `${zh}没有任何一条训练数据，模型学不到它们。`,
    en: `${en} have no training item: the model cannot learn them.`,
  });
}

/** Says that a run ends before its learning rate is the one that was set. */
function tellWarmup(totalSteps: number): void {
  const { warmupSteps, learningRate } = task.configuration;
  if (warmupSteps <= totalSteps) return;
  const reached = Number(((learningRate * totalSteps) / warmupSteps).toPrecision(2));
  log('warning', {
    zh: `预热 ${warmupSteps} 步，而训练只有 ${totalSteps} 步：学习率最高只到 ${reached}，达不到 ${learningRate}。`,
    en: `The warm-up takes ${warmupSteps} steps and the run has ${totalSteps}: the learning rate reaches ${reached} at most, not ${learningRate}.`,
  });
}

async function restore(engine: Engine): Promise<LoopState> {
  for (const { step, reason } of task.passedOver) {
    log('warning', {
      zh: `第 ${step} 步的检查点已损坏（${reason.zh}），改用更早的检查点；没有更早的，则从头训练。`,
      en: `The checkpoint of step ${step} is damaged (${reason.en}): an earlier one takes its place, or the run begins anew where there is none.`,
    });
  }
  for (const path of task.checkpoints) {
    try {
      const state = loopStateOf(await engine.loadCheckpoint(path));
      log('info', {
        zh: `从第 ${state.step} 步的检查点继续。`,
        en: `Goes on from the checkpoint of step ${state.step}.`,
      });
      const { state: found, lostStep } = await withBestHere(state, path, checkpointFolderOf(task.runFolder));
      if (lostStep !== null) {
        log('warning', {
          zh: `此前最佳的检查点（第 ${lostStep} 步）不在这台机器上，提前停止从这里重新寻找最佳检查点。`,
          en: `The best checkpoint so far, of step ${lostStep}, is not on this machine: early stopping looks for the best from here on.`,
        });
      }
      return found;
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      log('warning', {
        zh: `检查点“${basename(path)}”无法使用，已跳过：${error.problem}。`,
        en: `The checkpoint '${basename(path)}' cannot be used and was passed over: ${error.problem}.`,
      });
    }
  }
  return loopStateOf(null);
}

/** Measures the model on the test items and says where not all of them were used. */
async function evaluateTest(engine: Engine, data: PreparedData, checkpointStep: number): Promise<EvaluationOutcome> {
  const { configuration, sameAsTraining, runFolder, labels: classes } = task;
  const { samplePrompts, maxTokens } = configuration;
  const { ids, labels, auxiliary } = data.test;
  const split = sameAsTraining ? ('train' as const) : ('test' as const);
  const common = { engine, split, sameAsTraining, checkpointStep, folder: runFolder };
  const { tokenizer, trainingTexts, head, testNumbers: numbers } = data;
  const outcome =
    head === null || labels === null
      ? await evaluate({
          ...common,
          ...{ tokenizer, items: ids, numbers, trainingTexts, samplePrompts, maxTokens },
          batches: batchSettingsOf(configuration),
        })
      : await evaluateLabelled({ ...common, head, data: { ids, labels, auxiliary }, classes, numbers });
  const { sentences } = outcome.result;
  if (sentences < ids.length) {
    log('info', {
      zh: `在 ${ids.length} 条中选取 ${sentences} 条进行评估，每次运行都选取相同的条目。`,
      en: `Evaluated on ${sentences} of ${ids.length} items, the same ones for every run.`,
    });
  }
  return outcome;
}

/** Puts the best checkpoint in the place of the last; false, with the engine as it was, where it cannot be read. */
async function loadBest(engine: Engine, { step, path }: NonNullable<LoopState['bestCheckpoint']>): Promise<boolean> {
  try {
    await engine.loadCheckpoint(path);
    log('info', {
      zh: `提前停止：评估第 ${step} 步的最佳检查点。`,
      en: `Stopped early: the best checkpoint, of step ${step}, is evaluated.`,
    });
    return true;
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    log('warning', {
      zh: `第 ${step} 步的最佳检查点无法读取，改为评估最后的检查点。`,
      en: `The best checkpoint, of step ${step}, cannot be read: the last one is evaluated instead.`,
    });
    return false;
  }
}

async function work(): Promise<void> {
  const { configuration } = task;
  if (configuration.architecture === 'encoder-decoder' && configuration.task !== 'prefix-to-whole') {
    throw new ConfigurationError({
      zh: '编码器–解码器需要输入序列：请选择任务“由前缀补全全文”，或架构“仅解码器”。',
      en: 'An encoder–decoder learns from a source: choose the task prefix-to-whole, or the architecture decoder-only.',
    });
  }
  const data = await prepareData();
  const { totalSteps } = stepsOf(configuration, data.train.ids.length);
  tellWarmup(totalSteps);
  const created = await createEngine({
    model: modelSettingsOf(configuration, data.tokenizer.size, task.labels, task.heads),
    optimiser: optimiserSettingsOf(configuration, totalSteps, task.heads),
    seed: configuration.seed,
    device: configuration.device,
    frozen: configuration.frozenLayers,
    ...(task.startFrom === null ? {} : { startFrom: task.startFrom.checkpoint, newHeads: task.startFrom.newHeads }),
  });
  const engine = stoppable(created, () => output.stopRequest() === STOP.abandon);
  try {
    const { device, adapter, reason } = engine.device;
    log('info', {
      zh: `使用 ${device}（${adapter}）训练。${reason.zh}`,
      en: `Trains on ${device} (${adapter}). ${reason.en}`,
    });
    if (task.checkpoints.length === 0) tellHeads(data.head !== null);
    const state = await restore(engine);
    const loop = new TrainingLoop(engine, configuration, data, checkpointFolderOf(task.runFolder), state, output);
    const end = await loop.run();
    if (end.reason === 'cancelled' || end.reason === 'shutdown') {
      send({ type: 'ended', reason: end.reason });
      return;
    }
    let checkpointStep = end.step;
    if (end.best !== null && end.best.step !== end.step && (await loadBest(engine, end.best))) {
      checkpointStep = end.best.step;
    }
    send({ type: 'trained' });
    const outcome = await evaluateTest(engine, data, checkpointStep);
    send({ type: 'evaluation', ...outcome });
    send({ type: 'ended', reason: end.reason });
  } finally {
    await engine.dispose();
  }
}

// A listener keeps the thread alive between steps; closing the port at the end lets it exit.
port.on('message', () => undefined);
try {
  await work();
} catch (error) {
  if (!(error instanceof StoppedError)) tellFailure(error);
}
emptyHeap();
port.close();

function tellFailure(error: unknown): void {
  const report = error instanceof Error ? (error.stack ?? error.message) : String(error);
  send({ type: 'failed', failure: runFailureOf(error, task.configuration), report });
}
