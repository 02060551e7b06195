import type * as ort from 'onnxruntime-node';
import type { RecordedGraph } from '../graph/record.ts';
import { stateInput } from './binding-names.ts';
import type { Feeds, StateArray, StateShape } from './device.ts';
import type { ParameterMemory, Region } from './parameter-memory.ts';
import type { LaneThread } from './lane-thread.ts';
import type { OwnSessionOptions } from './own-session.ts';
import type { KernelTeam } from './kernel-team.ts';
import type { WeightFactors } from './weight-factors.ts';

/** Options of the sessions that compute for a state in this process's memory. */
export interface HostSessions {
  training: ort.InferenceSession.SessionOptions;
  /** For each of two lanes that train side by side. */
  lane: ort.InferenceSession.SessionOptions;
  inference: ort.InferenceSession.SessionOptions;
  /** How training sessions, each of two lanes, and sessions that write text are opened with this project's own operators; null where those do not run. */
  own: { training: OwnSessionOptions; lane: OwnSessionOptions; inference: OwnSessionOptions } | null;
}

/** Everything the programs share that work on a state in this process's memory. */
export interface CpuState {
  shape: StateShape;
  memory: ParameterMemory;
  kernels: KernelTeam;
  /** Computes the second lane; null where one thread computes both, one after the other. */
  laneThread: LaneThread | null;
  sessions: HostSessions;
  /** What updates need that multiply gradients out; null where none does. */
  factors: WeightFactors | null;
  /** For each region of gradients the rows of the embedding that the last step wrote, to be zeroed before the next. */
  touchedRows: Map<Region, Set<number>>;
}

/** How a session with this project's own operators is opened. */
export function ownOptions({ sessions: { own } }: CpuState, lanes: number): OwnSessionOptions {
  if (own === null) throw new Error('The device does not run the operators of this project');
  return lanes === 1 ? own.training : own.lane;
}

/** The region of a slot: parameters (0) or moments. */
export function region(state: CpuState, slot: number): Region {
  const found = state.memory.slots[slot];
  if (found === undefined) throw new Error(`The device holds no state in slot ${slot}`);
  return found;
}

/** A parameter's array in a region. */
export function viewOf(from: Region, name: string): Float32Array {
  const view = from.views.get(name);
  if (view === undefined) throw new Error(`The device holds no parameter '${name}'`);
  return view;
}

/** Every array of the state, as live views. */
export function readState(state: CpuState): StateArray[] {
  return state.memory.slots.flatMap((from, slot) =>
    state.shape.parameters.map(({ name, shape }) => ({ name, shape, slot, data: viewOf(from, name) })),
  );
}

/** Copies arrays into the state. */
export function writeState(state: CpuState, arrays: readonly StateArray[]): void {
  for (const { name, slot, data } of arrays) viewOf(region(state, slot), name).set(data);
}

/** The parameters that a graph reads, as they lie in the device's memory. */
export function parameterFeeds(state: CpuState, graph: RecordedGraph): Feeds {
  const inputs = new Set(graph.inputs.map((input) => input.name));
  return Object.fromEntries(
    state.shape.parameters
      .filter(({ name }) => inputs.has(stateInput(name)))
      .map(({ name, shape }) => [stateInput(name), { data: viewOf(region(state, 0), name), shape }]),
  );
}
