import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Debian's OpenMP build of OpenBLAS; its pthread build fights PyTorch's own threads and is 2 to 40 times slower. */
const OPENMP_BLAS = '/usr/lib/x86_64-linux-gnu/openblas-openmp';

/** Whether the engine is kept from the widest vectors, so that PyTorch has to be, too. */
const IS_LIMITED = process.env['GREENLIGHT_VECTORS'] === '256';

/** Keeps PyTorch and its libraries from wider vectors than AVX2's. */
const AVX2_ONLY = {
  ATEN_CPU_CAPABILITY: 'avx2',
  MKL_ENABLE_INSTRUCTIONS: 'AVX2',
  ONEDNN_MAX_CPU_ISA: 'AVX2',
  OPENBLAS_CORETYPE: 'Haswell',
};

/** What PyTorch says about itself. */
export interface PytorchFacts {
  version: string;
  threads: number;
  blas: string;
  /** Kernels that OpenBLAS computes with, and how fast each kind was; null for another BLAS. */
  kernels: { kind: string; gflops: Record<string, number> | null } | null;
}

/** A Python process that holds a PyTorch model and works on request; one request at a time. */
export class PytorchProcess {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;

  /** Starts `script`, a file of this folder, with `$PYTHON` or python3. */
  constructor(script: string) {
    const threads = String(availableParallelism());
    // PyTorch allocates its arrays anew in each step, which early mapping and trimming slow down: it gets the huge pages only.
    const {
      MALLOC_ARENA_MAX: _arenas,
      MALLOC_MMAP_THRESHOLD_: _mapping,
      MALLOC_TRIM_THRESHOLD_: _trimming,
      ...environment
    } = process.env;
    const limits = IS_LIMITED ? AVX2_ONLY : {};
    const libraries = existsSync(OPENMP_BLAS) ? { LD_LIBRARY_PATH: OPENMP_BLAS } : {};
    this.#process = spawn(process.env['PYTHON'] ?? 'python3', ['-u', join(import.meta.dirname, script)], {
      env: { ...environment, ...limits, ...libraries, OMP_NUM_THREADS: threads, MKL_NUM_THREADS: threads },
    });
    this.#process.stderr.pipe(process.stderr);
    // A process that has ended shows in the missing reply below.
    this.#process.stdin.on('error', () => undefined);
    this.#process.on('error', (error) => console.error(`Python could not be started: ${error.message}`));
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** Sends a request and returns the reply to it; throws when the process has ended instead, having said why on standard error. */
  async ask<Reply>(request: unknown): Promise<Reply> {
    this.#process.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error('PyTorch did not answer; its message stands above.');
    return JSON.parse(value) as Reply;
  }

  /** Lets the process end. */
  close(): void {
    this.#process.stdin.end();
  }
}

/** The processor's model as a part of a file's name: `amd-epyc`, `intel-xeon`. */
function processorPart(): string {
  const model = (cpus()[0]?.model ?? 'unknown').replaceAll(/\((?:r|tm|c)\)|@.*$|\b(?:processor|cpu)\b/gi, ' ');
  return (
    model
      .toLowerCase()
      .match(/[a-z0-9]+/g)
      ?.join('-') ?? 'unknown'
  );
}

/**
 * The name under which a comparison with a PyTorch is kept: with the processor, because each model's figures join those that are kept, and with the width of
 * vectors where it was limited.
 */
export function comparisonName(kind: 'training' | 'generation', { version }: PytorchFacts): string {
  const parts = [kind, 'pytorch', version.split(/[.+]/).slice(0, 2).join('.'), processorPart()];
  return [...parts, ...(IS_LIMITED ? ['avx2'] : [])].join('-');
}

/** What stands before a comparison's command. */
export const COMMAND_SETTING = IS_LIMITED ? 'GREENLIGHT_VECTORS=256 ' : '';
