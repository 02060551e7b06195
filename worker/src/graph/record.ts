import * as tf from '@tensorflow/tfjs';
import { encodeModel, onnxDataType, type GraphParts } from './encode.ts';
import { GraphBuilder, type ElementType, type GraphNode, type TensorSpec } from './graph-builder.ts';
import { registerConstants } from './kernels/constants.ts';
import { registerElementwise } from './kernels/elementwise.ts';
import { registerGather } from './kernels/gather.ts';
import { registerMatMul } from './kernels/matmul.ts';
import { registerReduce } from './kernels/reduce.ts';
import { register } from './kernels/register.ts';
import { registerShape } from './kernels/shape.ts';
import { OWN_DOMAIN } from '../products/layout.ts';
import { withOwnFusions } from './own-fusions.ts';
import { withHeadsWritten } from './packed-products.ts';
import { asTensor, TRACE_BACKEND, traceBackend } from './trace-backend.ts';

/** A tfjs kernel was used in a recorded function that has no ONNX emitter. */
export class UnsupportedKernelError extends Error {
  readonly kernelName: string;
  constructor(kernelName: string) {
    super(`The tfjs kernel '${kernelName}' has no ONNX emitter; add one under worker/src/graph/kernels`);
    this.name = 'UnsupportedKernelError';
    this.kernelName = kernelName;
  }
}

/** A recorded function: an ONNX file and the names by which it is fed and read. */
export interface RecordedGraph {
  bytes: Uint8Array<ArrayBuffer>;
  inputs: TensorSpec[];
  outputs: TensorSpec[];
  nodeCount: number;
  /** Some nodes are operators of this project's own, which only some sessions have; see products/. */
  hasOwnOperators: boolean;
  /** The leading output of sequence type, when one was asked for. */
  sequenceOutput: string | null;
  /** The recorded function itself, for devices that run it operation by operation; see runtime/eager.ts. */
  compute: (recording: Recording) => Record<string, tf.Tensor>;
}

/** What a recorded function may do besides computing: declare further graph inputs as it meets them. */
export interface Recording {
  inputs: Record<string, tf.Tensor>;
  declareInput(spec: TensorSpec): tf.Tensor;
}

/** Settings of a recording. */
export interface RecordOptions {
  /** Adds a first output that is a sequence holding the first tensor; see runtime/output-copies.ts. */
  sequenceOutput?: boolean;
}

/** Adds an input to the graph being recorded. */
function declareInput({ type, ...spec }: TensorSpec): tf.Tensor {
  const { builder } = traceBackend;
  builder.inputs.push({ ...spec, type });
  if (type !== 'int64') return asTensor(traceBackend.value(spec.name, spec.shape, type));
  const attributes = { to: { int: onnxDataType('int32') } };
  return asTensor(traceBackend.value(builder.operation('Cast', [spec.name], { attributes }), spec.shape, 'int32'));
}

let registered = false;

function registerTraceBackend(): void {
  if (registered) return;
  registered = true;
  tf.registerBackend(TRACE_BACKEND, () => traceBackend);
  registerElementwise();
  registerConstants();
  registerMatMul();
  registerReduce();
  registerShape();
  registerGather();
  const emitted = new Set(tf.getKernelsForBackend(TRACE_BACKEND).map((kernel) => kernel.kernelName));
  for (const { kernelName } of tf.getKernelsForBackend('cpu')) {
    if (emitted.has(kernelName)) continue;
    register(kernelName, () => {
      throw new UnsupportedKernelError(kernelName);
    });
  }
}

/**
 * Runs `compute` once with tensors that stand for the graph's inputs and returns the graph of what it did.
 * Gradients taken inside `compute` become nodes like everything else. Outputs keep the names they are returned under.
 */
export function record(
  inputSpecs: readonly TensorSpec[],
  compute: (recording: Recording) => Record<string, tf.Tensor>,
  options: RecordOptions = {},
): RecordedGraph {
  const parts = recordParts(inputSpecs, compute, options);
  const { inputs, outputs, nodes, sequenceOutput } = parts;
  const hasOwnOperators = nodes.some(({ domain }) => domain === OWN_DOMAIN);
  const nodeCount = nodes.length;
  return { bytes: encodeModel(parts), inputs, outputs, nodeCount, hasOwnOperators, sequenceOutput, compute };
}

/** The same as `record`, before the graph is written down as a file. */
export function recordParts(
  inputSpecs: readonly TensorSpec[],
  compute: (recording: Recording) => Record<string, tf.Tensor>,
  options: RecordOptions = {},
): GraphParts {
  registerTraceBackend();
  const builder = new GraphBuilder();
  const previousBackend = tf.engine().backendName ?? 'cpu';
  void tf.setBackend(TRACE_BACKEND);
  try {
    return traceBackend.recordInto(builder, () => {
      const outputs: TensorSpec[] = [];
      const sources: string[] = [];
      tf.tidy(() => {
        const inputs = Object.fromEntries(inputSpecs.map((spec) => [spec.name, declareInput(spec)]));
        for (const [name, tensor] of Object.entries(compute({ inputs, declareInput }))) {
          sources.push(traceBackend.nameOf(tensor));
          const { shape, dtype } = tensor;
          outputs.push({ name, shape, type: dtype as ElementType, symbols: builder.symbolsIn(shape) });
        }
      });
      nameOutputs(builder, outputs, sources);
      return finish(builder, outputs, options.sequenceOutput === true);
    });
  } finally {
    void tf.setBackend(previousBackend);
  }
}

/** Gives the values behind the outputs the outputs' names; an Identity node, which would copy, only where a value has two roles. */
function nameOutputs(builder: GraphBuilder, outputs: readonly TensorSpec[], sources: readonly string[]): void {
  const computed = new Set(builder.nodes.flatMap((node) => node.outputs));
  const renamed = new Map<string, string>();
  outputs.forEach(({ name }, index) => {
    const source = sources[index] ?? '';
    if (computed.has(source) && !renamed.has(source)) renamed.set(source, name);
    else builder.addNode('Identity', [source], [name]);
  });
  for (const node of builder.nodes) {
    node.inputs = node.inputs.map((name) => renamed.get(name) ?? name);
    node.outputs = node.outputs.map((name) => renamed.get(name) ?? name);
  }
}

function finish(builder: GraphBuilder, outputs: TensorSpec[], withSequence: boolean): GraphParts {
  const given = new Map(outputs.map(({ name, shape }) => [name, shape]));
  const shapeOf = (name: string) => given.get(name) ?? builder.shapes.get(name);
  const needed = withHeadsWritten(withoutDeadNodes(builder.nodes, outputs), outputs);
  const fused = withOwnFusions({ nodes: needed, outputs: new Set(given.keys()), shapeOf });
  const nodes = withoutDeadNodes(fused, outputs);
  const first = outputs[0];
  let sequenceOutput: string | null = null;
  if (withSequence && first !== undefined) {
    sequenceOutput = 'sequence';
    nodes.push({
      operator: 'SequenceConstruct',
      domain: '',
      inputs: [first.name],
      outputs: [sequenceOutput],
      attributes: {},
    });
  }
  const used = new Set(nodes.flatMap((node) => node.inputs));
  const initialisers = builder.initialisers.filter((constant) => used.has(constant.name));
  // ONNX Runtime cannot know what this project's operators give, and plans memory by it.
  const own = nodes.filter(({ domain }) => domain === OWN_DOMAIN).flatMap((node) => node.outputs);
  const described = own
    .filter((name) => used.has(name))
    .flatMap((name): TensorSpec[] => {
      const shape = shapeOf(name);
      return shape === undefined
        ? []
        : [{ name, shape: [...shape], type: 'float32', symbols: builder.symbolsIn(shape) }];
    });
  return {
    nodes: inRunningOrder(nodes, used),
    initialisers,
    inputs: builder.inputs,
    outputs,
    sequenceOutput,
    described,
  };
}

/**
 * Moves nodes that nobody reads to the end, the first recorded last. ONNX Runtime walks backwards from the last of them, and runs what it
 * needs before it turns to the next: so each weight's gradient is computed while the layer's values are still in the processor's cache, and
 * their memory is free again when the next layer needs some. In the recorded order all weight gradients would come after the whole pass.
 */
function inRunningOrder(nodes: readonly GraphNode[], read: ReadonlySet<string>): GraphNode[] {
  const isRead = (node: GraphNode) => node.outputs.some((name) => read.has(name));
  return [...nodes.filter(isRead), ...nodes.filter((node) => !isRead(node)).toReversed()];
}

/** Keeps the nodes that an output depends on: tfjs also computes gradients that nobody asked for. */
function withoutDeadNodes(nodes: readonly GraphNode[], outputs: readonly TensorSpec[]): GraphNode[] {
  const needed = new Set(outputs.map((output) => output.name));
  const kept: GraphNode[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((name) => needed.has(name))) continue;
    for (const name of node.inputs) needed.add(name);
    kept.push(node);
  }
  return kept.toReversed();
}
