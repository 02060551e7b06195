import type {
  ContainmentCandidates,
  SearchedItems,
} from '@greenlight/shared/stages/data/preparation/contained-texts.ts';
import type { ChosenProbes, ProbeTables } from '@greenlight/shared/stages/data/preparation/run-tables.ts';
import type {
  BandCandidates,
  BandMembers,
  ItemSketches,
} from '@greenlight/shared/stages/data/preparation/near-duplicate-candidates.ts';
import type { SourceLayout } from '@greenlight/shared/stages/data/preparation/reading/item-reader.ts';
import type { ItemStep } from '@greenlight/shared/stages/data/preparation/recipe.ts';
import type { CountOutcome } from './count-version.ts';
import type { SourceChunk } from './source-plan.ts';

/** Reads a chunk of the source into items. */
export interface ReadTask {
  readonly type: 'read';
  readonly sourcePath: string;
  readonly layout: SourceLayout;
  readonly chunk: SourceChunk;
  readonly number: number;
  readonly folder: string;
}

/** Takes a chunk of an earlier stage through steps that look at one item alone. */
export interface CleanTask {
  readonly type: 'clean';
  readonly from: string;
  readonly folder: string;
  readonly number: number;
  readonly steps: readonly { readonly step: ItemStep; readonly place: number }[];
  /** 1 for each item that a step before has dropped. */
  readonly dropped: Uint8Array;
  readonly isProfiled: boolean;
  /** Whether the runs of the texts are sampled, as a `SampleTask` does. */
  readonly isSampled: boolean;
}

/** Proposes pairs of items of a stage that agree in a band. */
export interface ProposeTask {
  readonly type: 'propose';
  readonly folder: string;
  /** Number of the first item of each chunk, and of all items at the end. */
  readonly starts: Uint32Array;
  readonly band: number;
  /** In shared memory, as the sketches. */
  readonly members: BandMembers;
  readonly sketches: ItemSketches;
  readonly similarity: number;
}

/** The lines of a stage as threads find them: those of the first chunks in memory, the others in their files. */
export interface StageLines {
  readonly folder: string;
  readonly starts: Uint32Array;
  /** Where each line begins in its chunk, and after the last one of each chunk where it ends; shared memory. */
  readonly offsets: Uint32Array;
  /** Bytes of the first chunks, one after another; shared memory. */
  readonly bytes: Uint8Array;
  /** Where each chunk would begin in `bytes`, and the end of the last one. */
  readonly bases: Float64Array;
}

/** Compares pairs of items of a stage. */
export interface CompareTask {
  readonly type: 'compare';
  readonly lines: StageLines;
  readonly first: Uint32Array;
  readonly second: Uint32Array;
  /** How alike the two are, or how much of the first stands in the second. */
  readonly measure: 'similarity' | 'containment';
}

/** Samples the runs of a chunk's texts. */
export interface SampleTask {
  readonly type: 'sample';
  readonly folder: string;
  readonly chunk: number;
  /** Where each line begins in the chunk's file, and where the last one ends; shared memory. */
  readonly offsets: Uint32Array;
}

/** Chooses the probes of a chunk's texts by how often their runs come about. */
export interface ChooseProbesTask {
  readonly type: 'choose-probes';
  readonly folder: string;
  readonly starts: Uint32Array;
  readonly chunk: number;
  /** Cells of `RunCounts`; shared memory, as all that follows. */
  readonly cells: Uint32Array;
  readonly same: Uint32Array;
}

/** Proposes pairs of a text and a longer one of a chunk that may contain it. */
export interface ProposeContainedTask {
  readonly type: 'propose-contained';
  readonly folder: string;
  readonly starts: Uint32Array;
  readonly chunk: number;
  readonly tables: ProbeTables;
  readonly items: SearchedItems;
}

/** Counts the items of a stage for the version's row. */
export interface CountTask {
  readonly type: 'count';
  readonly folder: string;
  readonly chunks: number;
}

/** What a thread can be asked to do. */
export type ThreadTask =
  | ReadTask
  | CleanTask
  | ProposeTask
  | CompareTask
  | SampleTask
  | ChooseProbesTask
  | ProposeContainedTask
  | CountTask;

/** What a thread answers to each kind of task. */
export interface ThreadResults {
  readonly read: null;
  readonly clean: null;
  readonly propose: BandCandidates;
  /** The similarity of each pair. */
  readonly compare: Float32Array;
  /** How many runs. */
  readonly sample: number;
  readonly 'choose-probes': ChosenProbes;
  readonly 'propose-contained': ContainmentCandidates;
  readonly count: CountOutcome;
}

/** A task with the number by which it is answered. */
export interface NumberedTask {
  readonly number: number;
  readonly task: ThreadTask;
}

/** A thread's answer to a task, or why it failed. */
export type ThreadReply = { readonly number: number } & (
  | { readonly result: ThreadResults[keyof ThreadResults] }
  | { readonly error: unknown; readonly code: string | undefined }
);
