import { eachBlock, splat } from './kernel-loops.ts';
import { wasm, type Code, type Variables, type WasmFunction } from './wasm-assembler.ts';

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

/** Writes 0 or a scale; see `SimdKernels`. */
export const dropoutMask: WasmFunction = {
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

/** Writes the same decisions as bits; see `SimdKernels`. */
export const dropoutBits: WasmFunction = {
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
