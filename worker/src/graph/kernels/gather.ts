import { onnxDataType } from '../encode.ts';
import { traceBackend } from '../trace-backend.ts';
import { register, required } from './register.ts';

/** Appends [..., depth] ones where the index equals the position; composed because OneHot has no int32 kernel in ONNX Runtime. */
function appendOneHot(indices: string, shape: number[], depth: number): string {
  const { builder } = traceBackend;
  const positions = builder.once(`positions:${depth}`, () =>
    builder.constant(
      Array.from({ length: depth }, (_, index) => index),
      [depth],
      'int32',
    ),
  );
  const column = builder.operation('Reshape', [indices, builder.int64([...shape, 1])]);
  const equal = builder.operation('Equal', [column, positions]);
  return builder.operation('Cast', [equal], { attributes: { to: { int: onnxDataType('float32') } } });
}

/** Registers emitters that look values up by index, and the gradient of that. */
export function registerGather(): void {
  register('GatherV2', (inputs, attributes) => {
    const [x, indices] = [required(inputs, 'x'), required(inputs, 'indices')];
    const axis = attributes['axis'] as number;
    const name = traceBackend.builder.operation('Gather', [traceBackend.nameOf(x), traceBackend.nameOf(indices)], {
      attributes: { axis: { int: axis } },
    });
    const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
    return traceBackend.value(name, shape, x.dtype);
  });
  register('OneHot', (inputs, attributes) => {
    const indices = required(inputs, 'indices');
    const depth = attributes['depth'] as number;
    const name = appendOneHot(traceBackend.nameOf(indices), indices.shape, depth);
    return traceBackend.value(name, [...indices.shape, depth], 'float32');
  });
  // A product with a one-hot matrix instead of ScatterND: adding repeated rows in parallel gives a different, wrong sum each time.
  register('UnsortedSegmentSum', (inputs, attributes) => {
    const [x, segmentIds] = [required(inputs, 'x'), required(inputs, 'segmentIds')];
    const segments = attributes['numSegments'] as number;
    const { builder } = traceBackend;
    const rows = segmentIds.shape[0] ?? 0;
    const width = x.shape.slice(1).reduce((product, size) => product * size, 1);
    const oneHot = appendOneHot(traceBackend.nameOf(segmentIds), [rows], segments);
    const transposed = builder.operation('Transpose', [oneHot], { attributes: { perm: { ints: [1, 0] } } });
    const flat = builder.operation('Reshape', [traceBackend.nameOf(x), builder.int64([rows, width])]);
    const sums = builder.operation('MatMul', [transposed, flat]);
    const shape = [segments, ...x.shape.slice(1)];
    return traceBackend.value(builder.operation('Reshape', [sums, builder.int64(shape)]), shape, x.dtype);
  });
}
