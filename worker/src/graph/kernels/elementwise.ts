import * as tf from '@tensorflow/tfjs';
import { onnxDataType } from '../encode.ts';
import type { ElementType } from '../graph-builder.ts';
import { traceBackend } from '../trace-backend.ts';
import { register, required } from './register.ts';

const broadcast = tf.broadcast_util.assertAndGetBroadcastShape;

/** tfjs kernel → ONNX operator, the fold of two known numbers, and the number that changes nothing on the left or right. */
const ARITHMETIC: Record<
  string,
  { operator: string; fold: (a: number, b: number) => number; leftIdentity?: number; rightIdentity?: number }
> = {
  Add: { operator: 'Add', fold: (a, b) => a + b, leftIdentity: 0, rightIdentity: 0 },
  Sub: { operator: 'Sub', fold: (a, b) => a - b, rightIdentity: 0 },
  Multiply: { operator: 'Mul', fold: (a, b) => a * b, leftIdentity: 1, rightIdentity: 1 },
  RealDiv: { operator: 'Div', fold: (a, b) => a / b, rightIdentity: 1 },
  Maximum: { operator: 'Max', fold: Math.max },
  Minimum: { operator: 'Min', fold: Math.min },
  Pow: { operator: 'Pow', fold: Math.pow },
};

const COMPARISONS: Record<string, string> = {
  Equal: 'Equal',
  Greater: 'Greater',
  GreaterEqual: 'GreaterOrEqual',
  Less: 'Less',
  LessEqual: 'LessOrEqual',
  LogicalAnd: 'And',
  LogicalOr: 'Or',
};

const UNARY: Record<string, string> = {
  Abs: 'Abs',
  Erf: 'Erf',
  Exp: 'Exp',
  Log: 'Log',
  LogicalNot: 'Not',
  Neg: 'Neg',
  Reciprocal: 'Reciprocal',
  Relu: 'Relu',
  Sigmoid: 'Sigmoid',
  Sqrt: 'Sqrt',
  Tanh: 'Tanh',
  Floor: 'Floor',
};

/** Registers an emitter of a comparison, negated where ONNX has only the opposite. */
function registerComparison(kernel: string, operator: string, negate: boolean): void {
  register(kernel, (inputs) => {
    const [a, b] = [required(inputs, 'a'), required(inputs, 'b')];
    const [left, right] = [traceBackend.operand(a), traceBackend.operand(b)];
    let name = traceBackend.builder.operation(operator, [left.name, right.name]);
    if (negate) name = traceBackend.builder.operation('Not', [name]);
    const storedShape = broadcast(left.storedShape, right.storedShape);
    return traceBackend.value(name, broadcast(a.shape, b.shape), 'bool', storedShape);
  });
}

/** Registers an emitter that computes each value from the same value of `x`. */
function registerUnary(kernel: string, build: (name: string) => string): void {
  register(kernel, (inputs) => {
    const x = required(inputs, 'x');
    const operand = traceBackend.operand(x);
    return traceBackend.value(build(operand.name), x.shape, x.dtype, operand.storedShape);
  });
}

/** Registers emitters that work value by value: arithmetic, comparisons, activations, casts and selection. */
export function registerElementwise(): void {
  for (const [kernel, rule] of Object.entries(ARITHMETIC)) {
    register(kernel, (inputs) => {
      const [a, b] = [required(inputs, 'a'), required(inputs, 'b')];
      const [left, right] = [traceBackend.operand(a), traceBackend.operand(b)];
      const shape = broadcast(a.shape, b.shape);
      // tfjs's gradients multiply by ones and add zeros all the time: fold them here instead of computing them every step.
      if (left.uniform !== null && right.uniform !== null) {
        return traceBackend.filled(rule.fold(left.uniform, right.uniform), shape, a.dtype);
      }
      if (right.uniform !== null && right.uniform === rule.rightIdentity) {
        return traceBackend.value(left.name, shape, a.dtype, left.storedShape);
      }
      if (left.uniform !== null && left.uniform === rule.leftIdentity) {
        return traceBackend.value(right.name, shape, a.dtype, right.storedShape);
      }
      const name = traceBackend.builder.operation(rule.operator, [left.name, right.name]);
      return traceBackend.value(name, shape, a.dtype, broadcast(left.storedShape, right.storedShape));
    });
  }

  for (const [kernel, operator] of Object.entries(COMPARISONS)) registerComparison(kernel, operator, false);
  registerComparison('NotEqual', 'Equal', true);

  for (const [kernel, operator] of Object.entries(UNARY)) {
    registerUnary(kernel, (name) => traceBackend.builder.operation(operator, [name]));
  }
  registerUnary('Rsqrt', (name) => {
    const { builder } = traceBackend;
    return builder.operation('Reciprocal', [builder.operation('Sqrt', [name])]);
  });
  registerUnary('Square', (name) => traceBackend.builder.operation('Mul', [name, name]));
  registerUnary('Step', (name) => {
    const { builder } = traceBackend;
    return castTo(builder.operation('Greater', [name, builder.scalar(0)]), 'float32');
  });

  register('Identity', (inputs) => {
    const x = required(inputs, 'x');
    return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
  });
  register('Cast', (inputs, attributes) => {
    const x = required(inputs, 'x');
    const dtype = attributes['dtype'] as ElementType;
    if (x.dtype === dtype) return { dataId: x.dataId, shape: x.shape, dtype };
    const operand = traceBackend.operand(x);
    if (operand.uniform !== null && dtype === 'float32') return traceBackend.filled(operand.uniform, x.shape, dtype);
    return traceBackend.value(castTo(operand.name, dtype), x.shape, dtype, operand.storedShape);
  });
  register('Select', (inputs) => {
    const [condition, t, e] = [required(inputs, 'condition'), required(inputs, 't'), required(inputs, 'e')];
    const names = [traceBackend.nameOf(condition), traceBackend.operand(t).name, traceBackend.operand(e).name];
    return traceBackend.value(traceBackend.builder.operation('Where', names), broadcast(t.shape, e.shape), t.dtype);
  });
}

/** Appends a Cast and returns its output. */
function castTo(name: string, type: ElementType): string {
  return traceBackend.builder.operation('Cast', [name], { attributes: { to: { int: onnxDataType(type) } } });
}
