import { MOST_LEFT_ROWS } from '@greenlight/shared/stages/training/plan/left-gradients.ts';
import type { RecordedGraph } from '../graph/record.ts';
import { blockHeight, GradientBlocks } from '../products/gradient-blocks.ts';
import { roomFor, type Room } from '../products/job-memory.ts';
import { machineCode, type MachineCode } from '../products/machine-code.ts';
import { LARGEST_SCRATCH_BYTES } from '../products/product-plan.ts';
import { FACTOR_ROLES, factorOutput } from './binding-names.ts';
import type { Feeds, NamedShape, StateShape } from './device.ts';
import { KERNEL_BLOCK } from './kernel-loops.ts';
import type { NativeAdam } from './native-adam.ts';
import { ortLibrary, type OrtLibrary } from './ort-library.ts';
import type { ParameterMemory } from './parameter-memory.ts';
import { pieceNumbers, plainPieces, type BlockRoom, type UpdatePiece } from './update-pieces.ts';

/** Bytes that a thread needs for the largest block of a gradient. */
export function largestBlockBytes({ parameters }: Pick<StateShape, 'parameters'>): number {
  const values = parameters
    .filter(({ shape }) => shape.length === 2)
    .map(({ shape: [height = 1, width = 1] }) => blockHeight({ height, width }) * width);
  return Math.ceil(Math.max(1, ...values) / KERNEL_BLOCK) * KERNEL_BLOCK * Float32Array.BYTES_PER_ELEMENT;
}

/** The update of a program whose graph leaves gradients as factors. */
export interface FactoredUpdate {
  /** Where the graph leaves them. */
  targets: Feeds;
  /** What the update goes over, as a kernel team reads it, and of that the pieces that are products. */
  pieces: Float64Array;
  products: Float64Array;
  /** The jobs of the pieces, which are there as long as this is held. */
  jobs: GradientBlocks;
}

/** What programs share whose updates multiply gradients out. */
export class WeightFactors {
  private readonly ort: OrtLibrary;
  private readonly code: MachineCode;
  private readonly scratch: Room;
  private readonly blocks: bigint[];
  /** Factors by their outputs' names: only one program runs at a time. */
  private readonly arrays = new Map<string, Float32Array>();

  private constructor(ort: OrtLibrary, code: MachineCode, blocks: bigint[]) {
    this.ort = ort;
    this.code = code;
    this.blocks = blocks;
    this.scratch = roomFor(ort, blocks.length * LARGEST_SCRATCH_BYTES);
  }

  /** For a team of so many threads with that room; null where machine code does not run. */
  static async open({ memory }: NativeAdam, room: BlockRoom, threads: number): Promise<WeightFactors | null> {
    const code = await machineCode();
    if (code === null) return null;
    const blocks = Array.from({ length: threads }, (_, thread) => memory + BigInt(room.address + thread * room.bytes));
    return new WeightFactors(await ortLibrary(), code, blocks);
  }

  /** The update of a graph; null where all of its gradients are outputs. */
  of(graph: RecordedGraph, { parameters }: StateShape, { extents, trainable }: ParameterMemory): FactoredUpdate | null {
    const shapes = new Map(graph.outputs.map(({ name, shape }) => [name, shape]));
    const factored = parameters.filter(({ name }) => shapes.has(factorOutput(name, 'x')));
    if (factored.length === 0) return null;
    const jobs = new GradientBlocks(this.ort, this.code, this.scratch, this.blocks);
    const targets: Feeds = {};
    const products: UpdatePiece[] = [];
    for (const parameter of factored) {
      for (const role of FACTOR_ROLES) {
        const output = factorOutput(parameter.name, role);
        const shape = shapes.get(output) ?? [];
        targets[output] = { data: this.arrayOf(output, shape), shape };
      }
      const offset = extents.get(parameter.name)?.offset ?? 0;
      products.push(...this.blocksOf(jobs, parameter, offset, targets));
    }
    const pieces = trainable.flatMap(({ offset, count }) => {
      const end = offset + count;
      const inside = products.filter((piece) => piece.offset >= offset && piece.offset < end);
      let start = offset;
      const before = inside.flatMap((piece) => {
        const gap = plainPieces(start, piece.offset - start);
        start = piece.offset + piece.count;
        return [...gap, piece];
      });
      return [...before, ...plainPieces(start, end - start)];
    });
    return { targets, pieces: pieceNumbers(pieces), products: pieceNumbers(products), jobs };
  }

  private blocksOf(jobs: GradientBlocks, { name, shape }: NamedShape, offset: number, targets: Feeds): UpdatePiece[] {
    const [height = 1, width = 1] = shape;
    const [x, dy] = FACTOR_ROLES.map((role) => targets[factorOutput(name, role)]);
    if (x === undefined || dy === undefined) throw new Error(`A factor of the gradient of '${name}' is missing`);
    const rows = x.shape[0] ?? 1;
    const gradient = { rows, height, width, x: this.ort.addressOf(x.data), dy: this.ort.addressOf(dy.data) };
    const step = blockHeight(gradient);
    return Array.from({ length: Math.ceil(height / step) }, (_, index) => {
      const [first, end] = [index * step, Math.min(height, (index + 1) * step)];
      return { offset: offset + first * width, count: (end - first) * width, job: jobs.add(gradient, [first, end]) };
    });
  }

  /** Memory for an output of that shape; that of a graph with more rows is the same. */
  private arrayOf(output: string, [rows = 1, width = 1]: readonly number[]): Float32Array {
    const array = this.arrays.get(output) ?? new Float32Array(MOST_LEFT_ROWS * width);
    this.arrays.set(output, array);
    return array.subarray(0, rows * width);
  }
}
