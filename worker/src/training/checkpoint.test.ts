import { createHash } from 'node:crypto';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEngine } from './create-engine.ts';
import { batchOf, PLAIN_ADAM, TINY_MODEL, tinyPairs } from './test-support/tiny-model.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-checkpoint-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const DATA_LENGTH_AT = 8;

/** A checkpoint with an array of zeros before all others, which takes no room on the disk: their places are beyond its size. */
async function withZerosBefore(path: string, target: string, zeroBytes: number): Promise<void> {
  const bytes = await readFile(path);
  const dataStart = DATA_LENGTH_AT + Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.subarray(DATA_LENGTH_AT, dataStart).toString()) as Record<
    string,
    { data_offsets: [number, number]; training: string; sha256: string }
  >;
  const { __metadata__: metadata, ...arrays } = header;
  const digest = createHash('sha256').update(metadata!.training);
  const piece = Buffer.alloc(2 ** 22);
  for (let done = 0; done < zeroBytes; done += piece.length) digest.update(piece);
  digest.update(bytes.subarray(dataStart));
  for (const { data_offsets: place } of Object.values(arrays)) {
    place[0] += zeroBytes;
    place[1] += zeroBytes;
  }
  const zeros = { dtype: 'F32', shape: [zeroBytes / 4], data_offsets: [0, zeroBytes] };
  const text = Buffer.from(
    JSON.stringify({
      __metadata__: { ...metadata, sha256: digest.digest('hex') },
      'parameter.unused': zeros,
      ...arrays,
    }),
  );
  const length = Buffer.alloc(DATA_LENGTH_AT);
  length.writeBigUInt64LE(BigInt(text.length));
  const file = await open(target, 'w');
  await file.write(Buffer.concat([length, text]), 0, undefined, 0);
  await file.write(bytes, dataStart, bytes.length - dataStart, DATA_LENGTH_AT + text.length + zeroBytes);
  await file.close();
}

test('a checkpoint above 2 GiB, which no single read can take, is resumed from', async () => {
  const options = { model: TINY_MODEL, optimiser: PLAIN_ADAM, seed: 4, device: 'cpu' as const };
  const batch = batchOf(tinyPairs(TINY_MODEL, 3, 1));
  const trained = await createEngine(options);
  await trained.step([batch], 1);
  const { path } = await trained.saveCheckpoint(folder, { batch: 1 });
  const large = join(folder, 'large.safetensors');
  await withZerosBefore(path, large, 2 ** 31 + 2 ** 22);
  const resumed = await createEngine({ ...options, seed: 5, checkpoint: large });
  expect((await resumed.step([batch], 2)).loss).toBe((await trained.step([batch], 2)).loss);
  const [expected, actual] = [
    await trained.saveCheckpoint(join(folder, 'a'), null),
    await resumed.saveCheckpoint(join(folder, 'b'), null),
  ];
  const arraysOf = async (file: string) => {
    const bytes = await readFile(file);
    return bytes.subarray(DATA_LENGTH_AT + Number(bytes.readBigUInt64LE()));
  };
  expect((await arraysOf(actual.path)).equals(await arraysOf(expected.path))).toBe(true);
  await trained.dispose();
  await resumed.dispose();
});
