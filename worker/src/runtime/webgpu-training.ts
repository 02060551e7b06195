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
import type { Feeds, StepOutcome, TrainingGraphs, TrainingProgram, UpdateOutcome } from './device.ts';
import { fedTensors, openSession, webgpuSessionOptions } from './sessions.ts';
import { SharedSession } from './shared-session.ts';
import { updateFeeds } from './update-feeds.ts';
import { floats, replaceTensors, residentInputs, sizeOf, upload, type WebGpuState } from './webgpu-state.ts';

/** A training graph whose state stays on the device: its `next` outputs take the places of the inputs that they are for. */
interface ResidentProgram {
  run(feeds: Feeds): Promise<{ losses: number[]; squaredNorms: number[] }>;
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
    run: async (feeds) => {
      const fed = Object.fromEntries(Object.entries(feeds).filter(([name]) => inputs.has(name)));
      const results = await session.run({ ...residentInputs(state, graph), ...fedTensors(fed) });
      const losses = numbers(results, LOSS_OUTPUT);
      const squaredNorms = numbers(results, SQUARED_NORMS_OUTPUT);
      if ([...losses, ...squaredNorms].every((value) => Number.isFinite(value))) {
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
    const step = await loadResident(state, graphs.step);
    let gather: Promise<ResidentProgram> | undefined;
    return {
      step: async (feeds, _lookups, update): Promise<StepOutcome> => {
        const { losses, squaredNorms } = await step.run({ ...feeds, ...updateFeeds(update) });
        return { losses, ...outcomeOf(state, squaredNorms) };
      },
      gather: async (feeds, _lookups, isFirst) => {
        gather ??= loadResident(state, graphs.gather());
        const program = await gather;
        if (isFirst) await makeRoomToGather(state);
        const keep = { data: Float32Array.of(isFirst ? 0 : 1), shape: [] };
        const { losses } = await program.run({ ...feeds, [KEEP_INPUT]: keep });
        if (losses.some((loss) => !Number.isFinite(loss))) await forgetGathered(state);
        return losses;
      },
      finish: async (update) => {
        this.update ??= loadResident(state, graphs.update());
        const { squaredNorms } = await (await this.update).run(updateFeeds(update));
        const outcome = outcomeOf(state, squaredNorms);
        if (!Number.isFinite(outcome.gradientNorm)) await forgetGathered(state);
        return outcome;
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

function outcomeOf(state: WebGpuState, squaredNorms: readonly number[]): UpdateOutcome {
  const last = squaredNorms.findLastIndex((square) => !Number.isFinite(square));
  const gradientNorm = Math.sqrt(squaredNorms.reduce((sum, square) => sum + square, 0));
  return { gradientNorm, nonFiniteParameter: state.trainable[last]?.name ?? null };
}

/** Puts zeros where gradients are to be gathered, once: later steps start by multiplying what is there by 0. */
async function makeRoomToGather(state: WebGpuState): Promise<void> {
  const missing = state.trainable.filter(({ name }) => !state.tensors.has(gatheredInput(name)));
  if (missing.length === 0) return;
  const arrays = missing.map(({ name, shape }) => ({
    shape,
    input: gatheredInput(name),
    output: nextOutput(gatheredInput(name)),
  }));
  await upload(
    state,
    arrays,
    arrays.map(({ shape }) => new Float32Array(sizeOf(shape))),
  );
}

/** Drops gathered gradients that are not finite: 0 times infinity would spoil every later step. */
async function forgetGathered(state: WebGpuState): Promise<void> {
  for (const { name } of state.trainable) {
    const input = gatheredInput(name);
    await state.tensors.get(input)?.dispose();
    state.tensors.delete(input);
  }
}
