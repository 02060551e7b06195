import { ortLibrary, type OrtLibrary, type Pointer } from '../runtime/ort-library.ts';
import { machineCode, type MachineCode } from './machine-code.ts';
import { JOB, OWN_DOMAIN, SHAPE_BYTES, STEP, STEP_BYTES } from './layout.ts';
import { OpenJobs } from './open-jobs.ts';
import { addOpenJob, computeOf } from './open-operators.ts';
import { OPEN_OPERATORS } from './open-node.ts';
import { OPERATORS, type NodeReader, type Task } from './operators.ts';
import { LARGEST_SCRATCH_BYTES } from './product-plan.ts';
import type { Step } from './step.ts';

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

/** Jobs of one session, those whose sizes are known when it is opened and those of any number of rows. */
interface Jobs {
  jobs: SessionJobs;
  openJobs: OpenJobs;
}

/** An operator as ONNX Runtime is told of it, and how a node of it gets its job. */
interface Kind {
  name: string;
  inputs: number;
  outputs: number;
  /** The piece of code that computes it. */
  compute: string;
  add(jobs: Jobs, node: NodeReader): Pointer;
}

const KINDS: readonly Kind[] = [
  ...OPERATORS.map(({ name, inputs, outputs, read }): Kind => ({
    name,
    inputs: inputs.length,
    outputs: outputs.length,
    compute: `compute ${name}`,
    add: ({ jobs }, node) => jobs.add(read(node)),
  })),
  ...OPEN_OPERATORS.map((operator): Kind => ({
    ...operator,
    compute: computeOf(operator),
    add: ({ openJobs }, node) => addOpenJob(openJobs, operator.name, node),
  })),
];

/** The operators, for the sessions of this thread. */
export interface OwnOperators {
  /**
   * Opens a session that has the operators, which run on so many threads, from its options. `held` is what they read and write: it
   * has to live as long as the session.
   */
  open(options: Pointer, threads: number, create: () => Pointer): { session: Pointer; held: object };
}

let operators: Promise<OwnOperators | null> | undefined;

/** The operators that multiply by machine code; null where this machine does not run it, or its libraries cannot be opened. */
export function ownOperators(): Promise<OwnOperators | null> {
  return (operators ??= register().catch(() => null));
}

async function register(): Promise<OwnOperators | null> {
  const code = await machineCode();
  if (code === null) return null;
  const [ort, koffi] = [await ortLibrary(), await import('koffi')];
  const domain = ort.make('createCustomOpDomain', OWN_DOMAIN);
  const descriptions = KINDS.map((kind) => describe(code, kind));
  for (const description of descriptions) ort.call('customOpDomainAdd', domain, ort.addressOf(description));
  const creator = koffi.pointer(koffi.proto('void *', ['void *', 'void *', 'void *']));
  return {
    open: (options, threads, create) => {
      const held = { jobs: new SessionJobs(ort, code, threads), openJobs: new OpenJobs(ort, code, threads) };
      let failure: unknown = null;
      // ONNX Runtime calls these for every node while it opens the session, and knows nothing of JavaScript's errors.
      const creators = KINDS.map(({ add }) =>
        koffi.register((_operator: Pointer, _ort: Pointer, info: Pointer): Pointer | null => {
          try {
            return add(held, readerOf(ort, info));
          } catch (error) {
            failure = error;
            return null;
          }
        }, creator),
      );
      descriptions.forEach((description, index) => {
        description[DESCRIPTION.createKernel] = koffi.address(creators[index]);
      });
      try {
        ort.call('addCustomOpDomain', options, domain);
        const session = create();
        if (failure === null) return { session, held };
        ort.release('session', session);
        throw failure;
      } finally {
        for (const created of creators) koffi.unregister(created);
      }
    },
  };
}

/** Reads a node from what ONNX Runtime tells of it. */
function readerOf(ort: OrtLibrary, info: Pointer): NodeReader {
  return {
    integer: (name) => Number(ort.make('kernelInfoGetAttributeInt64', info, name)),
    float: (name) => {
      const bits = Number(ort.make('kernelInfoGetAttributeFloat', info, name));
      return new Float32Array(Uint32Array.of(bits).buffer)[0] ?? 0;
    },
  };
}

/** What ONNX Runtime reads of an operator: addresses of functions that answer its questions. */
function describe(code: MachineCode, { name, inputs, outputs, compute }: Kind): BigUint64Array {
  const words = new BigUint64Array(DESCRIPTION.length);
  const [nothing, one] = [code.address('constant 0'), code.address('constant 1')];
  words[0] = VERSION;
  words[DESCRIPTION.name] = code.address(`name ${name}`);
  words[DESCRIPTION.provider] = nothing;
  words[DESCRIPTION.inputType] = one;
  words[DESCRIPTION.inputCount] = code.address(`constant ${inputs}`);
  words[DESCRIPTION.outputType] = one;
  words[DESCRIPTION.outputCount] = code.address(`constant ${outputs}`);
  words[DESCRIPTION.destroy] = nothing;
  words[DESCRIPTION.inputCharacteristic] = nothing;
  words[DESCRIPTION.outputCharacteristic] = nothing;
  words[DESCRIPTION.inputMemory] = nothing;
  words[DESCRIPTION.computeWithStatus] = code.address(compute);
  return words;
}

/** What a step says in numbers that stay as they are, unless they are places in memory of its thread's. */
const NUMBERS = [
  'source',
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
  'epsilon',
  'view',
  'matrix',
] as const;

/** Memory that machine code reads and writes. */
interface Room {
  start: Pointer;
  bytes: number;
}

/** Jobs and programs of one session. */
class SessionJobs {
  private readonly ort: OrtLibrary;
  private readonly code: MachineCode;
  private readonly threads: number;
  /** Where each thread packs factors. */
  private readonly scratch: Room;
  /** Where threads keep what no other operator wants. */
  private own: Room;
  private readonly programs = new Map<string, { words: BigInt64Array; bounds: number[] }>();
  /** What machine code reads and writes, so that it is not collected. */
  private readonly memory: ArrayBufferView[] = [];

  constructor(ort: OrtLibrary, code: MachineCode, threads: number) {
    this.ort = ort;
    this.code = code;
    this.threads = threads;
    this.scratch = this.allocate(threads * LARGEST_SCRATCH_BYTES);
    this.own = { start: 0n, bytes: 0 };
  }

  /** The job of one node; the address of what `compute` reads. */
  add(task: Task): Pointer {
    const { words, bounds } = this.programs.get(task.key) ?? this.programOf(task);
    this.programs.set(task.key, { words, bounds });
    const job = new BigInt64Array(JOB.programs / WORD + 2 * this.threads);
    const set = (offset: number, value: bigint): void => {
      job[offset / WORD] = value;
    };
    set(JOB.ort, this.ort.table);
    set(JOB.run, this.code.address('run'));
    set(JOB.threads, BigInt(this.threads));
    task.shapes.forEach((dimensions, output) => {
      const place = JOB.shapes + output * SHAPE_BYTES;
      set(place, BigInt(dimensions.length));
      dimensions.forEach((size, index) => set(place + WORD * (index + 1), BigInt(size)));
    });
    const start = this.ort.addressOf(words);
    bounds.slice(1).forEach((end, thread) => {
      const place = JOB.programs + 2 * WORD * thread;
      set(place, start + BigInt((bounds[thread] ?? 0) * STEP_BYTES));
      set(place + WORD, start + BigInt(end * STEP_BYTES));
    });
    this.memory.push(job);
    return this.ort.addressOf(job);
  }

  private programOf(task: Task): { words: BigInt64Array; bounds: number[] } {
    const programs = task.plan(this.threads);
    const words = new BigInt64Array((programs.flat().length * STEP_BYTES) / WORD);
    const bounds = [0];
    let at = 0;
    const ownBytes = Math.ceil(task.ownBytes / CACHE_LINE) * CACHE_LINE;
    if (this.threads * ownBytes > this.own.bytes) this.own = this.allocate(this.threads * ownBytes);
    programs.forEach((steps, thread) => {
      const scratch = this.scratch.start + BigInt(thread * LARGEST_SCRATCH_BYTES);
      const own = this.own.start + BigInt(thread * ownBytes);
      for (const step of steps) words.set(this.wordsOf(step, scratch, own), (STEP_BYTES / WORD) * at++);
      bounds.push(at);
    });
    this.memory.push(words);
    return { words, bounds };
  }

  /** Memory from a cache line on, which is never moved. */
  private allocate(bytes: number): Room {
    const array = new Uint8Array(bytes + CACHE_LINE);
    this.memory.push(array);
    return { start: (this.ort.addressOf(array) + BigInt(CACHE_LINE - 1)) & ~BigInt(CACHE_LINE - 1), bytes };
  }

  private wordsOf(step: Step, scratch: Pointer, own: Pointer): BigInt64Array {
    const words = new BigInt64Array(STEP_BYTES / WORD);
    for (const name of NUMBERS) words[STEP[name] / WORD] = BigInt(step[name]);
    for (const name of step.own) words[STEP[name] / WORD] = BigInt(step[name]) + own;
    words[STEP.code / WORD] = this.code.address(step.code);
    if (step.isPacked) words[STEP.source / WORD] = BigInt(step.source) + scratch;
    words[STEP.packed / WORD] = BigInt(step.packed) + scratch;
    return words;
  }
}
