import { hashOfText, hashText } from '@greenlight/shared/stages/data/preparation/hashing.ts';
import { SIGNATURE_WORDS, writeSignature } from '@greenlight/shared/stages/data/preparation/min-hash.ts';
import { findInColumns } from '@greenlight/shared/stages/data/preparation/personal-data/find-in-columns.ts';
import { findPersonalData } from '@greenlight/shared/stages/data/preparation/personal-data/find.ts';
import type { PersonalDataFinding } from '@greenlight/shared/stages/data/preparation/personal-data/kinds.ts';
import {
  levelsOf,
  ProfileBuilder,
  type CounterLevels,
} from '@greenlight/shared/stages/data/preparation/profile-builder.ts';
import type { SourceItem } from '@greenlight/shared/stages/data/preparation/reading/item-reader.ts';
import { shinglesOf } from '@greenlight/shared/stages/data/preparation/shingles.ts';
import { SPLIT_NUMBERS } from '@greenlight/shared/stages/data/preparation/splits.ts';
import { PERSONAL, Signatures, writeChunk, type ChunkFacts } from './chunk-files.ts';
import { ChunkSamples } from './sample-runs.ts';
import { createMinimaReader } from './simd-minima.ts';

const NOTHING: readonly PersonalDataFinding[] = [];
const { set, leastValues } = createMinimaReader();
/** Of the stage that this thread works on, the levels that the counters of its latest chunk have come to. */
let latest: { readonly folder: string; readonly levels: CounterLevels } | null = null;

/** What is known of a text before it is looked at. */
export interface KnownText {
  /** Its hash, where an earlier stage had the same text. */
  readonly hash: { readonly high: number; readonly low: number } | null;
  /** Its signature, where an earlier stage had a text that is compared alike. */
  readonly signature: Uint32Array | null;
  /** A value of `PERSONAL`. */
  readonly personal: number;
  /** Whether it is compared as the row that was read. */
  readonly isAsRead: boolean;
}

/** Of a row that is read nothing is known. */
export const UNKNOWN_TEXT: KnownText = { hash: null, signature: null, personal: PERSONAL.unknown, isAsRead: true };

/** The stored line of an item without its split, which is put in front of it at the end. */
function lineOf({ text, labels, value, tasks, columns, image }: SourceItem): string {
  return `${JSON.stringify({ text, labels, value, tasks, columns, image })}\n`;
}

/** A list of numbers that grows without boxing them. */
class NumberList {
  #values = new Uint32Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length) this.#grow();
    this.#values[this.length++] = value;
  }

  pushAll(values: Uint32Array): void {
    while (this.length + values.length > this.#values.length) this.#grow();
    this.#values.set(values, this.length);
    this.length += values.length;
  }

  #grow(): void {
    const values = new Uint32Array(this.#values.length * 2);
    values.set(this.#values);
    this.#values = values;
  }

  toArray(): Uint32Array {
    return this.#values.slice(0, this.length);
  }
}

/** What was found in the further columns of an item. */
function inColumns(columns: SourceItem['columns']): PersonalDataFinding[] {
  return findInColumns(columns).flatMap(({ inName, inValue }) => [...inName, ...inValue]);
}

/** Collects the items of one chunk with everything that later stages need to know of them. */
export class ChunkWriter {
  readonly #profile: ProfileBuilder | null;
  readonly #samples: ChunkSamples | null;
  readonly #signature = new Uint32Array(SIGNATURE_WORDS);
  readonly #high = new NumberList();
  readonly #low = new NumberList();
  readonly #meaning = new NumberList();
  readonly #offsets = new NumberList();
  readonly #rows = new NumberList();
  readonly #label = new NumberList();
  readonly #given: number[] = [];
  readonly #personal: number[] = [];
  readonly #asRead: number[] = [];
  readonly #signatures = new NumberList();
  readonly #labels = new Map<string, number>();
  readonly #meaningOfSingle = new Map<string, number>();
  #kinds = 0;
  #buffer: Buffer;
  #bytes = 0;

  readonly #folder: string;

  /** For a chunk of the stage in `folder`; `expectedBytes` is about what the items take, then comes whether a profile of them and samples of their runs are wanted. */
  constructor(folder: string, expectedBytes: number, wanted: { isProfiled: boolean; isSampled: boolean }) {
    this.#folder = folder;
    this.#buffer = Buffer.allocUnsafe(Math.max(4096, expectedBytes));
    const levels = latest?.folder === folder ? latest.levels : undefined;
    this.#samples = wanted.isSampled ? new ChunkSamples() : null;
    this.#profile = wanted.isProfiled ? new ProfileBuilder(levels) : null;
  }

  /** Adds an item from a row of the source; `line` where an earlier stage has the same item. */
  add(item: SourceItem, row: number, given: number, known: KnownText, line: Uint8Array | null = null): void {
    this.#offsets.push(this.#bytes);
    if (line === null) this.#append(lineOf(item));
    else this.#copy(line);
    this.#rows.push(row);
    this.#given.push(given);
    if (item.image === undefined) this.#addText(item.text, known);
    else this.#addImage(item.image.sha256);
    this.#samples?.add(item.text);
    this.#addMeaning(item);
    this.#asRead.push(known.isAsRead ? 1 : 0);
    let { personal } = known;
    if (this.#profile !== null) {
      const findings = personal === PERSONAL.none ? NOTHING : findPersonalData(item.text);
      personal = findings.length === 0 ? PERSONAL.none : PERSONAL.some;
      this.#profile.add(item, item.columns === undefined ? findings : [...findings, ...inColumns(item.columns)]);
    }
    this.#personal.push(personal);
  }

  #append(line: string): void {
    // A UTF-16 unit takes at most three bytes.
    this.#makeRoom(line.length * 3);
    this.#bytes += this.#buffer.write(line, this.#bytes, 'utf8');
  }

  #copy(line: Uint8Array): void {
    this.#makeRoom(line.length);
    this.#buffer.set(line, this.#bytes);
    this.#bytes += line.length;
  }

  #makeRoom(bytes: number): void {
    const needed = this.#bytes + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#bytes);
    this.#buffer = larger;
  }

  #addText(text: string, { hash, signature }: KnownText): void {
    if (hash === null) hashText(text);
    const { high, low } = hash ?? hashOfText;
    this.#high.push(high);
    this.#low.push(low);
    if (signature === null) {
      shinglesOf(text, set);
      writeSignature(set, this.#signature, leastValues);
    }
    this.#signatures.pushAll(signature ?? this.#signature);
  }

  /** The sameness of an image is that of its content, not of its path. */
  #addImage(sha256: string): void {
    const words = Array.from({ length: 8 }, (_, word) => Number.parseInt(sha256.slice(word * 8, word * 8 + 8), 16));
    this.#high.push(words[0]!);
    this.#low.push(words[1]!);
    // Every word hangs on the whole content, so that nothing but the same content is alike.
    for (let word = 0; word < SIGNATURE_WORDS; word++) this.#signature[word] = words[word % 8]!;
    this.#signatures.pushAll(this.#signature);
  }

  #addMeaning({ labels, value, tasks }: SourceItem): void {
    if (labels === undefined && value === undefined && tasks === undefined) {
      this.#meaning.push(0);
      this.#label.push(0);
      return;
    }
    this.#meaning.push(this.#meaningOf(labels, value, tasks));
    const first = labels?.[0];
    if (first === undefined) this.#label.push(0);
    else {
      const place = this.#labels.get(first) ?? this.#labels.size + 1;
      this.#labels.set(first, place);
      this.#label.push(place);
    }
    this.#kinds |=
      (labels !== undefined && labels.length > 0 ? 1 : 0) | (labels !== undefined && labels.length > 1 ? 2 : 0);
    if (value !== undefined) this.#kinds |= 4;
  }

  #meaningOf(labels: readonly string[] | undefined, value: number | undefined, tasks: SourceItem['tasks']): number {
    const single = value === undefined && tasks === undefined && labels?.length === 1 ? labels[0]! : null;
    const known = single === null ? undefined : this.#meaningOfSingle.get(single);
    if (known !== undefined) return known;
    hashText(JSON.stringify([labels?.toSorted() ?? [], value ?? null, ...(tasks === undefined ? [] : [tasks])]));
    if (single !== null) this.#meaningOfSingle.set(single, hashOfText.low);
    return hashOfText.low;
  }

  /** Writes the chunk's files. */
  async finish(
    chunk: number,
    rest: Pick<ChunkFacts, 'steps' | 'sourceRows' | 'emptyRows' | 'errorCounts' | 'errors'>,
  ): Promise<void> {
    const items = this.#rows.length;
    this.#offsets.push(this.#bytes);
    const byItem = this.#signatures.toArray();
    const signatures = new Signatures(new Uint32Array(byItem.length), items);
    for (let item = 0; item < items; item++) signatures.set(item, byItem, item * SIGNATURE_WORDS);
    const profile = this.#profile?.part() ?? null;
    if (profile !== null) latest = { folder: this.#folder, levels: levelsOf(profile) };
    await this.#samples?.write(this.#folder, chunk);
    await writeChunk(this.#folder, chunk, this.#buffer.subarray(0, this.#bytes), signatures.words, {
      items,
      high: this.#high.toArray(),
      low: this.#low.toArray(),
      meaning: this.#meaning.toArray(),
      offsets: this.#offsets.toArray(),
      rows: this.#rows.toArray(),
      given: Uint8Array.from(this.#given),
      label: this.#label.toArray(),
      labels: [...this.#labels.keys()],
      personal: Uint8Array.from(this.#personal),
      asRead: Uint8Array.from(this.#asRead),
      kinds: this.#kinds,
      profile,
      ...rest,
    });
  }
}

/** The number of a split that the source says, + 1; 0 where it says none. */
export function givenSplit({ split }: SourceItem): number {
  return split === undefined ? 0 : SPLIT_NUMBERS[split] + 1;
}
