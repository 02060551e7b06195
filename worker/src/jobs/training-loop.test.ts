import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import type { RunEventPayload } from '@greenlight/shared/worker-protocol/events.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodeText } from '../data/encode-text.ts';
import { TINY_TEXTS, tinyConfiguration, tinyEngine } from '../test-support/tiny-run.ts';
import { checkpointPath } from '../training/checkpoint.ts';
import { NonFiniteLossError } from '../training/errors.ts';
import { withBestHere } from './best-checkpoint.ts';
import { loopStateOf } from './loop-state.ts';
import { checkpointFolderOf, deleteUnfinished } from './run-folder.ts';
import { STOP } from './thread-protocol.ts';
import { TrainingLoop, type LoopEnd } from './training-loop.ts';

/** Two micro-batches a step and two steps an epoch; the held-out text becomes worse while the others are learned. */
const CONFIGURATION = tinyConfiguration({
  learningRate: 0.05,
  epochs: 50,
  gradientAccumulation: 2,
  dropout: 0.1,
  checkpointEverySteps: 1,
  earlyStoppingPatience: 3,
  samplePrompts: [],
});

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-loop-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** What a loop left: how it ended, its checkpoints in order, and its points by name and step. */
interface Left {
  end: LoopEnd;
  checkpoints: { step: number; path: string }[];
  points: Map<string, number>;
}

/** How a run is trained here where it is not as usual. */
interface Unusual {
  configuration?: RunConfiguration;
  /** The checkpoints are added to these, so that they are known of a run that fails. */
  checkpoints?: Left['checkpoints'];
  /** The step after which the run is to stop. */
  cancelAfter?: number;
}

async function trained(
  place: string,
  resumeFrom: string | null,
  { configuration = CONFIGURATION, checkpoints = [], cancelAfter }: Unusual = {},
): Promise<Left> {
  const { engine, tokenizer } = await tinyEngine(configuration);
  const train = { ids: TINY_TEXTS.map((text) => encodeText(tokenizer, text)), labels: null, auxiliary: [] };
  const validation = { ids: [encodeText(tokenizer, 'hgfedc')], labels: null, auxiliary: [] };
  const points: Left['points'] = new Map();
  const emit = (payload: RunEventPayload): void => {
    if (payload.type !== 'metrics') return;
    for (const { name, step, value } of payload.points) {
      if (name !== 'training/tokens-per-second') points.set(`${name} ${step}`, value ?? Number.NaN);
    }
  };
  const found = resumeFrom === null ? null : loopStateOf(await engine.loadCheckpoint(resumeFrom));
  const state = found === null ? loopStateOf(null) : (await withBestHere(found, resumeFrom ?? '', place)).state;
  let steps = 0;
  const loop = new TrainingLoop(engine, configuration, { train, validation, tokenizer, head: null }, place, state, {
    emit,
    sync: () => Promise.resolve(),
    checkpoint: ({ path }, step) => {
      checkpoints.push({ step, path });
      return Promise.resolve();
    },
    timing: () => undefined,
    stopRequest: () => (++steps === cancelAfter ? STOP.cancel : STOP.none),
  });
  try {
    return { end: await loop.run(), checkpoints, points };
  } finally {
    await engine.dispose();
  }
}

test('a run that is resumed from any of its checkpoints stops early where it would have, with the same best one', async () => {
  const whole = await trained(folder, null);
  expect(whole.end.reason).toBe('early-stopping');
  const best = whole.end.best?.step ?? 0;
  expect(best).toBeLessThan(whole.end.step);
  // In the middle of an epoch, the best one itself, those after it, and the last, whose run was killed while it was measured.
  const resumed = whole.checkpoints.filter(({ step }) => step >= best - 1);
  expect(resumed.map(({ step }) => step)).toContain(best);
  for (const { step, path } of resumed) {
    const rest = await trained(folder, path);
    expect([step, rest.end]).toEqual([step, whole.end]);
    for (const [name, value] of rest.points) expect([name, value]).toEqual([name, whole.points.get(name)]);
    expect(rest.points.size > 0).toBe(step < whole.end.step);
  }
});

describe('a run that diverges', () => {
  const configuration = tinyConfiguration({
    ...{ optimiser: 'sgd', learningRate: 10, activation: 'gelu', feedForward: 512, epochs: 50 },
    ...{ checkpointEverySteps: 1, evaluateEverySteps: 1000, samplePrompts: [] },
  });

  const upTo = (step: number): number[] => Array.from({ length: step }, (_, place) => place + 1);

  /** The step that fails, and those whose checkpoints were kept until then. */
  async function diverged(): Promise<{ failed: number; kept: number[] }> {
    const checkpoints: Left['checkpoints'] = [];
    const error: unknown = await trained(folder, null, { configuration, checkpoints }).catch(
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(NonFiniteLossError);
    return { failed: (error as NonFiniteLossError).step, kept: checkpoints.map(({ step }) => step) };
  }

  test('keeps every checkpoint but that of the model which has gone wrong', async () => {
    const { failed, kept } = await diverged();
    expect(failed).toBeGreaterThan(3);
    expect(kept).toEqual(upTo(failed - 2));
  });

  test('and is cancelled before that shows keeps no checkpoint of it either', async () => {
    const { failed } = await diverged();
    const cancelled = await trained(folder, null, { configuration, cancelAfter: failed - 1 });
    expect(cancelled.end).toMatchObject({ reason: 'cancelled', step: failed - 1 });
    expect(cancelled.checkpoints.map(({ step }) => step)).toEqual(upTo(failed - 2));
  });

  test('and is cancelled while it answers with numbers keeps its last step', async () => {
    const { checkpoints } = await trained(folder, null, { configuration, cancelAfter: 2 });
    expect(checkpoints.map(({ step }) => step)).toEqual([1, 2]);
  });
});

describe('the best checkpoint of a resumed run', () => {
  const at = (step: number, best: { step: number; path: string } | null) => ({
    ...loopStateOf(null),
    ...{ step, bestLoss: 1.5, evaluationsWithoutBetter: 2, bestCheckpoint: best },
  });
  const elsewhere = '/another/machine/checkpoint-00000004.safetensors';

  test('is the file itself that the run goes on from', async () => {
    const path = join(folder, 'from-server-4.safetensors');
    await writeFile(path, '');
    const found = await withBestHere(at(4, { step: 4, path: elsewhere }), path, folder);
    expect(found).toEqual({ state: at(4, { step: 4, path }), lostStep: null });
  });

  test("has moved with the run's folder", async () => {
    await writeFile(checkpointPath(folder, 4), '');
    const { state } = await withBestHere(at(6, { step: 4, path: elsewhere }), join(folder, 'six'), folder);
    expect(state.bestCheckpoint).toEqual({ step: 4, path: checkpointPath(folder, 4) });
  });

  test('is looked for anew where it stayed on another machine', async () => {
    const found = await withBestHere(at(6, { step: 4, path: elsewhere }), join(folder, 'six'), folder);
    const fresh = { bestLoss: null, bestCheckpoint: null, evaluationsWithoutBetter: 0 };
    expect(found).toEqual({ state: { ...at(6, null), ...fresh }, lostStep: 4 });
  });
});

test('halves of checkpoints that a killed attempt left are deleted, whole ones stay', async () => {
  const checkpoints = checkpointFolderOf(folder);
  await mkdir(checkpoints);
  const whole = ['checkpoint-00000003.safetensors', 'from-server-2.safetensors'];
  const halves = ['checkpoint-00000004.safetensors.812.partial', 'from-server-2.safetensors.partial-99'];
  for (const name of [...whole, ...halves]) await writeFile(join(checkpoints, name), '');
  await deleteUnfinished(folder);
  expect((await readdir(checkpoints)).toSorted()).toEqual(whole);
  await deleteUnfinished(join(folder, 'nothing-here'));
});
