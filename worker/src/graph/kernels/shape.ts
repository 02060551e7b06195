import * as tf from '@tensorflow/tfjs';
import { traceBackend } from '../trace-backend.ts';
import { register, required } from './register.ts';

/** Appends a Reshape, once for each value and shape; what was reshaped before and takes its old shape again is that value itself. */
function reshaped(x: tf.TensorInfo, shape: number[]): tf.TensorInfo {
  const constant = traceBackend.reshapedConstant(x, shape);
  if (constant !== null) return constant;
  const { builder } = traceBackend;
  const name = traceBackend.nameOf(x);
  const origin = builder.reshapes.get(name) ?? { name, shape: x.shape };
  if (tf.util.arraysEqual(origin.shape, shape)) return traceBackend.value(origin.name, shape, x.dtype);
  const key = `reshape:${origin.name}:${shape.join(',')}`;
  const output = builder.once(key, () => builder.operation('Reshape', [origin.name, builder.shape(shape)]));
  builder.reshapes.set(output, origin);
  return traceBackend.value(output, shape, x.dtype);
}

/** Registers emitters that move values without changing them: reshape, transpose, slice, join, pad, repeat. */
export function registerShape(): void {
  register('Reshape', (inputs, attributes) => {
    const x = required(inputs, 'x');
    const size = tf.util.sizeFromShape(x.shape);
    return reshaped(x, tf.util.inferFromImplicitShape(attributes['shape'] as number[], size));
  });
  register('ExpandDims', (inputs, attributes) => {
    const x = required(inputs, 'input');
    const dimension = attributes['dim'] as number;
    const shape = [...x.shape];
    shape.splice(dimension < 0 ? shape.length + dimension + 1 : dimension, 0, 1);
    return reshaped(x, shape);
  });
  register('Transpose', (inputs, attributes) => {
    const x = required(inputs, 'x');
    const order = attributes['perm'] as number[];
    const shape = order.map((axis) => x.shape[axis] ?? 1);
    // Where only dimensions of size 1 change their places, no number does.
    const moved = order.filter((axis) => x.shape[axis] !== 1);
    if (moved.every((axis, index) => index === 0 || axis > (moved[index - 1] ?? 0))) return reshaped(x, shape);
    const name = traceBackend.builder.operation('Transpose', [traceBackend.nameOf(x)], {
      attributes: { perm: { ints: [...order] } },
    });
    return traceBackend.value(name, shape, x.dtype);
  });
  register('Tile', (inputs, attributes) => {
    const x = required(inputs, 'x');
    const repeats = attributes['reps'] as number[];
    const { builder } = traceBackend;
    const name = builder.operation('Tile', [traceBackend.nameOf(x), builder.int64(repeats)]);
    const shape = x.shape.map((size, axis) => size * (repeats[axis] ?? 1));
    return traceBackend.value(name, shape, x.dtype);
  });
  register('Slice', (inputs, attributes) => {
    const x = required(inputs, 'x');
    const begin = attributes['begin'] as number[];
    const size = (attributes['size'] as number[]).map((length, axis) =>
      length === -1 ? (x.shape[axis] ?? 0) - (begin[axis] ?? 0) : length,
    );
    // An axis that is kept whole is not named: its size may be known only when the graph runs.
    const axes = size.flatMap((length, axis) => (length === x.shape[axis] ? [] : [axis]));
    if (axes.length === 0) return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
    const start = axes.map((axis) => begin[axis] ?? 0);
    const end = axes.map((axis, index) => (start[index] ?? 0) + (size[axis] ?? 0));
    const { builder } = traceBackend;
    const name = builder.operation('Slice', [
      traceBackend.nameOf(x),
      builder.int64(start),
      builder.int64(end),
      builder.int64(axes),
    ]);
    return traceBackend.value(name, size, x.dtype);
  });
  register('SplitV', (inputs, attributes) => {
    const x = required(inputs, 'x');
    const axis = tf.util.parseAxisParam(attributes['axis'] as number, x.shape)[0] ?? 0;
    const sizes = attributes['numOrSizeSplits'];
    if (!Array.isArray(sizes)) throw new Error('Split is written with the sizes of its parts');
    const { builder } = traceBackend;
    const names = sizes.map(() => builder.freshName());
    const from = [traceBackend.nameOf(x), builder.int64(sizes as number[])];
    builder.addNode('Split', from, names, { attributes: { axis: { int: axis } } });
    return names.map((name, index) => traceBackend.value(name, x.shape.with(axis, sizes[index] as number), x.dtype));
  });
  register('Concat', (inputs, attributes) => {
    const parts = Object.values(inputs);
    const first = parts[0];
    if (first === undefined) throw new Error('Concat was called without tensors');
    const axis = tf.util.parseAxisParam(attributes['axis'] as number, first.shape)[0] ?? 0;
    const shape = [...first.shape];
    shape[axis] = parts.reduce((total, part) => total + (part.shape[axis] ?? 0), 0);
    const names = parts.map((part) => traceBackend.nameOf(part));
    const name = traceBackend.builder.operation('Concat', names, { attributes: { axis: { int: axis } } });
    return traceBackend.value(name, shape, first.dtype);
  });
  register('PadV2', (inputs, attributes) => {
    const x = required(inputs, 'x');
    const paddings = attributes['paddings'] as [number, number][];
    const { builder } = traceBackend;
    const amounts = [...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)];
    const fill = builder.scalar(attributes['constantValue'] as number, x.dtype === 'int32' ? 'int32' : 'float32');
    const name = builder.operation('Pad', [traceBackend.nameOf(x), builder.int64(amounts), fill]);
    const shape = x.shape.map((size, axis) => size + (paddings[axis]?.[0] ?? 0) + (paddings[axis]?.[1] ?? 0));
    return traceBackend.value(name, shape, x.dtype);
  });
}
