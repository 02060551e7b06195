import { join } from 'node:path';
import { ProfileBuilder } from '@greenlight/shared/stages/data/preparation/profile-builder.ts';
import { addStepCount } from '@greenlight/shared/stages/data/preparation/item-steps.ts';
import type { RowError } from '@greenlight/shared/stages/data/preparation/reading/row-errors.ts';
import type { StepCount } from '@greenlight/shared/stages/data/preparation/recipe.ts';
import { SKETCH_WORDS } from '@greenlight/shared/stages/data/preparation/min-hash.ts';
import { itemsOfChunk, readFacts, readSignatures } from './chunk-files.ts';

/** Most errors of a source that are kept with row and byte. */
const MOST_ERRORS = 1000;

/** A stage of a preparation that is done: what is known of all its items, 62 bytes an item. */
export interface Stage {
  readonly folder: string;
  readonly chunks: number;
  /** Number of the first item of each chunk, and of all items at the end. */
  readonly starts: Uint32Array;
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  readonly meaning: Uint32Array;
  readonly rows: Uint32Array;
  readonly given: Uint8Array;
  /** 1 where the text is compared as the row that was read. */
  readonly asRead: Uint8Array;
  readonly label: Uint32Array;
  /** Where each line begins in its chunk's file, and after the last one of each chunk where it ends; shared memory. */
  readonly offsets: Uint32Array;
  /** Different shingles; shared memory. */
  readonly sizes: Uint32Array;
  /** `SKETCH_WORDS` words an item; shared memory. */
  readonly sketches: Uint32Array;
  readonly kinds: number;
  /** Null where no profile was asked for. */
  readonly profile: ProfileBuilder | null;
  readonly sourceRows: number;
  readonly emptyRows: number;
  readonly errorCounts: Readonly<Record<string, number>>;
  readonly errors: readonly RowError[];
}

/** Folder of a stage by its number. */
export function stageFolder(workFolder: string, stage: number): string {
  return join(workFolder, `stage-${stage}`);
}

/** Gathers the facts of a stage's chunks in their order, and adds the counts of its steps to `counts`. */
export async function gatherStage(folder: string, chunks: number, counts: readonly StepCount[]): Promise<Stage> {
  const starts = new Uint32Array(chunks + 1);
  for (let chunk = 0; chunk < chunks; chunk++) starts[chunk + 1] = starts[chunk]! + (await itemsOfChunk(folder, chunk));
  const total = starts[chunks]!;
  const offsets = sharedWords(total + chunks);
  const sizes = sharedWords(total);
  const sketches = sharedWords(total * SKETCH_WORDS);
  const [high, low, meaning, rows] = [0, 0, 0, 0].map(() => new Uint32Array(total)) as [
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ];
  const label = new Uint32Array(total);
  const given = new Uint8Array(total);
  const asRead = new Uint8Array(total);
  const labels = new Map<string, number>();
  const profile = new ProfileBuilder();
  const errorCounts: Record<string, number> = {};
  const errors: RowError[] = [];
  let [kinds, sourceRows, emptyRows, profiled] = [0, 0, 0, 0];
  for (let chunk = 0; chunk < chunks; chunk++) {
    const facts = await factsOf(folder, chunk);
    const start = starts[chunk]!;
    high.set(facts.high, start);
    low.set(facts.low, start);
    meaning.set(facts.meaning, start);
    rows.set(facts.rows, start);
    given.set(facts.given, start);
    asRead.set(facts.asRead, start);
    offsets.set(facts.offsets, start + chunk);
    const signatures = await readSignatures(folder, chunk, facts.items);
    sizes.set(signatures.sizes, start);
    sketches.set(signatures.sketches, start * SKETCH_WORDS);
    const numbers = facts.labels.map((name) => {
      const number = labels.get(name) ?? labels.size + 1;
      labels.set(name, number);
      return number;
    });
    for (const [index, place] of facts.label.entries()) if (place > 0) label[start + index] = numbers[place - 1]!;
    kinds |= facts.kinds;
    sourceRows += facts.sourceRows;
    emptyRows += facts.emptyRows;
    if (facts.profile !== null) {
      profile.addPart(facts.profile);
      profiled++;
    }
    for (const [code, count] of Object.entries(facts.errorCounts)) errorCounts[code] = (errorCounts[code] ?? 0) + count;
    errors.push(...facts.errors.slice(0, MOST_ERRORS - errors.length));
    for (const part of facts.steps) addStepCount(counts[part.step]!, part);
  }
  const isProfiled = profiled === chunks;
  const known = { starts, high, low, meaning, rows, given, asRead, label, offsets, sizes, sketches };
  return {
    folder,
    chunks,
    ...known,
    kinds,
    profile: isProfiled ? profile : null,
    sourceRows,
    emptyRows,
    errorCounts,
    errors,
  };
}

/** Words that threads share. */
export function sharedWords(length: number): Uint32Array<SharedArrayBuffer> {
  return new Uint32Array(new SharedArrayBuffer(length * 4));
}

async function factsOf(folder: string, chunk: number) {
  const facts = await readFacts(folder, chunk);
  if (facts === null) throw new Error('A chunk of the preparation is missing.');
  return facts;
}
