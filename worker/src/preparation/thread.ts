import { parentPort } from 'node:worker_threads';
import {
  chooseProbes,
  proposeContained,
  type RunSamples,
} from '@greenlight/shared/stages/data/preparation/contained-texts.ts';
import { RunCounts } from '@greenlight/shared/stages/data/preparation/run-tables.ts';
import { cleanChunk } from './clean-chunk.ts';
import { comparePairs } from './compare-pairs.ts';
import { countVersion } from './count-version.ts';
import { proposePairs } from './propose-pairs.ts';
import { readChunk } from './read-chunk.ts';
import { sampleChunk, samplesOfChunk } from './sample-runs.ts';
import type {
  ChooseProbesTask,
  NumberedTask,
  ProposeContainedTask,
  ThreadReply,
  ThreadResults,
  ThreadTask,
} from './thread-protocol.ts';

/*
 * The entry of a thread that works on chunks: it reads and writes files itself, so that what crosses threads is small.
 */

const port = parentPort;
if (!port) throw new Error('This thread is started by the preparation.');

async function perform(task: ThreadTask): Promise<ThreadResults[keyof ThreadResults]> {
  switch (task.type) {
    case 'read':
      await readChunk(task);
      return null;
    case 'clean':
      await cleanChunk(task);
      return null;
    case 'propose':
      return proposePairs(task);
    case 'compare':
      return comparePairs(task);
    case 'sample':
      return sampleChunk(task);
    case 'choose-probes':
      return chooseProbes(await samplesOf(task), new RunCounts(task.cells), task.same);
    case 'propose-contained':
      return proposeContained(await samplesOf(task), task.tables, task.items);
    case 'count':
      return countVersion(task);
  }
}

function samplesOf({ folder, chunk, starts }: ChooseProbesTask | ProposeContainedTask): Promise<RunSamples> {
  return samplesOfChunk(folder, chunk, starts);
}

function buffersOf(result: ThreadResults[keyof ThreadResults]): ArrayBuffer[] {
  if (result === null || typeof result === 'number' || 'preview' in result || 'problem' in result) return [];
  const arrays = ArrayBuffer.isView(result) ? [result] : Object.values(result);
  return arrays.map(({ buffer }) => buffer as ArrayBuffer);
}

async function answer({ number, task }: NumberedTask): Promise<void> {
  try {
    const result = await perform(task);
    port!.postMessage({ number, result } satisfies ThreadReply, buffersOf(result));
  } catch (error) {
    // What crosses threads keeps no more of an error than its words.
    const { code } = error as NodeJS.ErrnoException;
    port!.postMessage({ number, error, code } satisfies ThreadReply);
  }
}

port.on('message', (task: NumberedTask) => void answer(task));
