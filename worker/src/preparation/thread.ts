import { parentPort } from 'node:worker_threads';
import { cleanChunk } from './clean-chunk.ts';
import { comparePairs } from './compare-pairs.ts';
import { readChunk } from './read-chunk.ts';
import type { ThreadReply, ThreadTask } from './thread-protocol.ts';

/*
 * The entry of a thread that works on chunks: it reads and writes files itself, so that what crosses threads is small.
 */

const port = parentPort;
if (!port) throw new Error('This thread is started by the preparation.');

async function perform(task: ThreadTask): Promise<Float32Array | null> {
  switch (task.type) {
    case 'read':
      await readChunk(task);
      return null;
    case 'clean':
      await cleanChunk(task);
      return null;
    case 'compare':
      return comparePairs(task);
  }
}

async function answer(task: ThreadTask): Promise<void> {
  try {
    const similarities = await perform(task);
    const reply: ThreadReply = { similarities };
    port!.postMessage(reply, similarities === null ? [] : [similarities.buffer as ArrayBuffer]);
  } catch (error) {
    port!.postMessage({ error } satisfies ThreadReply);
  }
}

port.on('message', (task: ThreadTask) => void answer(task));
