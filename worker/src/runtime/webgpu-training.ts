import type * as ort from 'onnxruntime-node';
import type { RecordedGraph } from '../graph/record.ts';
import {
  gatheredInput,
  inputOfNext,
  KEEP_INPUT,
  LOSS_OUTPUT,
  nextOutput,
  SQUARED_NORMS_OUTPUT,
} from './binding-names.ts';
import type { Feeds, StepOutcome, TrainingGraphs, TrainingProgram } from './device.ts';
import { fedTensors, openSession, webgpuSessionOptions } from './sessions.ts';
import { SharedSession } from './shared-session.ts';
import { updateFeeds } from './update-feeds.ts';
import {
  download,
  floats,
  replaceTensors,
  residentInputs,
  uploadZeros,
  type ResidentBlock,
  type WebGpuState,
} from './webgpu-state.ts';

/** A training graph whose state stays on the device: its `next` outputs take the places of the inputs that they are for. */
interface ResidentProgram {
  /** Numbers that are not finite leave the state as it was, unless they are `wanted` all the same. */
  run(feeds: Feeds, wanted?: 'finite' | 'all'): Promise<{ losses: number[]; squaredNorms: number[] }>;
  close(): Promise<void>;
}

async function loadResident(state: WebGpuState, graph: RecordedGraph): Promise<ResidentProgram> {
  const inputs = new Set(graph.inputs.map((input) => input.name));
  const outputs = new Set(graph.outputs.map((output) => output.name));
  const resident = graph.outputs.flatMap(({ name }) => {
    const input = inputOfNext(name);
    return input === null ? [] : [{ input, output: name }];
  });
  const session = new SharedSession(
    await openSession(graph.bytes, webgpuSessionOptions(resident.map(({ output }) => output))),
  );
  const numbers = (results: ort.InferenceSession.ReturnType, name: string): number[] =>
    outputs.has(name) ? [...floats(results[name])] : [];
  return {
    run: async (feeds, wanted = 'finite') => {
      const fed = Object.fromEntries(Object.entries(feeds).filter(([name]) => inputs.has(name)));
      const results = await session.run({ ...(await residentInputs(state, graph)), ...fedTensors(fed) });
      const losses = numbers(results, LOSS_OUTPUT);
      const squaredNorms = numbers(results, SQUARED_NORMS_OUTPUT);
      if (wanted === 'all' || [...losses, ...squaredNorms].every((value) => Number.isFinite(value))) {
        await replaceTensors(state, resident, session, results);
      } else {
        for (const { output } of resident) results[output]?.dispose();
      }
      return { losses, squaredNorms };
    },
    close: () => session.close(),
  };
}

/** Trains with graphs that update in themselves: a step is one run, and gathered gradients wait on the device for theirs. */
export class WebGpuTraining {
  private readonly state: WebGpuState;
  /** The update from gathered gradients, once it is needed; one for all batch shapes. */
  private update: Promise<ResidentProgram> | undefined;

  constructor(state: WebGpuState) {
    this.state = state;
  }

  /** Opens the programs of one batch shape. */
  async load(graphs: TrainingGraphs): Promise<TrainingProgram> {
    const { state } = this;
    const step = await loadResident(state, graphs.step[0]);
    let gather: Promise<ResidentProgram> | undefined;
    const gathering = (): Promise<ResidentProgram> => (gather ??= loadResident(state, graphs.gather()));
    return {
      step: async ([{ feeds }], update): Promise<StepOutcome> => {
        const { losses, squaredNorms } = await step.run({ ...feeds, ...updateFeeds(update) });
        const gradientNorm = normOf(squaredNorms);
        if (Number.isFinite(gradientNorm)) return { losses, gradientNorm, nonFiniteParameter: null, isStateKept: true };
        const program = await gathering();
        await makeRoomToGather(state);
        await program.run({ ...feeds, ...keeping(false) }, 'all');
        return { losses, gradientNorm, nonFiniteParameter: await forgetGathered(state), isStateKept: true };
      },
      gather: async ([{ feeds }], isFirst) => {
        const program = await gathering();
        if (isFirst) await makeRoomToGather(state);
        const { losses } = await program.run({ ...feeds, ...keeping(!isFirst) });
        if (losses.some((loss) => !Number.isFinite(loss))) await forgetGathered(state);
        return losses;
      },
      finish: async (update) => {
        this.update ??= loadResident(state, graphs.update());
        const { squaredNorms } = await (await this.update).run(updateFeeds(update));
        const gradientNorm = normOf(squaredNorms);
        const nonFiniteParameter = Number.isFinite(gradientNorm) ? null : await forgetGathered(state);
        return { gradientNorm, nonFiniteParameter, isStateKept: true };
      },
      dispose: async () => {
        await step.close();
        await (await gather)?.close();
      },
    };
  }

  /** Closes what all batch shapes share. */
  async dispose(): Promise<void> {
    await (await this.update)?.close();
  }
}

function normOf(squaredNorms: readonly number[]): number {
  return Math.sqrt(squaredNorms.reduce((sum, square) => sum + square, 0));
}

/** Says whether gradients are added to those gathered before. */
function keeping(isKept: boolean): Feeds {
  return { [KEEP_INPUT]: { data: Float32Array.of(isKept ? 1 : 0), shape: [] } };
}

/** The gathered gradients of blocks that move. */
function gatheredArrays(state: WebGpuState): ResidentBlock[] {
  return state.arrays
    .filter(({ block, slot }) => slot === 0 && block.moves)
    .map(({ block, slot, shape }) => {
      const input = gatheredInput(block.name);
      return { block, slot, shape, input, output: nextOutput(input) };
    });
}

/** Puts zeros where gradients are to be gathered, once: later steps start by multiplying what is there by 0. */
async function makeRoomToGather(state: WebGpuState): Promise<void> {
  const missing = gatheredArrays(state).filter(({ input }) => !state.tensors.has(input));
  if (missing.length > 0) await uploadZeros(state, missing);
}

/**
 * Drops gathered gradients that are not finite: 0 times infinity would spoil every later step. Returns the last parameter, in the model's
 * order, whose gradient, or the sum of its squares, 32-bit numbers do not hold.
 */
async function forgetGathered(state: WebGpuState): Promise<string | null> {
  const arrays = gatheredArrays(state);
  const values = await download(state, arrays);
  for (const { input } of arrays) {
    await state.tensors.get(input)?.dispose();
    state.tensors.delete(input);
  }
  const last = state.parameters.findLast(({ block, part: { offset, size } }) => {
    const gradient = values[arrays.findIndex((array) => array.block === block)];
    const squares = gradient?.subarray(offset, offset + size).reduce((sum, value) => sum + value ** 2, 0) ?? 0;
    return !Number.isFinite(Math.fround(squares));
  });
  return last?.name ?? null;
}
