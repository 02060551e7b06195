/** WebAssembly value types, as the binary format numbers them. */
const VALUE_TYPES = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;

/** Name of a WebAssembly value type. */
type ValueType = keyof typeof VALUE_TYPES;

/** Bytes of an instruction sequence. */
export type Code = number[];

/** One exported function: named parameters and locals, and code that refers to them. */
export interface WasmFunction {
  name: string;
  parameters: Record<string, ValueType>;
  locals: Record<string, ValueType>;
  result?: ValueType;
  body: (variables: Variables) => Code;
}

/** Reads and writes a function's parameters and locals by name. */
export interface Variables {
  get(name: string): Code;
  set(name: string, value: Code): Code;
}

function unsigned(value: number): Code {
  const bytes: Code = [];
  let rest = value >>> 0;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

function signed(value: number): Code {
  const bytes: Code = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    const done = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
    bytes.push(done ? low : low | 0x80);
    if (done) return bytes;
  }
}

const scalarInstruction =
  (opcode: number) =>
  (...operands: Code[]): Code => [...operands.flat(), opcode];
const vectorInstruction =
  (opcode: number) =>
  (...operands: Code[]): Code => [...operands.flat(), 0xfd, ...unsigned(opcode)];

/** '\\0asm' and version 1. */
const MODULE_HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** The instructions that the kernels use, named as in the specification's text format; each takes the code of its operands. */
export const wasm = {
  i32Const: (value: number): Code => [0x41, ...signed(value)],
  i32Add: scalarInstruction(0x6a),
  i32Shl: scalarInstruction(0x74),
  i32GeU: scalarInstruction(0x4f),
  i32And: scalarInstruction(0x71),
  i32Or: scalarInstruction(0x72),
  i32ShrU: scalarInstruction(0x76),
  f32ConvertU: scalarInstruction(0xb3),
  f32Store: (address: Code, value: Code): Code => [...address, ...value, 0x38, 2, 0],
  i32IsZero: scalarInstruction(0x45),
  f64Add: scalarInstruction(0xa0),
  v128Load: (address: Code, offset: number): Code => [...address, 0xfd, 0x00, 4, ...unsigned(offset)],
  /** Loads two 32-bit lanes; the upper two are 0. */
  v128LoadHalf: (address: Code, offset: number): Code => [...address, 0xfd, 0x5d, 3, ...unsigned(offset)],
  v128Store: (address: Code, offset: number, value: Code): Code => [
    ...address,
    ...value,
    0xfd,
    0x0b,
    4,
    ...unsigned(offset),
  ],
  i32x4Const: (lanes: readonly number[]): Code => [0xfd, 0x0c, ...new Uint8Array(Int32Array.from(lanes).buffer)],
  i32x4Splat: vectorInstruction(0x11),
  f32x4Splat: vectorInstruction(0x13),
  i32x4GeU: vectorInstruction(0x40),
  f32x4Lt: vectorInstruction(0x43),
  f32x4Gt: vectorInstruction(0x44),
  v128And: vectorInstruction(0x4e),
  v128Xor: vectorInstruction(0x51),
  i32x4Bitmask: vectorInstruction(0xa4),
  i32x4ShrU: vectorInstruction(0xad),
  i32x4Add: vectorInstruction(0xae),
  i32x4Mul: vectorInstruction(0xb5),
  f32x4Sqrt: vectorInstruction(0xe3),
  f32x4Add: vectorInstruction(0xe4),
  f32x4Sub: vectorInstruction(0xe5),
  f32x4Mul: vectorInstruction(0xe6),
  f32x4Div: vectorInstruction(0xe7),
  f64x2Add: vectorInstruction(0xf0),
  f64x2Mul: vectorInstruction(0xf2),
  f64x2PromoteLow: vectorInstruction(0x5f),
  f64x2ExtractLane: (value: Code, lane: number): Code => [...value, 0xfd, 0x21, lane],
  i8x16Shuffle: (first: Code, second: Code, lanes: readonly number[]): Code => [
    ...first,
    ...second,
    0xfd,
    0x0d,
    ...lanes,
  ],
  drop: (value: Code): Code => [...value, 0x1a],
  when: (condition: Code, body: Code): Code => [...condition, 0x04, 0x40, ...body, 0x0b],
  /** Repeats `body` while `condition` is zero on entry. */
  loopUntil: (condition: Code, body: Code): Code => [
    0x02,
    0x40,
    0x03,
    0x40,
    ...condition,
    0x0d,
    1,
    ...body,
    0x0c,
    0,
    0x0b,
    0x0b,
  ],
};

function section(id: number, content: Code): Code {
  return [id, ...unsigned(content.length), ...content];
}

function vector(items: readonly Code[]): Code {
  return [...unsigned(items.length), ...items.flat()];
}

function text(value: string): Code {
  const bytes = [...new TextEncoder().encode(value)];
  return [...unsigned(bytes.length), ...bytes];
}

function functionType({ parameters, result }: WasmFunction): Code {
  const inputs = Object.values(parameters).map((type) => [VALUE_TYPES[type]]);
  return [0x60, ...vector(inputs), ...vector(result === undefined ? [] : [[VALUE_TYPES[result]]])];
}

function functionBody({ parameters, locals, body }: WasmFunction): Code {
  const names = [...Object.keys(parameters), ...Object.keys(locals)];
  const indexOf = (name: string): Code => {
    const index = names.indexOf(name);
    if (index < 0) throw new Error(`The kernel has no variable '${name}'`);
    return unsigned(index);
  };
  const variables: Variables = {
    get: (name) => [0x20, ...indexOf(name)],
    set: (name, value) => [...value, 0x21, ...indexOf(name)],
  };
  const declarations = vector(Object.values(locals).map((type) => [1, VALUE_TYPES[type]]));
  const code = [...declarations, ...body(variables), 0x0b];
  return [...unsigned(code.length), ...code];
}

/** Assembles functions over one imported memory, `environment.memory`, which threads share or not, into a WebAssembly module's bytes. */
export function assembleModule(functions: readonly WasmFunction[], isShared: boolean): Uint8Array<ArrayBuffer> {
  const memoryImport = [
    ...text('environment'),
    ...text('memory'),
    0x02,
    isShared ? 0x03 : 0x01,
    ...unsigned(1),
    ...unsigned(65_536),
  ];
  return Uint8Array.from([
    ...MODULE_HEADER,
    ...section(1, vector(functions.map(functionType))),
    ...section(2, vector([memoryImport])),
    ...section(3, vector(functions.map((_, index) => unsigned(index)))),
    ...section(7, vector(functions.map(({ name }, index) => [...text(name), 0x00, ...unsigned(index)]))),
    ...section(10, vector(functions.map(functionBody))),
  ]);
}
