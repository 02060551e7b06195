import { ortLibrary, type OrtLibrary, type Pointer } from '../runtime/ort-library.ts';
import { machineCode, type MachineCode } from './machine-code.ts';
import { OPERATORS, PRODUCT_DOMAIN, readProduct } from './product-node.ts';
import { JOB, STEP, STEP_BYTES } from './layout.ts';
import { LARGEST_SCRATCH_BYTES, planProduct, resultShape, type ProductSizes, type Step } from './product-plan.ts';

/** The version of the structure that describes an operator, and the places of its functions. */
const VERSION = 16n;
const DESCRIPTION = {
  createKernel: 1,
  name: 2,
  provider: 3,
  inputType: 4,
  inputCount: 5,
  outputType: 6,
  outputCount: 7,
  compute: 8,
  destroy: 9,
  inputCharacteristic: 10,
  outputCharacteristic: 11,
  inputMemory: 12,
  computeWithStatus: 18,
  length: 19,
} as const;

const WORD = 8;
const CACHE_LINE = 64;

/** The operators, for the sessions of this thread. */
export interface ProductOperators {
  /**
   * Opens a session that has the operators, which run on so many threads, from its options. `held` is what its products read and write: it
   * has to live as long as the session.
   */
  open(options: Pointer, threads: number, create: () => Pointer): { session: Pointer; held: object };
}

let operators: Promise<ProductOperators | null> | undefined;

/** The operators that multiply by machine code; null where this machine does not run it, or its libraries cannot be opened. */
export function productOperators(): Promise<ProductOperators | null> {
  return (operators ??= register().catch(() => null));
}

async function register(): Promise<ProductOperators | null> {
  const code = await machineCode();
  if (code === null) return null;
  const [ort, koffi] = [await ortLibrary(), await import('koffi')];
  const domain = ort.make('createCustomOpDomain', PRODUCT_DOMAIN);
  const descriptions = OPERATORS.map(({ name, inputs }) => describe(code, name, inputs));
  for (const description of descriptions) ort.call('customOpDomainAdd', domain, ort.addressOf(description));
  const creator = koffi.pointer(koffi.proto('void *', ['void *', 'void *', 'void *']));
  return {
    open: (options, threads, create) => {
      const jobs = new SessionJobs(ort, code, threads);
      let failure: unknown = null;
      // ONNX Runtime calls it for every node while it opens the session, and knows nothing of JavaScript's errors.
      const createKernel = koffi.register((_operator: Pointer, _ort: Pointer, info: Pointer): Pointer | null => {
        try {
          return jobs.add(productOf(ort, info));
        } catch (error) {
          failure = error;
          return null;
        }
      }, creator);
      for (const description of descriptions) description[DESCRIPTION.createKernel] = koffi.address(createKernel);
      try {
        ort.call('addCustomOpDomain', options, domain);
        const session = create();
        if (failure === null) return { session, held: jobs };
        ort.release('session', session);
        throw failure;
      } finally {
        koffi.unregister(createKernel);
      }
    },
  };
}

/** What a node says, from what ONNX Runtime tells of it. */
function productOf(ort: OrtLibrary, info: Pointer): ProductSizes {
  const integer = (name: string): number => Number(ort.make('kernelInfoGetAttributeInt64', info, name));
  const float = (name: string): number => {
    const bits = Number(ort.make('kernelInfoGetAttributeFloat', info, name));
    return new Float32Array(Uint32Array.of(bits).buffer)[0] ?? 0;
  };
  return readProduct(integer, float);
}

/** What ONNX Runtime reads of an operator: addresses of functions that answer its questions. */
function describe(code: MachineCode, name: string, inputs: number): BigUint64Array {
  const words = new BigUint64Array(DESCRIPTION.length);
  const [nothing, one] = [code.address('constant 0'), code.address('constant 1')];
  words[0] = VERSION;
  words[DESCRIPTION.name] = code.address(`name ${name}`);
  words[DESCRIPTION.provider] = nothing;
  words[DESCRIPTION.inputType] = one;
  words[DESCRIPTION.inputCount] = code.address(`constant ${inputs}`);
  words[DESCRIPTION.outputType] = one;
  words[DESCRIPTION.outputCount] = one;
  words[DESCRIPTION.destroy] = nothing;
  words[DESCRIPTION.inputCharacteristic] = nothing;
  words[DESCRIPTION.outputCharacteristic] = nothing;
  words[DESCRIPTION.inputMemory] = nothing;
  words[DESCRIPTION.computeWithStatus] = code.address(`compute ${inputs}`);
  return words;
}

/** Jobs and programs of one session. */
class SessionJobs {
  private readonly ort: OrtLibrary;
  private readonly code: MachineCode;
  private readonly threads: number;
  private readonly scratch: Pointer;
  private readonly programs = new Map<string, { words: BigInt64Array; bounds: number[] }>();
  /** What machine code reads and writes, so that it is not collected. */
  private readonly memory: ArrayBufferView[] = [];

  constructor(ort: OrtLibrary, code: MachineCode, threads: number) {
    this.ort = ort;
    this.code = code;
    this.threads = threads;
    const scratch = new Uint8Array(threads * LARGEST_SCRATCH_BYTES + CACHE_LINE);
    this.memory.push(scratch);
    this.scratch = (ort.addressOf(scratch) + BigInt(CACHE_LINE - 1)) & ~BigInt(CACHE_LINE - 1);
  }

  /** The job of one product; the address of what `compute` reads. */
  add(product: ProductSizes): Pointer {
    const key = JSON.stringify(product);
    const { words, bounds } = this.programs.get(key) ?? this.programOf(product);
    this.programs.set(key, { words, bounds });
    const job = new BigInt64Array(JOB.programs / WORD + 2 * this.threads);
    const set = (offset: number, value: bigint): void => {
      job[offset / WORD] = value;
    };
    set(JOB.ort, this.ort.table);
    set(JOB.run, this.code.address('run'));
    set(JOB.threads, BigInt(this.threads));
    const dimensions = resultShape(product);
    set(JOB.rank, BigInt(dimensions.length));
    dimensions.forEach((size, index) => set(JOB.dimensions + WORD * index, BigInt(size)));
    const start = this.ort.addressOf(words);
    bounds.slice(1).forEach((end, thread) => {
      const place = JOB.programs + 2 * WORD * thread;
      set(place, start + BigInt((bounds[thread] ?? 0) * STEP_BYTES));
      set(place + WORD, start + BigInt(end * STEP_BYTES));
    });
    this.memory.push(job);
    return this.ort.addressOf(job);
  }

  private programOf(product: ProductSizes): { words: BigInt64Array; bounds: number[] } {
    const programs = planProduct(product, this.threads);
    const words = new BigInt64Array((programs.flat().length * STEP_BYTES) / WORD);
    const bounds = [0];
    let at = 0;
    programs.forEach((steps, thread) => {
      const scratch = this.scratch + BigInt(thread * LARGEST_SCRATCH_BYTES);
      for (const step of steps) words.set(this.wordsOf(step, scratch), (STEP_BYTES / WORD) * at++);
      bounds.push(at);
    });
    this.memory.push(words);
    return { words, bounds };
  }

  private wordsOf(step: Step, scratch: Pointer): BigInt64Array {
    const words = new BigInt64Array(STEP_BYTES / WORD);
    const numbers = [
      'result',
      'depth',
      'stride',
      'resultStride',
      'tiles',
      'tileStride',
      'mask',
      'mode',
      'extra',
      'scale',
    ] as const;
    for (const name of numbers) words[STEP[name] / WORD] = BigInt(step[name]);
    words[STEP.code / WORD] = this.code.address(step.code);
    words[STEP.source / WORD] = BigInt(step.source) + (step.isPacked ? scratch : 0n);
    words[STEP.packed / WORD] = BigInt(step.packed) + scratch;
    return words;
  }
}
