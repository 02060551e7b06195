import { expect, test } from 'vitest';
import { record } from '../graph/record.ts';
import { canAvoidOutputCopies, runInto } from './output-copies.ts';
import { cpuSessionOptions, openSession, tensorOver } from './sessions.ts';

test.each([false, true])('results arrive in the buffers given (sequence output: %s)', async (sequenceOutput) => {
  const graph = record(
    [{ name: 'x', shape: [3], type: 'float32' }],
    ({ inputs }) => {
      const x = inputs['x'];
      if (x === undefined) throw new Error('The graph has no input');
      return { doubled: x.add(x), squared: x.mul(x) };
    },
    { sequenceOutput },
  );
  const session = await openSession(graph.bytes, cpuSessionOptions());
  const [doubled, squared] = [new Float32Array(3), new Float32Array(3)];
  const fetches = { doubled: tensorOver(doubled, [3]), squared: tensorOver(squared, [3]) };
  await runInto(session, { x: tensorOver(Float32Array.of(1, 2, 3), [3]) }, fetches, graph.sequenceOutput);
  expect([...doubled, ...squared]).toEqual([2, 4, 6, 1, 4, 9]);
  const failure = runInto(session, {}, fetches, graph.sequenceOutput);
  await expect(failure).rejects.toThrow(/'x'/);
  await session.release();
});

test('the pinned version of ONNX Runtime lets copies be avoided', async () => {
  expect(await canAvoidOutputCopies(cpuSessionOptions())).toBe(true);
});
