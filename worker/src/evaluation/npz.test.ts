import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readNpz } from '../test-support/read-npz.ts';
import { float32Array, int32Array, unicodeArray, writeNpz } from './npz.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-npz-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const arrays = [
  float32Array('probabilities', [2, 3], [Float32Array.of(0.1, 0.2, 0.7, 1, 0, 1e-30)]),
  int32Array('targets', [Int32Array.of(2, -5, 2_147_483_647)]),
  unicodeArray('classes', ['<pad>', '你', '𠮷', '']),
];

test('arrays come back with type, shape and every bit', async () => {
  const path = join(folder, 'a.npz');
  const { sha256, sizeBytes } = await writeNpz(path, arrays);
  const file = await readFile(path);
  expect(sizeBytes).toBe(file.length);
  expect(sha256).toBe(createHash('sha256').update(file).digest('hex'));
  const read = readNpz(file);
  expect(read.get('probabilities')).toMatchObject({ type: '<f4', shape: [2, 3] });
  expect(read.get('probabilities')?.data.readFloatLE(8)).toBe(Math.fround(0.7));
  expect(read.get('targets')).toMatchObject({ type: '<i4', shape: [3] });
  expect(read.get('targets')?.data.readInt32LE(4)).toBe(-5);
  const classes = read.get('classes');
  expect(classes).toMatchObject({ type: '<U5', shape: [4] });
  expect(classes?.data.readUInt32LE(20)).toBe('你'.codePointAt(0));
  expect(classes?.data.readUInt32LE(40)).toBe('𠮷'.codePointAt(0));
});

test('the same arrays are the same bytes, in one piece or several, and a failed write leaves nothing', async () => {
  const first = await writeNpz(join(folder, 'a.npz'), arrays);
  const second = await writeNpz(join(folder, 'b.npz'), arrays);
  expect(second.sha256).toBe(first.sha256);
  const inPieces = [
    float32Array('probabilities', [2, 3], [Float32Array.of(0.1, 0.2, 0.7), Float32Array.of(1, 0, 1e-30)]),
    int32Array('targets', [Int32Array.of(2), Int32Array.of(-5, 2_147_483_647)]),
    ...arrays.slice(2),
  ];
  const third = await writeNpz(join(folder, 'd.npz'), inPieces);
  expect(third.sha256).toBe(first.sha256);
  const broken = { ...int32Array('x', [Int32Array.of(1)]), data: [null as unknown as Uint8Array] };
  await expect(writeNpz(join(folder, 'c.npz'), [broken])).rejects.toThrow();
  expect((await readdir(folder)).sort()).toEqual(['a.npz', 'b.npz', 'd.npz']);
});
