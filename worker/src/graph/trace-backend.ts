import * as tf from '@tensorflow/tfjs';
import { GraphBuilder, type ElementType, type OperationOptions } from './graph-builder.ts';

/** Name under which tfjs knows the recording backend. */
export const TRACE_BACKEND = 'trace';

/** What stands behind a traced tensor: a graph value, or numbers that were known while recording. */
interface TracedValue {
  type: ElementType;
  /** The graph value; null until a constant is first used. */
  name: string | null;
  /** Shape of the graph value: equal to, or broadcastable to, the tensor's own shape. */
  storedShape: number[];
  /** Known numbers of a constant; null for a computed value and for a constant that is one number throughout. */
  values: ArrayLike<number> | null;
  /** The one number that fills a constant, or null. */
  uniform: number | null;
}

/** An operand of an elementwise operator: it may be smaller than the tensor it stands for, because ONNX broadcasts too. */
interface Operand {
  name: string;
  storedShape: number[];
  uniform: number | null;
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, index) => size === b[index]);
}

function uniformValue(values: ArrayLike<number>): number | null {
  const first = values[0];
  if (first === undefined) return null;
  for (let index = 1; index < values.length; index++) if (values[index] !== first) return null;
  return first;
}

function elementType(type: tf.DataType): ElementType {
  if (type === 'float32' || type === 'int32' || type === 'bool') return type;
  throw new Error(`A ${type} tensor cannot be recorded: graphs hold float32, int32 and bool`);
}

/** A tfjs backend whose tensors are names in an ONNX graph: kernels append nodes instead of computing numbers. */
class TraceBackend extends tf.KernelBackend {
  private readonly traced = new WeakMap<object, TracedValue>();
  private current: GraphBuilder | null = null;

  /** Whether a graph is being recorded now. */
  get isRecording(): boolean {
    return this.current !== null;
  }

  /** The graph being recorded. */
  get builder(): GraphBuilder {
    if (this.current === null) throw new Error('A tensor operation on the trace backend ran outside record()');
    return this.current;
  }

  /** Makes a graph the one that kernels append to while `record` runs. */
  recordInto<T>(builder: GraphBuilder, run: () => T): T {
    if (this.current !== null) throw new Error('record() was called inside another record()');
    this.current = builder;
    try {
      return run();
    } finally {
      this.current = null;
    }
  }

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): object {
    const dataId = {};
    this.move(dataId, values, shape, dtype);
    return dataId;
  }

  override move(dataId: object, values: tf.BackendValues, shape: number[], dtype: tf.DataType): void {
    const numbers = values as ArrayLike<number>;
    const uniform = uniformValue(numbers);
    const known = uniform === null ? numbers : null;
    this.traced.set(dataId, { type: elementType(dtype), name: null, storedShape: shape, values: known, uniform });
  }

  /** A tensor for a graph value; `storedShape` is given when the value is smaller and broadcasts to `shape`. */
  value(name: string, shape: number[], dtype: tf.DataType, storedShape: number[] = shape): tf.TensorInfo {
    const dataId = {};
    this.builder.shapes.set(name, storedShape);
    this.traced.set(dataId, { type: elementType(dtype), name, storedShape, values: null, uniform: null });
    return { dataId, shape, dtype };
  }

  /** A constant filled with one number; it takes no memory however large its shape. */
  filled(uniform: number, shape: number[], dtype: tf.DataType): tf.TensorInfo {
    const dataId = {};
    this.traced.set(dataId, { type: elementType(dtype), name: null, storedShape: shape, values: null, uniform });
    return { dataId, shape, dtype };
  }

  /** The same tensor under another shape, for constants; null when the tensor is a graph value. */
  reshapedConstant(tensor: tf.TensorInfo, shape: number[]): tf.TensorInfo | null {
    const traced = this.lookUp(tensor);
    if (traced.name !== null) return null;
    const dataId = {};
    this.traced.set(dataId, { ...traced, storedShape: shape });
    return { dataId, shape, dtype: tensor.dtype };
  }

  /** The numbers of a constant that is not one number throughout, where they are known while recording. */
  numbersOf(tensor: tf.TensorInfo): ArrayLike<number> | null {
    return this.lookUp(tensor).values;
  }

  /** Graph value of a tensor, with the tensor's full shape. */
  nameOf(tensor: tf.TensorInfo): string {
    const traced = this.lookUp(tensor);
    const { shape } = tensor;
    if (traced.name === null && traced.uniform !== null) {
      const scalar = this.builder.scalar(traced.uniform, traced.type);
      return shape.length === 0 ? scalar : this.expanded(scalar, shape);
    }
    if (traced.name === null) {
      traced.name = this.builder.constant(traced.values ?? [], shape, traced.type);
      traced.storedShape = shape;
    }
    if (sameShape(traced.storedShape, shape)) return traced.name;
    return this.expanded(traced.name, shape);
  }

  /** Graph value of a tensor for an operator that broadcasts: the small form where there is one. */
  operand(tensor: tf.TensorInfo): Operand {
    const traced = this.lookUp(tensor);
    if (traced.name === null && traced.uniform !== null) {
      return { name: this.builder.scalar(traced.uniform, traced.type), storedShape: [], uniform: traced.uniform };
    }
    if (traced.name === null) return { name: this.nameOf(tensor), storedShape: tensor.shape, uniform: null };
    return { name: traced.name, storedShape: traced.storedShape, uniform: null };
  }

  private expanded(name: string, shape: number[]): string {
    const { builder } = this;
    return builder.once(`expand:${name}:${shape.join(',')}`, () =>
      builder.operation('Expand', [name, builder.shape(shape)]),
    );
  }

  private lookUp(tensor: tf.TensorInfo): TracedValue {
    const traced = this.traced.get(tensor.dataId);
    if (traced === undefined) throw new Error('A tensor made outside record() was used inside it');
    return traced;
  }

  // tfjs asks every backend for the rest; a recording owns no memory and cannot answer with numbers.
  override readSync(): tf.BackendValues {
    throw new Error('The values of a tensor are not known while it is being recorded');
  }
  override read(): Promise<tf.BackendValues> {
    return Promise.reject(new Error('The values of a tensor are not known while it is being recorded'));
  }
  override numDataIds(): number {
    return 0;
  }
  override refCount(): number {
    return 1;
  }
  override incRef(): void {}
  override disposeData(): boolean {
    return true;
  }
  override timerAvailable(): boolean {
    return false;
  }
  override floatPrecision(): 16 | 32 {
    return 32;
  }
  override epsilon(): number {
    return 1e-7;
  }
  override dispose(): void {}
}

/** The one recording backend of the process. */
export const traceBackend = new TraceBackend();

/** Turns a traced value into a tensor that tfjs operations accept. */
export function asTensor(info: tf.TensorInfo): tf.Tensor {
  return tf.engine().makeTensorFromTensorInfo(info);
}

/** Appends an ONNX node with one float32 output straight to the graph; for use inside custom gradients, where tfjs keeps no tape. */
export function emit(
  operator: string,
  inputs: (tf.Tensor | string)[],
  shape: number[],
  options: OperationOptions = {},
): tf.Tensor {
  const names = inputs.map((input) => (typeof input === 'string' ? input : traceBackend.nameOf(input)));
  return asTensor(traceBackend.value(traceBackend.builder.operation(operator, names, options), shape, 'float32'));
}
