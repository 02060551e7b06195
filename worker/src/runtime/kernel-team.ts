import { startThread } from './start-thread.ts';
import { nativeAdam, nativeBlocks, type NativeAdam } from './native-adam.ts';
import { createSimdKernels, type SimdKernels } from './simd-kernels.ts';
import {
  CHUNK_VALUES,
  leaveGradient,
  PIECE_NUMBERS,
  updatePiece,
  type AdamArguments,
  type BlockRoom,
  type BlockWork,
} from './update-pieces.ts';

/*
 * The kernels are bound by memory, which one core alone cannot saturate. So a job is cut into chunks, and the calling thread and a few
 * helpers each take the next chunk until none is left. Nobody waits for a helper that wakes late: it joins while a job is open,
 * and the caller closes the job when all chunks are done and nobody is inside. Sums are kept for each chunk and added in
 * order, so that results do not depend on how many threads there were.
 */

/** The kernels that a team cuts up, with the number of pointers that their arguments begin with; a count follows, then scalars. */
const POINTERS = { sumOfSquares: 1, add: 2, adam: 4, momentum: 3, sgd: 2 } as const;

type KernelName = keyof typeof POINTERS;

type TeamKernels = Pick<SimdKernels, KernelName>;

/** All jobs: the kernels, and those that go over the pieces of an update. */
const JOBS = [...(Object.keys(POINTERS) as KernelName[]), 'adamByPieces', 'leaveGradients'] as const;

type JobName = (typeof JOBS)[number];

/** Below this many chunks waking helpers costs more than they save. */
const FEWEST_SHARED_CHUNKS = 4;
/** Chunks in the largest memory that WebAssembly allows. An update goes over a quarter of it at most, but its pieces may be a quarter of a chunk, and there are some between them. */
const MOST_CHUNKS = (2 * 2 ** 32) / 4 / CHUNK_VALUES;
const MOST_ARGUMENTS = 16;

/** Cells of the shared control array. */
const CELL = {
  generation: 0,
  inside: 1,
  nextChunk: 2,
  job: 3,
  argumentCount: 4,
  stop: 5,
  chunks: 6,
  cells: 7,
} as const;
/** Value of the cell `inside` while no job is open. */
const CLOSED = -1;

/** What the threads of a team share. */
export interface TeamState {
  memory: WebAssembly.Memory;
  /** Where all of them update by machine code. */
  native: NativeAdam | null;
  control: Int32Array;
  /** Arguments of the job, as for all chunks. */
  parameters: Float64Array;
  /** Result of each chunk. */
  partials: Float64Array;
  /** What an update's pieces are, where it has some. */
  pieces: Float64Array;
  /** Where threads have blocks of gradients computed; null where they cannot be. */
  blocks: BlockRoom | null;
}

/** A thread of the team, and what it works with. */
interface Member {
  state: TeamState;
  kernels: TeamKernels;
  blockWork: BlockWork | null;
}

async function memberOf(state: TeamState, thread: number): Promise<Member> {
  const { memory, native, blocks: room } = state;
  const compute = native === null ? null : await nativeBlocks(native);
  const blockWork = compute === null || room === null ? null : { memory, room, thread, compute };
  return { state, kernels: await teamKernels(state), blockWork };
}

/** The kernels that a thread of the team runs. */
async function teamKernels({ memory, native }: Pick<TeamState, 'memory' | 'native'>): Promise<TeamKernels> {
  const kernels = createSimdKernels(memory);
  if (native === null) return kernels;
  const adam = await nativeAdam(native);
  return {
    ...kernels,
    adam: (...values) => {
      const [, , , , , , , l1] = values;
      return (l1 === 0 ? adam : kernels.adam)(...values);
    },
  };
}

/** What the open job does with a chunk. */
function chunkWork({ state, kernels, blockWork }: Member): (chunk: number) => number | undefined | void {
  const { control, parameters, pieces } = state;
  const name = JOBS[control[CELL.job] ?? 0] ?? 'add';
  const values = [...parameters.subarray(0, control[CELL.argumentCount])];
  const piece = (chunk: number): Float64Array => pieces.subarray(chunk * PIECE_NUMBERS, (chunk + 1) * PIECE_NUMBERS);
  if (name === 'adamByPieces')
    return (chunk) => updatePiece(piece(chunk), values as AdamArguments, kernels.adam, blockWork);
  if (name === 'leaveGradients') return (chunk) => leaveGradient(piece(chunk), values[0] ?? 0, blockWork);
  const pointers = POINTERS[name];
  const total = values[pointers] ?? 0;
  const kernel = kernels[name] as (...values: number[]) => number | undefined;
  return (chunk) => {
    const start = chunk * CHUNK_VALUES;
    const own = values.map((value, index) => (index < pointers ? value + start * 4 : value));
    own[pointers] = Math.min(CHUNK_VALUES, total - start);
    return kernel(...own);
  };
}

/** Takes chunks of the open job until none is left. */
function workOn(member: Member): void {
  const { control, partials } = member.state;
  const work = chunkWork(member);
  const chunks = control[CELL.chunks] ?? 0;
  for (;;) {
    const chunk = Atomics.add(control, CELL.nextChunk, 1);
    if (chunk >= chunks) return;
    partials[chunk] = work(chunk) ?? 0;
  }
}

/** Enters the open job; false when there is none (any more). */
function join(control: Int32Array): boolean {
  for (;;) {
    const inside = Atomics.load(control, CELL.inside);
    if (inside === CLOSED) return false;
    if (Atomics.compareExchange(control, CELL.inside, inside, inside + 1) === inside) return true;
  }
}

/** A helper's life: says that it is there, waits for jobs and works on them until the team is disposed of. */
export async function helpTeam(state: TeamState, thread: number, sayReady: () => void): Promise<void> {
  const { control } = state;
  const member = await memberOf(state, thread);
  sayReady();
  let seen = 0;
  while (Atomics.load(control, CELL.stop) === 0) {
    Atomics.wait(control, CELL.generation, seen);
    seen = Atomics.load(control, CELL.generation);
    if (!join(control)) continue;
    workOn(member);
    Atomics.sub(control, CELL.inside, 1);
    Atomics.notify(control, CELL.inside);
  }
}

/** The kernels over one memory, worked on by several threads at once. */
export interface KernelTeam extends TeamKernels {
  /** `adam` over pieces, given as `pieceNumbers` gives them; its count is not looked at. */
  adamByPieces(pieces: Float64Array, ...parameters: AdamArguments): number;
  /** Computes the gradients of pieces that are products, and leaves them in the region at that address. */
  leaveGradients(pieces: Float64Array, address: number): void;
  /** Waits until every helper is there; jobs need not wait for them. */
  ready(): Promise<void>;
  /** Ends the helpers. */
  dispose(): Promise<void>;
}

/** Waits until every helper has left the work, and closes it. */
function waitForHelpers(control: Int32Array): void {
  for (;;) {
    const inside = Atomics.compareExchange(control, CELL.inside, 0, CLOSED);
    if (inside === 0) return;
    Atomics.wait(control, CELL.inside, inside);
  }
}

/**
 * Makes a team of the calling thread and `helpers` threads; helpers need a shared memory. With `native` it updates by machine code, and with `blocks`, room for each of its threads, it can compute
 * gradients on the way.
 */
export async function createKernelTeam(
  memory: WebAssembly.Memory,
  helpers: number,
  native: NativeAdam | null,
  blocks: BlockRoom | null = null,
): Promise<KernelTeam> {
  const state: TeamState = {
    memory,
    native,
    control: new Int32Array(new SharedArrayBuffer(CELL.cells * 4)),
    parameters: new Float64Array(new SharedArrayBuffer(MOST_ARGUMENTS * 8)),
    partials: new Float64Array(new SharedArrayBuffer(MOST_CHUNKS * 8)),
    pieces: new Float64Array(new SharedArrayBuffer(MOST_CHUNKS * PIECE_NUMBERS * 8)),
    blocks,
  };
  const member = await memberOf(state, 0);
  const { control, parameters, partials } = state;
  control[CELL.inside] = CLOSED;
  const threads = Array.from({ length: helpers }, (_, index) =>
    startThread(new URL('./kernel-thread.ts', import.meta.url), { workerData: { state, thread: index + 1 } }),
  );
  const areReady = Promise.all(
    threads.map(async (thread) => {
      await new Promise((resolve) => thread.once('message', resolve));
      // A thread that waits for work must not keep a process alive that has nothing else to do.
      thread.unref();
    }),
  );
  const wake = (): void => {
    Atomics.add(control, CELL.generation, 1);
    Atomics.notify(control, CELL.generation);
  };
  const run = (name: JobName, chunks: number, values: readonly number[]): number => {
    parameters.set(values);
    control[CELL.job] = JOBS.indexOf(name);
    control[CELL.chunks] = chunks;
    control[CELL.argumentCount] = values.length;
    control[CELL.nextChunk] = 0;
    const isShared = helpers > 0 && chunks >= FEWEST_SHARED_CHUNKS;
    if (isShared) {
      Atomics.store(control, CELL.inside, 0);
      wake();
    }
    workOn(member);
    if (isShared) waitForHelpers(control);
    return partials.subarray(0, chunks).reduce((sum, part) => sum + part, 0);
  };
  const runAs =
    (name: KernelName) =>
    (...values: number[]): number =>
      run(name, Math.ceil((values[POINTERS[name]] ?? 0) / CHUNK_VALUES), values);
  const runOver = (name: JobName, pieces: Float64Array, values: readonly number[]): number => {
    state.pieces.set(pieces);
    return run(name, pieces.length / PIECE_NUMBERS, values);
  };
  return {
    adamByPieces: (pieces, ...values) => runOver('adamByPieces', pieces, values),
    leaveGradients: (pieces, address) => {
      runOver('leaveGradients', pieces, [address]);
    },
    sumOfSquares: runAs('sumOfSquares'),
    add: runAs('add'),
    adam: runAs('adam'),
    momentum: runAs('momentum'),
    sgd: runAs('sgd'),
    ready: async () => {
      await areReady;
    },
    dispose: async () => {
      // A thread that is ended while it loads the library for calls takes the whole process with it.
      await areReady;
      Atomics.store(control, CELL.stop, 1);
      wake();
      await Promise.all(threads.map((thread) => thread.terminate()));
    },
  };
}
