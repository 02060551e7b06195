import type { Readable } from 'node:stream';
import { itemsOfLine } from '@greenlight/shared/stages/data/stored-line.ts';
import {
  LengthProfiler,
  lengthProfile,
  type LengthProfile,
} from '@greenlight/shared/stages/training/plan/length-profile.ts';
import type { LengthStore } from './length-store.ts';

/** Bytes of a version that are read for its lengths: all of most versions, and enough of a larger one. */
const MOST_BYTES = 64 * 1024 * 1024;
const LINE_FEED = 0x0a;

/** The door to how long the items of data versions are. */
export interface LengthService {
  /** Reads the version's content the first time; `open` gives it. */
  profileOf(datasetVersionId: string, open: () => Promise<{ stream: Readable }>): Promise<LengthProfile>;
}

/** The lines of a stream until so many bytes are read, and whether that was all of it. */
async function* linesOf(stream: Readable, state: { isComplete: boolean }): AsyncGenerator<string> {
  const pieces: Buffer[] = [];
  let read = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      yield Buffer.concat([...pieces.splice(0), chunk.subarray(start, end)]).toString('utf8');
      start = end + 1;
    }
    pieces.push(chunk.subarray(start));
    read += chunk.length;
    if (read < MOST_BYTES) continue;
    state.isComplete = false;
    stream.destroy();
    return;
  }
  yield Buffer.concat(pieces).toString('utf8');
}

async function measure(stream: Readable): Promise<LengthProfile> {
  const profiler = new LengthProfiler();
  const state = { isComplete: true };
  for await (const line of linesOf(stream, state)) {
    if (line.trim() === '') continue;
    for (const item of itemsOfLine(line)) profiler.add(item);
  }
  return profiler.profile(state.isComplete);
}

/** Builds the length service; several who ask for the same version at once wait for one reading. */
export function createLengthService(store: LengthStore): LengthService {
  const underWay = new Map<string, Promise<LengthProfile>>();

  async function read(datasetVersionId: string, open: () => Promise<{ stream: Readable }>): Promise<LengthProfile> {
    const known = lengthProfile.safeParse(await store.find(datasetVersionId));
    if (known.success) return known.data;
    const profile = await measure((await open()).stream);
    await store.keep(datasetVersionId, profile);
    return profile;
  }

  return {
    profileOf(datasetVersionId, open) {
      const reading = underWay.get(datasetVersionId) ?? read(datasetVersionId, open);
      underWay.set(datasetVersionId, reading);
      return reading.finally(() => underWay.delete(datasetVersionId));
    },
  };
}
