import type { SourceLayout } from '@greenlight/shared/stages/data/preparation/reading/item-reader.ts';
import type { ItemStep } from '@greenlight/shared/stages/data/preparation/recipe.ts';
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
}

/** Compares pairs of items of a stage. */
export interface CompareTask {
  readonly type: 'compare';
  readonly folder: string;
  /** Number of the first item of each chunk, and of all items at the end. */
  readonly starts: Uint32Array;
  readonly first: Uint32Array;
  readonly second: Uint32Array;
}

/** What a thread can be asked to do. */
export type ThreadTask = ReadTask | CleanTask | CompareTask;

/** What a thread answers: similarities of compared pairs, else nothing; or why it failed. */
export type ThreadReply = { readonly similarities: Float32Array | null } | { readonly error: unknown };
