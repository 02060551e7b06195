import { environmentOf } from './ort-graphs.ts';
import { ortLibrary, type OrtLibrary, type Pointer } from './ort-library.ts';
import { heapTrimmer } from './trim-heap.ts';

/*
 * ONNX Runtime gives each session memory of its own, which the session keeps while it waits for its next batch: graphs of many lengths take
 * as much as all of them together, and each touches new pages in its first runs. Only one graph of a training works at a time, and its
 * lanes: so all of them take what they work in from one place, and give it back after each run.
 */

const ARENA_ALLOCATOR = 1;
/** What a limit or a size is where ONNX Runtime shall decide. */
const UNSET = 2n ** 64n - 1n;
/**
 * Memory that is asked for at first. Pages that nothing is written to are not there, and what lies behind one another can be put together again:
 * a run that is planned as one block finds it where the graph's first run had many small ones.
 */
const FIRST_BYTES = 1_000_000_000n;
/** Elsewhere memory that is asked for counts as taken. */
const FIRST_CHUNK = process.platform === 'linux' ? FIRST_BYTES : UNSET;

/** The memory that sessions get which are opened now; of this thread, which is the one that opens engines. */
let newest: Pointer | null = null;

/** Memory that all graphs of an engine work in, one after the other. */
export class GraphMemory {
  private readonly ort: OrtLibrary;
  private readonly kind: Pointer;
  private readonly trimHeap: () => void;

  private constructor(ort: OrtLibrary, trimHeap: () => void) {
    this.ort = ort;
    this.trimHeap = trimHeap;
    this.kind = ort.make('createMemoryInfo', 'Cpu', ARENA_ALLOCATOR, 0, 0);
  }

  /** Memory for sessions that are opened from now on, in whatever thread, if their settings say that they share; null where ONNX Runtime cannot be asked for it. */
  static async open(): Promise<GraphMemory | null> {
    try {
      const memory = new GraphMemory(await ortLibrary(), await heapTrimmer());
      memory.register();
      return memory;
    } catch {
      // Each session then has its own, as everywhere but here.
      return null;
    }
  }

  /** Lets sessions that are opened from now on work elsewhere: what the others worked in is given back with the last of them. */
  renew(): void {
    this.register();
    this.trimHeap();
  }

  private register(): void {
    const settings = {
      max_mem: 0n,
      arena_extend_strategy: 0n,
      initial_chunk_size_bytes: FIRST_CHUNK,
      max_dead_bytes_per_chunk: UNSET,
    };
    const [names, values] = [Object.keys(settings), BigUint64Array.from(Object.values(settings))];
    const arena = this.ort.make('createArenaCfgV2', names, values, names.length);
    try {
      this.ort.call('createAndRegisterAllocator', environmentOf(this.ort), this.kind, arena);
      newest = this.kind;
    } finally {
      this.ort.release('arenaCfg', arena);
    }
  }

  /** Gives the memory back; its sessions have to be closed before. */
  dispose(): void {
    if (newest === this.kind) {
      this.ort.call('unregisterAllocator', environmentOf(this.ort), this.kind);
      newest = null;
    }
    this.ort.release('memoryInfo', this.kind);
    this.trimHeap();
  }
}
