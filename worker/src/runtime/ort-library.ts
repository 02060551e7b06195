import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/*
 * ONNX Runtime by its C interface, from the very library that the Node binding brings. The binding (1.30.0) cannot switch on the capture of
 * a graph's commands, which on a graphics processor is most of what a training step takes, nor write into arrays that are already there.
 */

/** An address, or a handle that ONNX Runtime gave. */
export type Pointer = bigint;

/** The version of the interface that is asked for; later libraries still answer it. */
const INTERFACE_VERSION = 22;

const HANDLE = 'void *';
/** Where a function writes a handle: one number of 64 bits. */
const OUT = 'void *';
const TEXT = 'const char *';
const TEXTS = 'const char **';

/**
 * Places of functions in the table `OrtApi` of onnxruntime_c_api.h, and their parameters. Places never change: the table only grows. All
 * return a status, which is null where all is well.
 */
const FUNCTIONS = {
  createEnv: [3, ['int', TEXT, OUT]],
  createSessionFromArray: [8, [HANDLE, HANDLE, 'size_t', HANDLE, OUT]],
  run: [9, [HANDLE, HANDLE, HANDLE, HANDLE, 'size_t', HANDLE, 'size_t', HANDLE]],
  createSessionOptions: [10, [OUT]],
  disableMemPattern: [17, [HANDLE]],
  setSessionLogSeverityLevel: [22, [HANDLE, 'int']],
  setSessionGraphOptimizationLevel: [23, [HANDLE, 'int']],
  setIntraOpNumThreads: [24, [HANDLE, 'int']],
  createCustomOpDomain: [26, [TEXT, OUT]],
  customOpDomainAdd: [27, [HANDLE, HANDLE]],
  addCustomOpDomain: [28, [HANDLE, HANDLE]],
  createRunOptions: [39, [OUT]],
  createTensorAsOrtValue: [48, [HANDLE, HANDLE, 'size_t', 'int', OUT]],
  createTensorWithDataAsOrtValue: [49, [HANDLE, HANDLE, 'size_t', HANDLE, 'size_t', 'int', OUT]],
  getTensorMutableData: [51, [HANDLE, OUT]],
  getTensorShapeElementCount: [64, [HANDLE, OUT]],
  getTensorTypeAndShape: [65, [HANDLE, OUT]],
  createMemoryInfo: [68, [TEXT, 'int', 'int', 'int', OUT]],
  kernelInfoGetAttributeFloat: [85, [HANDLE, TEXT, OUT]],
  kernelInfoGetAttributeInt64: [86, [HANDLE, TEXT, OUT]],
  addSessionConfigEntry: [130, [HANDLE, TEXT, TEXT]],
  createAllocator: [131, [HANDLE, HANDLE, OUT]],
  createAndRegisterAllocator: [144, [HANDLE, HANDLE, HANDLE]],
  createArenaCfgV2: [164, [TEXTS, HANDLE, 'size_t', OUT]],
  addRunConfigEntry: [165, [HANDLE, TEXT, TEXT]],
  unregisterAllocator: [177, [HANDLE, HANDLE]],
  appendCuda: [204, [HANDLE, HANDLE]],
  createCudaProviderOptions: [205, [OUT]],
  updateCudaProviderOptions: [206, [HANDLE, TEXTS, TEXTS, 'size_t']],
  sessionOptionsAppendExecutionProvider: [216, [HANDLE, TEXT, TEXTS, TEXTS, 'size_t']],
} as const satisfies Record<string, readonly [number, readonly string[]]>;

/** Places of the functions that give a handle back, and return nothing. */
const RELEASES = {
  memoryInfo: 94,
  session: 95,
  value: 96,
  runOptions: 97,
  tensorTypeAndShapeInfo: 99,
  sessionOptions: 100,
  allocator: 132,
  arenaCfg: 157,
  cudaProviderOptions: 208,
} as const;

const GET_ERROR_MESSAGE = 2;
const RELEASE_STATUS = 93;
const TABLE_LENGTH = 217;

type Koffi = typeof import('koffi');

/** The functions of ONNX Runtime that are in use here. */
export interface OrtLibrary {
  /** Calls a function; throws its message where it fails. */
  call(name: keyof typeof FUNCTIONS, ...parameters: readonly unknown[]): void;
  /** Calls a function whose last parameter is where it writes a handle or a number, and returns that. */
  make(name: keyof typeof FUNCTIONS, ...parameters: readonly unknown[]): Pointer;
  release(kind: keyof typeof RELEASES, handle: Pointer): void;
  /** Address of memory that stays where it is: that of an `ArrayBuffer`. */
  addressOf(memory: ArrayBufferView): Pointer;
  /** The table of all functions, for code that calls them itself. */
  readonly table: Pointer;
  /** Memory of ONNX Runtime's as it is now. */
  view(address: Pointer, bytes: number): ArrayBuffer;
}

/** Folder of the native libraries of ONNX Runtime's Node binding for this machine. */
export function nativeFolder(): string {
  const packageFolder = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  return join(packageFolder, 'bin', 'napi-v6', process.platform, process.arch);
}

/** The file of ONNX Runtime's library that the Node binding has loaded. */
function libraryFile(): string {
  const folder = nativeFolder();
  const file = readdirSync(folder).find((name) => /^(lib)?onnxruntime(\.so\.1|\.1\.dylib|\.dll)$/.test(name));
  if (file === undefined) throw new Error(`ONNX Runtime's library is not in ${folder}`);
  return join(folder, file);
}

/** The sizes of an array as ONNX Runtime reads them. */
export function sizes(shape: readonly number[]): BigInt64Array {
  return BigInt64Array.from(shape, BigInt);
}

let library: Promise<OrtLibrary> | undefined;

/** ONNX Runtime's C interface, opened once a thread; throws where the package that calls it has no files for this machine. */
export function ortLibrary(): Promise<OrtLibrary> {
  return (library ??= open());
}

async function open(): Promise<OrtLibrary> {
  await import('onnxruntime-node');
  const koffi: Koffi = await import('koffi');
  const base = koffi.load(libraryFile()).func('OrtGetApiBase', HANDLE, [])() as Pointer;
  const [getApi] = koffi.decode(base, koffi.array(HANDLE, 1)) as [Pointer];
  const api = koffi.call(getApi, koffi.proto(HANDLE, ['uint32_t']), INTERFACE_VERSION) as Pointer | null;
  if (api === null) throw new Error(`ONNX Runtime does not know version ${INTERFACE_VERSION} of its interface`);
  const table = koffi.decode(api, koffi.array(HANDLE, TABLE_LENGTH)) as Pointer[];
  const releasing = koffi.proto('void', [HANDLE]);
  const reading = koffi.proto(TEXT, [HANDLE]);
  const calling = Object.fromEntries(
    Object.entries(FUNCTIONS).map(([name, [, parameters]]) => [name, koffi.proto(HANDLE, [...parameters])]),
  );
  const call: OrtLibrary['call'] = (name, ...parameters) => {
    const status = koffi.call(table[FUNCTIONS[name][0]], calling[name] ?? '', ...parameters) as Pointer | null;
    if (status === null) return;
    const message = koffi.call(table[GET_ERROR_MESSAGE], reading, status) as string;
    koffi.call(table[RELEASE_STATUS], releasing, status);
    throw new Error(message);
  };
  return {
    table: api,
    call,
    make: (name, ...parameters) => {
      const out = new BigUint64Array(1);
      call(name, ...parameters, out);
      return out[0] ?? 0n;
    },
    release: (kind, handle) => koffi.call(table[RELEASES[kind]], releasing, handle) as undefined,
    addressOf: (memory) => koffi.address(memory),
    view: (address, bytes) => koffi.view(address, bytes),
  };
}
