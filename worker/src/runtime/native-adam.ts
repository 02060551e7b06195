import { ADAM_NUMBERS, ADAM_SUMS, ADAM_SUMS_AT } from '../products/adam-code.ts';
import { LANES } from '../products/layout.ts';
import { machineCode } from '../products/machine-code.ts';
import { ortLibrary } from './ort-library.ts';
import { FAR_ABOVE, type SimdKernels } from './simd-kernels.ts';

const DOUBLE_BYTES = 8;

/** Where pieces of machine code and a memory begin: addresses that are the same in every thread. */
export interface NativeAdam {
  code: bigint;
  /** Runs a job of products/gradient-blocks.ts. */
  run: bigint;
  memory: bigint;
}

/** What updates a memory by machine code; null where this machine does not run it. */
export async function findNativeAdam(memory: WebAssembly.Memory): Promise<NativeAdam | null> {
  const code = await machineCode();
  if (code === null) return null;
  const ort = await ortLibrary();
  return { code: code.address('adam'), run: code.address('run'), memory: ort.addressOf(new Uint8Array(memory.buffer)) };
}

/** Koffi gives a thread what calls need when it loads its first library. */
async function readyKoffi(): Promise<typeof import('koffi')> {
  const koffi = await import('koffi');
  koffi.load(null);
  return koffi;
}

/**
 * `SimdKernels.adam` for updates without L1, by machine code: memory is what it waits for, and nothing else. Parameters and moments become the same to the last bit; the
 * squares are added up in another order.
 */
export async function nativeAdam({ code, memory }: NativeAdam): Promise<SimdKernels['adam']> {
  const koffi = await readyKoffi();
  const address = 'uint64_t';
  const type = koffi.proto('void', [address, address, address, address, 'int64_t', 'void *']);
  const room = new ArrayBuffer(ADAM_SUMS_AT + ADAM_SUMS * DOUBLE_BYTES);
  const numbers = new Float32Array(room, 0, ADAM_NUMBERS.length * LANES);
  const sums = new Float64Array(room, ADAM_SUMS_AT);
  return (parameters, first, second, gradients, count, gradientScale, l2, _l1, ...rates) => {
    [gradientScale, l2, ...rates, FAR_ABOVE].forEach((number, index) => {
      numbers.fill(number, index * LANES, (index + 1) * LANES);
    });
    const [p, m, v, g] = [parameters, first, second, gradients].map((pointer) => memory + BigInt(pointer));
    koffi.call(code, type, p, m, v, g, count * Float32Array.BYTES_PER_ELEMENT, numbers);
    return sums.reduce((total, sum) => total + sum, 0);
  };
}

/** What computes the block of a gradient that a job is for, by a thread's number: into memory of that thread's own. */
export async function nativeBlocks({ run }: NativeAdam): Promise<(job: number, thread: number) => void> {
  const koffi = await readyKoffi();
  const type = koffi.proto('void', ['uint64_t', 'int64_t']);
  return (job, thread) => {
    koffi.call(run, type, job, thread);
  };
}
