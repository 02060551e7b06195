import { assembleModule, wasm, type Code, type Variables, type WasmFunction } from './wasm-assembler.ts';

/** Arrays handed to the kernels have a multiple of this many float32 values, and start at a multiple of its bytes. */
export const KERNEL_BLOCK = 16;

const BLOCK_BYTES = KERNEL_BLOCK * 4;
const VECTOR_BYTES = 16;

/**
 * Kernels read this far beyond their place, so memories are at least this much longer than their arrays: a page of the processor's
 * memory management.
 */
export const KERNEL_REACH_BYTES = 4096;

/** The kernels over one memory; pointers are byte addresses, counts are numbers of float32 values. */
export interface SimdKernels {
  /** Σ x², accumulated in float64. */
  sumOfSquares(x: number, count: number): number;
  /** sum ← sum + added. */
  add(sum: number, added: number, count: number): void;
  /** Adam (Kingma & Ba 2015) and AdamW in place, with PyTorch's placement of ε; see `Update` for the scalars. */
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
  ): void;
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
  ): void;
  /** Gradient descent: parameter ← parameter − step·gradient. */
  sgd(
    parameters: number,
    gradients: number,
    count: number,
    gradientScale: number,
    l2: number,
    l1: number,
    stepSize: number,
  ): void;
  /** Writes 0 or `scale`: 0 where hash32(hash32(index) ^ key), see model/random.ts, is below `threshold`. */
  dropoutMask(mask: number, count: number, key: number, threshold: number, scale: number): void;
  /** The same decisions as bits: one whole number of 16 bits for each 16 values, as a float32, the first value in the lowest bit. */
  dropoutBits(words: number, count: number, key: number, threshold: number): void;
}

/** Sets `name` to the sum of a pointer and `count` values: where the loop ends. */
function setEnd({ get, set }: Variables, pointer: string): Code {
  return set('end', wasm.i32Add(get(pointer), wasm.i32Shl(get('count'), wasm.i32Const(2))));
}

/** Touches the next page of every array once a page: the processor looks no further than its page by itself, and waits at each border. */
function touchNextPages({ get }: Variables, pointers: readonly string[]): Code {
  const place = wasm.i32And(get(pointers[0] ?? ''), wasm.i32Const(KERNEL_REACH_BYTES - BLOCK_BYTES));
  const touches = pointers.flatMap((name) => wasm.drop(wasm.v128Load(get(name), KERNEL_REACH_BYTES)));
  return wasm.when(wasm.i32IsZero(place), touches);
}

/** Runs `body` for each block of values, moving all pointers along; `body` gets the byte offset of each vector in the block. */
function eachBlock(variables: Variables, pointers: readonly string[], body: (offset: number) => Code): Code {
  const { get, set } = variables;
  const first = pointers[0] ?? '';
  const unrolled = Array.from({ length: BLOCK_BYTES / VECTOR_BYTES }, (_, index) => body(index * VECTOR_BYTES)).flat();
  const advance = pointers.flatMap((name) => set(name, wasm.i32Add(get(name), wasm.i32Const(BLOCK_BYTES))));
  const done = wasm.i32GeU(get(first), get('end'));
  const touch = touchNextPages(variables, pointers);
  return [...setEnd(variables, first), ...wasm.loopUntil(done, [...touch, ...unrolled, ...advance])];
}

/** Copies scalar parameters into vectors of the same name with a V. */
function splat({ get, set }: Variables, names: readonly string[]): Code {
  return names.flatMap((name) => set(`${name}V`, wasm.f32x4Splat(get(name))));
}

function vectorLocals(names: readonly string[]): Record<string, 'v128'> {
  return Object.fromEntries(names.map((name) => [`${name}V`, 'v128' as const]));
}

function scalarParameters(names: readonly string[]): Record<string, 'f32'> {
  return Object.fromEntries(names.map((name) => [name, 'f32' as const]));
}

/** gradient·scale + l2·parameter + l1·sign(parameter), which every optimiser starts from. */
function effectiveGradient({ get }: Variables, offset: number): Code {
  const parameter = wasm.v128Load(get('parameters'), offset);
  const zero = wasm.i32x4Const([0, 0, 0, 0]);
  const l1Where = (mask: Code): Code => wasm.v128And(mask, get('l1V'));
  return wasm.f32x4Add(
    wasm.f32x4Add(
      wasm.f32x4Mul(wasm.v128Load(get('gradients'), offset), get('gradientScaleV')),
      wasm.f32x4Mul(parameter, get('l2V')),
    ),
    wasm.f32x4Sub(l1Where(wasm.f32x4Gt(parameter, zero)), l1Where(wasm.f32x4Lt(parameter, zero))),
  );
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
  locals: { end: 'i32', g: 'v128', m: 'v128', v: 'v128', ...vectorLocals(ADAM_SCALARS) },
  body: (variables) => {
    const { get, set } = variables;
    const decayed = (moment: string, offset: number, beta: string, added: Code): Code =>
      wasm.f32x4Add(wasm.f32x4Mul(wasm.v128Load(get(moment), offset), get(beta)), added);
    return [
      ...splat(variables, ADAM_SCALARS),
      ...eachBlock(variables, ['parameters', 'first', 'second', 'gradients'], (offset) => [
        ...set('g', effectiveGradient(variables, offset)),
        ...set('m', decayed('first', offset, 'beta1V', wasm.f32x4Mul(get('g'), get('oneMinusBeta1V')))),
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
  locals: { end: 'i32', m: 'v128', ...vectorLocals(MOMENTUM_SCALARS) },
  body: (variables) => {
    const { get, set } = variables;
    return [
      ...splat(variables, MOMENTUM_SCALARS),
      ...eachBlock(variables, ['parameters', 'velocity', 'gradients'], (offset) => [
        ...set(
          'm',
          wasm.f32x4Add(
            wasm.f32x4Mul(wasm.v128Load(get('velocity'), offset), get('betaV')),
            effectiveGradient(variables, offset),
          ),
        ),
        ...wasm.v128Store(get('velocity'), offset, get('m')),
        ...wasm.v128Store(
          get('parameters'),
          offset,
          wasm.f32x4Sub(wasm.v128Load(get('parameters'), offset), wasm.f32x4Mul(get('m'), get('stepSizeV'))),
        ),
      ]),
    ];
  },
};

const SGD_SCALARS = ['gradientScale', 'l2', 'l1', 'stepSize'];

const sgd: WasmFunction = {
  name: 'sgd',
  parameters: { parameters: 'i32', gradients: 'i32', count: 'i32', ...scalarParameters(SGD_SCALARS) },
  locals: { end: 'i32', ...vectorLocals(SGD_SCALARS) },
  body: (variables) => {
    const { get } = variables;
    return [
      ...splat(variables, SGD_SCALARS),
      ...eachBlock(variables, ['parameters', 'gradients'], (offset) =>
        wasm.v128Store(
          get('parameters'),
          offset,
          wasm.f32x4Sub(
            wasm.v128Load(get('parameters'), offset),
            wasm.f32x4Mul(effectiveGradient(variables, offset), get('stepSizeV')),
          ),
        ),
      ),
    ];
  },
};

/** hash32 of model/random.ts on four lanes at once, from and into the local `h`. */
function hashLanes({ get, set }: Variables): Code {
  const mix = (shift: number): Code => set('h', wasm.v128Xor(get('h'), wasm.i32x4ShrU(get('h'), wasm.i32Const(shift))));
  const multiply = (factor: number): Code =>
    set('h', wasm.i32x4Mul(get('h'), wasm.i32x4Const([factor, factor, factor, factor])));
  return [...mix(16), ...multiply(0x7feb352d), ...mix(15), ...multiply(0x846ca68b), ...mix(16)];
}

/** Locals of a kernel that draws; `counter` numbers the values, `h` is what is drawn. */
const DRAWING = { end: 'i32', counter: 'v128', h: 'v128', keyLanes: 'v128', thresholdLanes: 'v128' } as const;

function startDrawing({ get, set }: Variables): Code {
  return [
    ...set('counter', wasm.i32x4Const([0, 1, 2, 3])),
    ...set('keyLanes', wasm.i32x4Splat(get('key'))),
    ...set('thresholdLanes', wasm.i32x4Splat(get('threshold'))),
  ];
}

/** Draws the next four values into `h` and moves the counter along. */
function drawFour(variables: Variables): Code {
  const { get, set } = variables;
  return [
    ...set('h', get('counter')),
    ...hashLanes(variables),
    ...set('h', wasm.v128Xor(get('h'), get('keyLanes'))),
    ...hashLanes(variables),
    ...set('counter', wasm.i32x4Add(get('counter'), wasm.i32x4Const([4, 4, 4, 4]))),
  ];
}

const dropoutMask: WasmFunction = {
  name: 'dropoutMask',
  parameters: { mask: 'i32', count: 'i32', key: 'i32', threshold: 'i32', scale: 'f32' },
  locals: { ...DRAWING, scaleV: 'v128' },
  body: (variables) => {
    const { get } = variables;
    const isKept = wasm.i32x4GeU(get('h'), get('thresholdLanes'));
    return [
      ...splat(variables, ['scale']),
      ...startDrawing(variables),
      ...eachBlock(variables, ['mask'], (offset) => [
        ...drawFour(variables),
        ...wasm.v128Store(get('mask'), offset, wasm.v128And(get('scaleV'), isKept)),
      ]),
    ];
  },
};

const dropoutBits: WasmFunction = {
  name: 'dropoutBits',
  parameters: { words: 'i32', count: 'i32', key: 'i32', threshold: 'i32' },
  locals: { ...DRAWING, word: 'i32' },
  body: (variables) => {
    const { get, set } = variables;
    const fourBits = wasm.i32x4Bitmask(wasm.i32x4GeU(get('h'), get('thresholdLanes')));
    const fours = [0, 4, 8, 12].flatMap((shift) => [
      ...drawFour(variables),
      ...set('word', wasm.i32Or(get('word'), wasm.i32Shl(fourBits, wasm.i32Const(shift)))),
    ]);
    // A word for 16 values takes a quarter of their number in bytes.
    return [
      ...startDrawing(variables),
      ...set('end', wasm.i32Add(get('words'), wasm.i32ShrU(get('count'), wasm.i32Const(2)))),
      ...wasm.loopUntil(wasm.i32GeU(get('words'), get('end')), [
        ...set('word', wasm.i32Const(0)),
        ...fours,
        ...wasm.f32Store(get('words'), wasm.f32ConvertU(get('word'))),
        ...set('words', wasm.i32Add(get('words'), wasm.i32Const(4))),
      ]),
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
