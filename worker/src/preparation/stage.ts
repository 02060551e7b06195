import { join } from 'node:path';
import { ProfileBuilder } from '@greenlight/shared/stages/data/preparation/profile-builder.ts';
import { addStepCount } from '@greenlight/shared/stages/data/preparation/item-steps.ts';
import type { RowError } from '@greenlight/shared/stages/data/preparation/reading/row-errors.ts';
import type { StepCount } from '@greenlight/shared/stages/data/preparation/recipe.ts';
import { SKETCH_WORDS } from '@greenlight/shared/stages/data/preparation/min-hash.ts';
import { readFacts, readSignatures, type ChunkFacts, type Signatures } from './chunk-files.ts';

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

/** Gathers the facts of a stage's chunks in their order, each as soon as it and those before it are done. */
export class StageGathering {
  readonly #folder: string;
  readonly #counts: readonly StepCount[];
  readonly #isDone: boolean[] = [];
  readonly #starts = [0];
  readonly #labels = new Map<string, number>();
  readonly #profile = new ProfileBuilder();
  readonly #errorCounts: Record<string, number> = {};
  readonly #errors: RowError[] = [];
  readonly #arrays: ReturnType<typeof arraysFor>;
  #sums = { kinds: 0, sourceRows: 0, emptyRows: 0, profiled: 0 };
  #gathered = 0;
  #gathering: Promise<void> = Promise.resolve();

  /** Adds the counts of the steps to `counts`; the stage has at most `items` items in `chunks` chunks. */
  constructor(folder: string, items: number, chunks: number, counts: readonly StepCount[]) {
    this.#folder = folder;
    this.#counts = counts;
    this.#arrays = arraysFor(items, chunks);
  }

  /** Tells that a chunk is done; a failure to read it is thrown by `stage`. */
  onChunk(chunk: number): void {
    this.#isDone[chunk] = true;
    this.#gathering = this.#gathering.then(() => this.#gather());
    this.#gathering.catch(() => undefined);
  }

  /** The stage, once all of its chunks are done. */
  async stage(): Promise<Stage> {
    await this.#gathering;
    const starts = Uint32Array.from(this.#starts);
    const chunks = this.#gathered;
    const total = starts[chunks]!;
    const { high, low, meaning, rows, given, asRead, label, offsets, sizes, sketches } = this.#arrays;
    const { profiled, ...sums } = this.#sums;
    return {
      folder: this.#folder,
      chunks,
      starts,
      high: high.subarray(0, total),
      low: low.subarray(0, total),
      meaning: meaning.subarray(0, total),
      rows: rows.subarray(0, total),
      given: given.subarray(0, total),
      asRead: asRead.subarray(0, total),
      label: label.subarray(0, total),
      offsets: offsets.subarray(0, total + chunks),
      sizes: sizes.subarray(0, total),
      sketches: sketches.subarray(0, total * SKETCH_WORDS),
      profile: profiled === chunks ? this.#profile : null,
      ...sums,
      errorCounts: this.#errorCounts,
      errors: this.#errors,
    };
  }

  async #gather(): Promise<void> {
    for (; this.#isDone[this.#gathered] === true; this.#gathered++) {
      const facts = await readFacts(this.#folder, this.#gathered);
      if (facts === null) throw new Error('A chunk of the preparation is missing.');
      this.#add(facts, await readSignatures(this.#folder, this.#gathered, facts.items));
    }
  }

  #add(facts: ChunkFacts, signatures: Signatures): void {
    const start = this.#starts.at(-1)!;
    this.#starts.push(start + facts.items);
    const arrays = this.#arrays;
    arrays.high.set(facts.high, start);
    arrays.low.set(facts.low, start);
    arrays.meaning.set(facts.meaning, start);
    arrays.rows.set(facts.rows, start);
    arrays.given.set(facts.given, start);
    arrays.asRead.set(facts.asRead, start);
    arrays.offsets.set(facts.offsets, start + this.#gathered);
    arrays.sizes.set(signatures.sizes, start);
    arrays.sketches.set(signatures.sketches, start * SKETCH_WORDS);
    const numbers = facts.labels.map((name) => {
      const number = this.#labels.get(name) ?? this.#labels.size + 1;
      this.#labels.set(name, number);
      return number;
    });
    for (let item = 0; item < facts.items; item++) {
      const place = facts.label[item]!;
      if (place > 0) arrays.label[start + item] = numbers[place - 1]!;
    }
    this.#sums.kinds |= facts.kinds;
    this.#sums.sourceRows += facts.sourceRows;
    this.#sums.emptyRows += facts.emptyRows;
    if (facts.profile !== null) {
      this.#profile.addPart(facts.profile);
      this.#sums.profiled++;
    }
    for (const [code, count] of Object.entries(facts.errorCounts))
      this.#errorCounts[code] = (this.#errorCounts[code] ?? 0) + count;
    this.#errors.push(...facts.errors.slice(0, MOST_ERRORS - this.#errors.length));
    for (const part of facts.steps) addStepCount(this.#counts[part.step]!, part);
  }
}

function arraysFor(items: number, chunks: number) {
  return {
    ...{ high: new Uint32Array(items), low: new Uint32Array(items), meaning: new Uint32Array(items) },
    ...{ rows: new Uint32Array(items), label: new Uint32Array(items) },
    ...{ given: new Uint8Array(items), asRead: new Uint8Array(items) },
    ...{ offsets: sharedWords(items + chunks), sizes: sharedWords(items), sketches: sharedWords(items * SKETCH_WORDS) },
  };
}

/** Words that threads share. */
function sharedWords(length: number): Uint32Array<SharedArrayBuffer> {
  return new Uint32Array(new SharedArrayBuffer(length * 4));
}

/** A copy that threads share. */
export function sharedCopy(words: Uint32Array): Uint32Array {
  const copy = sharedWords(words.length);
  copy.set(words);
  return copy;
}
