import { dropoutBits, dropoutMask } from './dropout-kernels.ts';
import { eachBlock, splat, touchNextPages, VECTOR_BYTES } from './kernel-loops.ts';
import { assembleModule, wasm, type Code, type Variables, type WasmFunction } from './wasm-assembler.ts';

/** The kernels over one memory; pointers are byte addresses, counts are numbers of float32 values. */
export interface SimdKernels {
  /** Σ x², accumulated in float64. */
  sumOfSquares(x: number, count: number): number;
  /** sum ← sum + added. */
  add(sum: number, added: number, count: number): void;
  /**
   * Adam (Kingma & Ba 2015) and AdamW in place, with PyTorch's placement of ε; see `Update` for the scalars. First moments end where numbers are still normal ones. Returns Σ gradient², before the scale, as
   * all updates do: it costs nothing beside reading the gradients, and a pass over the memory of its own costs a fifth of the update.
   */
  adam(
    parameters: number,
    first: number,
    second: number,
    gradients: number,
    count: number,
    gradientScale: number,
    l2: number,
    l1: number,
    shrink: number,
    stepSize: number,
    epsilon: number,
    beta1: number,
    oneMinusBeta1: number,
    beta2: number,
    oneMinusBeta2: number,
  ): number;
  /** Momentum as in PyTorch: velocity ← β·velocity + gradient, parameter ← parameter − step·velocity. */
  momentum(
    parameters: number,
    velocity: number,
    gradients: number,
    count: number,
    gradientScale: number,
    l2: number,
    l1: number,
    stepSize: number,
    beta: number,
  ): number;
  /** Gradient descent: parameter ← parameter − step·gradient. */
  sgd(
    parameters: number,
    gradients: number,
    count: number,
    gradientScale: number,
    l2: number,
    l1: number,
    stepSize: number,
  ): number;
  /** Writes 0 or `scale`: 0 where hash32(hash32(index) ^ key), see model/random.ts, is below `threshold`. */
  dropoutMask(mask: number, count: number, key: number, threshold: number, scale: number): void;
  /** The same decisions as bits: one whole number of 16 bits for each 16 values, as a float32, the first value in the lowest bit. */
  dropoutBits(words: number, count: number, key: number, threshold: number): void;
}

/** Bytes of a vector with its upper two 32-bit lanes before the lower two. */
const UPPER_LANES_FIRST = [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7];

function vectorLocals(names: readonly string[]): Record<string, 'v128'> {
  return Object.fromEntries(names.map((name) => [`${name}V`, 'v128' as const]));
}

function scalarParameters(names: readonly string[]): Record<string, 'f32'> {
  return Object.fromEntries(names.map((name) => [name, 'f32' as const]));
}

/** Locals of a kernel that adds up the squares of the gradients that it reads, in two pairs. */
const SQUARES = { raw: 'v128', lowSum: 'v128', highSum: 'v128' } as const;

/** Reads four gradients into `raw` and adds their squares in float64. */
function readGradients({ get, set }: Variables, offset: number): Code {
  const add = (sum: string, pair: Code): Code => set(sum, wasm.f64x2Add(get(sum), wasm.f64x2Mul(pair, pair)));
  const upper = wasm.i8x16Shuffle(get('raw'), get('raw'), UPPER_LANES_FIRST);
  return [
    ...set('raw', wasm.v128Load(get('gradients'), offset)),
    ...add('lowSum', wasm.f64x2PromoteLow(get('raw'))),
    ...add('highSum', wasm.f64x2PromoteLow(upper)),
  ];
}

/** The sum of all squares read, as the kernel's result. */
function sumOfRead({ get, set }: Variables): Code {
  return [
    ...set('lowSum', wasm.f64x2Add(get('lowSum'), get('highSum'))),
    ...wasm.f64Add(wasm.f64x2ExtractLane(get('lowSum'), 0), wasm.f64x2ExtractLane(get('lowSum'), 1)),
  ];
}

/** gradient·scale + l2·parameter + l1·sign(parameter), which every optimiser starts from; `raw` holds the gradient. */
function effectiveGradient({ get }: Variables, offset: number): Code {
  const parameter = wasm.v128Load(get('parameters'), offset);
  const zero = wasm.i32x4Const([0, 0, 0, 0]);
  const l1Where = (mask: Code): Code => wasm.v128And(mask, get('l1V'));
  return wasm.f32x4Add(
    wasm.f32x4Add(wasm.f32x4Mul(get('raw'), get('gradientScaleV')), wasm.f32x4Mul(parameter, get('l2V'))),
    wasm.f32x4Sub(l1Where(wasm.f32x4Gt(parameter, zero)), l1Where(wasm.f32x4Lt(parameter, zero))),
  );
}

/**
 * It is added to first moments and taken off again, which leaves of them what is at least a ten-millionth of it. Without a gradient a moment shrinks by a
 * tenth with every step: after some 700 steps in which a word does not occur, those of its row would be subnormal numbers, with which a processor computes
 * thirty times as slowly (measured). So they end at 0 or a few ten-millionths, which moves no parameter.
 */
export const FAR_ABOVE = 1e-22;

/** The value in steps of a ten-millionth of `FAR_ABOVE`; what is no number stays none. */
function withoutTraces(value: Code): Code {
  const [bits = 0] = new Int32Array(Float32Array.of(FAR_ABOVE).buffer);
  const large = wasm.i32x4Const([bits, bits, bits, bits]);
  return wasm.f32x4Sub(wasm.f32x4Add(value, large), large);
}

const add: WasmFunction = {
  name: 'add',
  parameters: { sum: 'i32', added: 'i32', count: 'i32' },
  locals: { end: 'i32' },
  body: (variables) => {
    const { get } = variables;
    return eachBlock(variables, ['sum', 'added'], (offset) =>
      wasm.v128Store(
        get('sum'),
        offset,
        wasm.f32x4Add(wasm.v128Load(get('sum'), offset), wasm.v128Load(get('added'), offset)),
      ),
    );
  },
};

/** Each with a sum of its own: a single one would make every addition wait for the one before. */
const QUARTERS = ['quarter0', 'quarter1', 'quarter2', 'quarter3'];

/** The four quarters of the values are read side by side: memory answers several streams faster than one. */
const sumOfSquares: WasmFunction = {
  name: 'sumOfSquares',
  parameters: { x: 'i32', count: 'i32' },
  locals: {
    end: 'i32',
    values: 'v128',
    ...Object.fromEntries(
      QUARTERS.flatMap((quarter) => [
        [quarter, 'i32' as const],
        [`${quarter}Sum`, 'v128' as const],
      ]),
    ),
  },
  result: 'f64',
  body: (variables) => {
    const { get, set } = variables;
    const addSquares = (quarter: string, offset: number): Code => [
      ...set('values', wasm.f64x2PromoteLow(wasm.v128LoadHalf(get(quarter), offset))),
      ...set(`${quarter}Sum`, wasm.f64x2Add(get(`${quarter}Sum`), wasm.f64x2Mul(get('values'), get('values')))),
    ];
    // A quarter of the values has as many bytes as there are values.
    const starts = QUARTERS.flatMap((quarter, index) =>
      set(quarter, index === 0 ? get('x') : wasm.i32Add(get(QUARTERS[index - 1] ?? ''), get('count'))),
    );
    const [first = ''] = QUARTERS;
    const loop = wasm.loopUntil(wasm.i32GeU(get(first), get('end')), [
      ...touchNextPages(variables, QUARTERS),
      ...QUARTERS.flatMap((quarter) => [...addSquares(quarter, 0), ...addSquares(quarter, VECTOR_BYTES / 2)]),
      ...QUARTERS.flatMap((quarter) => set(quarter, wasm.i32Add(get(quarter), wasm.i32Const(VECTOR_BYTES)))),
    ]);
    const total = QUARTERS.map((quarter) => get(`${quarter}Sum`)).reduce((sum, part) => wasm.f64x2Add(sum, part));
    return [
      ...starts,
      ...set('end', wasm.i32Add(get('x'), get('count'))),
      ...loop,
      ...set('values', total),
      ...wasm.f64Add(wasm.f64x2ExtractLane(get('values'), 0), wasm.f64x2ExtractLane(get('values'), 1)),
    ];
  },
};

const ADAM_SCALARS = [
  'gradientScale',
  'l2',
  'l1',
  'shrink',
  'stepSize',
  'epsilon',
  'beta1',
  'oneMinusBeta1',
  'beta2',
  'oneMinusBeta2',
];

const adam: WasmFunction = {
  name: 'adam',
  parameters: {
    parameters: 'i32',
    first: 'i32',
    second: 'i32',
    gradients: 'i32',
    count: 'i32',
    ...scalarParameters(ADAM_SCALARS),
  },
  locals: { end: 'i32', g: 'v128', m: 'v128', v: 'v128', ...SQUARES, ...vectorLocals(ADAM_SCALARS) },
  result: 'f64',
  body: (variables) => {
    const { get, set } = variables;
    const decayed = (moment: string, offset: number, beta: string, added: Code): Code =>
      wasm.f32x4Add(wasm.f32x4Mul(wasm.v128Load(get(moment), offset), get(beta)), added);
    return [
      ...splat(variables, ADAM_SCALARS),
      ...eachBlock(variables, ['parameters', 'first', 'second', 'gradients'], (offset) => [
        ...readGradients(variables, offset),
        ...set('g', effectiveGradient(variables, offset)),
        ...set('m', withoutTraces(decayed('first', offset, 'beta1V', wasm.f32x4Mul(get('g'), get('oneMinusBeta1V'))))),
        ...wasm.v128Store(get('first'), offset, get('m')),
        ...set(
          'v',
          decayed('second', offset, 'beta2V', wasm.f32x4Mul(wasm.f32x4Mul(get('g'), get('g')), get('oneMinusBeta2V'))),
        ),
        ...wasm.v128Store(get('second'), offset, get('v')),
        ...wasm.v128Store(
          get('parameters'),
          offset,
          wasm.f32x4Sub(
            wasm.f32x4Mul(wasm.v128Load(get('parameters'), offset), get('shrinkV')),
            wasm.f32x4Div(
              wasm.f32x4Mul(get('m'), get('stepSizeV')),
              wasm.f32x4Add(wasm.f32x4Sqrt(get('v')), get('epsilonV')),
            ),
          ),
        ),
      ]),
      ...sumOfRead(variables),
    ];
  },
};

const MOMENTUM_SCALARS = ['gradientScale', 'l2', 'l1', 'stepSize', 'beta'];

const momentum: WasmFunction = {
  name: 'momentum',
  parameters: {
    parameters: 'i32',
    velocity: 'i32',
    gradients: 'i32',
    count: 'i32',
    ...scalarParameters(MOMENTUM_SCALARS),
  },
  locals: { end: 'i32', m: 'v128', ...SQUARES, ...vectorLocals(MOMENTUM_SCALARS) },
  result: 'f64',
  body: (variables) => {
    const { get, set } = variables;
    return [
      ...splat(variables, MOMENTUM_SCALARS),
      ...eachBlock(variables, ['parameters', 'velocity', 'gradients'], (offset) => [
        ...readGradients(variables, offset),
        ...set(
          'm',
          withoutTraces(
            wasm.f32x4Add(
              wasm.f32x4Mul(wasm.v128Load(get('velocity'), offset), get('betaV')),
              effectiveGradient(variables, offset),
            ),
          ),
        ),
        ...wasm.v128Store(get('velocity'), offset, get('m')),
        ...wasm.v128Store(
          get('parameters'),
          offset,
          wasm.f32x4Sub(wasm.v128Load(get('parameters'), offset), wasm.f32x4Mul(get('m'), get('stepSizeV'))),
        ),
      ]),
      ...sumOfRead(variables),
    ];
  },
};

const SGD_SCALARS = ['gradientScale', 'l2', 'l1', 'stepSize'];

const sgd: WasmFunction = {
  name: 'sgd',
  parameters: { parameters: 'i32', gradients: 'i32', count: 'i32', ...scalarParameters(SGD_SCALARS) },
  locals: { end: 'i32', ...SQUARES, ...vectorLocals(SGD_SCALARS) },
  result: 'f64',
  body: (variables) => {
    const { get } = variables;
    return [
      ...splat(variables, SGD_SCALARS),
      ...eachBlock(variables, ['parameters', 'gradients'], (offset) => [
        ...readGradients(variables, offset),
        ...wasm.v128Store(
          get('parameters'),
          offset,
          wasm.f32x4Sub(
            wasm.v128Load(get('parameters'), offset),
            wasm.f32x4Mul(effectiveGradient(variables, offset), get('stepSizeV')),
          ),
        ),
      ]),
      ...sumOfRead(variables),
    ];
  },
};

const compiled = new Map<boolean, WebAssembly.Module>();

/** Makes the kernels for a memory; the module is assembled once per thread and kind of memory. */
export function createSimdKernels(memory: WebAssembly.Memory): SimdKernels {
  const isShared = memory.buffer instanceof SharedArrayBuffer;
  const functions = [sumOfSquares, add, adam, momentum, sgd, dropoutMask, dropoutBits];
  const module = compiled.get(isShared) ?? new WebAssembly.Module(assembleModule(functions, isShared));
  compiled.set(isShared, module);
  const instance = new WebAssembly.Instance(module, { environment: { memory } });
  const exports: unknown = instance.exports;
  return exports as SimdKernels;
}
