import { ImageProfileBuilder, type ImageProfilePart } from './image-profile.ts';
import type { SourceItem } from './reading/item-reader.ts';
import { DistinctCounter } from './distinct-counter.ts';
import { emptyLengthCounts, lengthBars, lengthBucket, lengthQuantile, type LengthCounts } from './length-histogram.ts';
import { PERSONAL_DATA_KINDS, type PersonalDataFinding, type PersonalDataKind } from './personal-data/kinds.ts';
import type { DataProfile } from './profile.ts';
import { isPersonalToken } from '../masked-text.ts';
import { qualityOf } from './quality.ts';
import { features, ITEM_LANGUAGES, readFeatures, type ItemLanguage } from './text-features.ts';

const MAX_LABELS = 10_000;
const SHOWN_LABELS = 200;
const BARS = 40;
/** Up to so many different tokens are counted exactly. */
const VOCABULARY_CAPACITY = 2 ** 18;
/** Pairs only make a ratio: a smaller table, which stays in the processor's cache, is exact enough (0.5 %). */
const PAIRS_CAPACITY = 2 ** 16;

interface LengthPart {
  total: number;
  minimum: number;
  maximum: number;
  counts: LengthCounts;
}

/** What a part of a dataset adds to its profile; plain data that crosses threads and files. At most 5 MB. */
export interface ProfilePart {
  readonly items: number;
  readonly characters: LengthPart;
  readonly tokens: LengthPart;
  readonly pairs: number;
  readonly vocabulary: Uint32Array;
  readonly tokenPairs: Uint32Array;
  readonly languages: Record<ItemLanguage, number>;
  readonly labelled: number;
  readonly labels: readonly (readonly [label: string, count: number])[];
  readonly otherLabels: number;
  readonly personalItems: number;
  readonly findings: Record<PersonalDataKind, number>;
  readonly images: ImageProfilePart;
}

/** Levels of a part's counters, below which the counters of other parts of the same dataset need not begin. */
export interface CounterLevels {
  readonly vocabulary: number;
  readonly tokenPairs: number;
}

/** The levels that the counters of a part have come to. */
export function levelsOf({ vocabulary, tokenPairs }: ProfilePart): CounterLevels {
  return { vocabulary: vocabulary[0]!, tokenPairs: tokenPairs[0]! };
}

/** What a profile says that only the whole dataset shows. */
export interface ProfileWhole {
  readonly rows: number;
  readonly empty: number;
  readonly unreadable: number;
  readonly duplicates: DataProfile['duplicates'];
}

function emptyLengths(): LengthPart {
  return { total: 0, minimum: Infinity, maximum: 0, counts: emptyLengthCounts() };
}

function addLength(part: LengthPart, length: number): void {
  part.total += length;
  if (length < part.minimum) part.minimum = length;
  if (length > part.maximum) part.maximum = length;
  const bucket = lengthBucket(length);
  part.counts[bucket] = part.counts[bucket]! + 1;
}

function mergeLengths(part: LengthPart, other: LengthPart): void {
  part.total += other.total;
  part.minimum = Math.min(part.minimum, other.minimum);
  part.maximum = Math.max(part.maximum, other.maximum);
  for (const [bucket, count] of other.counts.entries()) part.counts[bucket] = part.counts[bucket]! + count;
}

/** Adds items, or whole parts, up to a profile; the order does not matter. */
export class ProfileBuilder {
  #items = 0;
  readonly #characters = emptyLengths();
  readonly #tokens = emptyLengths();
  #pairs = 0;
  readonly #vocabulary: DistinctCounter;
  readonly #tokenPairs: DistinctCounter;
  readonly #languages = Object.fromEntries(ITEM_LANGUAGES.map((language) => [language, 0])) as Record<
    ItemLanguage,
    number
  >;
  #labelled = 0;
  readonly #labels = new Map<string, number>();
  #otherLabels = 0;
  #personalItems = 0;
  readonly #images = new ImageProfileBuilder();
  readonly #findings = Object.fromEntries(PERSONAL_DATA_KINDS.map((kind) => [kind, 0])) as Record<
    PersonalDataKind,
    number
  >;

  /** `levels` are those of another part of the same dataset, where one is at hand. */
  constructor({ vocabulary, tokenPairs }: CounterLevels = { vocabulary: 0, tokenPairs: 0 }) {
    this.#vocabulary = new DistinctCounter(VOCABULARY_CAPACITY, vocabulary);
    this.#tokenPairs = new DistinctCounter(PAIRS_CAPACITY, tokenPairs);
  }

  /** Counts one item with the personal data that was found in it. */
  add(item: SourceItem, findings: readonly PersonalDataFinding[]): void {
    readFeatures(item.text, this.#vocabulary, this.#tokenPairs);
    this.#items++;
    addLength(this.#characters, features.characters);
    addLength(this.#tokens, features.tokens);
    this.#pairs += Math.max(0, features.tokens - 1);
    this.#languages[features.language]++;
    if (item.labels !== undefined && item.labels.length > 0) {
      this.#labelled++;
      for (const label of item.labels) this.#addLabel(label, 1);
    } else if (item.value !== undefined) this.#labelled++;
    if (item.image !== undefined) this.#images.add(item.image);
    if (findings.length > 0) this.#personalItems++;
    for (const { kind } of findings) this.#findings[kind]++;
  }

  #addLabel(label: string, count: number): void {
    const known = this.#labels.get(label);
    if (known === undefined && this.#labels.size >= MAX_LABELS) this.#otherLabels += count;
    else this.#labels.set(label, (known ?? 0) + count);
  }

  /** What was added so far. */
  part(): ProfilePart {
    return {
      items: this.#items,
      characters: this.#characters,
      tokens: this.#tokens,
      pairs: this.#pairs,
      vocabulary: this.#vocabulary.hashes(),
      tokenPairs: this.#tokenPairs.hashes(),
      languages: this.#languages,
      labelled: this.#labelled,
      labels: [...this.#labels],
      otherLabels: this.#otherLabels,
      personalItems: this.#personalItems,
      findings: this.#findings,
      images: this.#images.part(),
    };
  }

  /** Takes in what another builder has counted. */
  addPart(part: ProfilePart): void {
    this.#items += part.items;
    mergeLengths(this.#characters, part.characters);
    mergeLengths(this.#tokens, part.tokens);
    this.#pairs += part.pairs;
    this.#vocabulary.addAll(part.vocabulary);
    this.#tokenPairs.addAll(part.tokenPairs);
    for (const language of ITEM_LANGUAGES) this.#languages[language] += part.languages[language];
    this.#labelled += part.labelled;
    for (const [label, count] of part.labels) this.#addLabel(label, count);
    this.#otherLabels += part.otherLabels;
    this.#personalItems += part.personalItems;
    this.#images.addPart(part.images);
    for (const kind of PERSONAL_DATA_KINDS) this.#findings[kind] += part.findings[kind];
  }

  /** The profile of everything that was added. */
  profile({ rows, empty, unreadable, duplicates }: ProfileWhole): DataProfile {
    const tokens = this.#tokens.total;
    const measured = {
      rows,
      items: this.#items,
      empty,
      unreadable,
      characters: this.#summary(this.#characters),
      tokens: this.#summary(this.#tokens),
      lengthBars: lengthBars(this.#characters.counts, BARS),
      vocabulary: { count: this.#vocabulary.count, isExact: this.#vocabulary.isExact },
      distinct1: tokens === 0 ? null : Math.min(1, this.#vocabulary.count / tokens),
      distinct2: this.#pairs === 0 ? null : Math.min(1, this.#tokenPairs.count / this.#pairs),
      duplicates,
      languages: this.#languages,
      labels: this.#labelSummary(),
      personalData: { items: this.#personalItems, findings: this.#findings },
      images: this.#images.profile(),
    };
    return { ...measured, quality: qualityOf(measured) };
  }

  #summary({ total, minimum, maximum, counts }: LengthPart): DataProfile['characters'] {
    const isEmpty = this.#items === 0;
    // A step of the histogram may begin below the shortest or above the longest text.
    const quantile = (share: number) => {
      const length = lengthQuantile(counts, share);
      return length === null ? null : Math.min(maximum, Math.max(minimum, length));
    };
    return {
      total,
      mean: isEmpty ? null : total / this.#items,
      minimum: isEmpty ? null : minimum,
      p05: quantile(0.05),
      p25: quantile(0.25),
      median: quantile(0.5),
      p75: quantile(0.75),
      p95: quantile(0.95),
      p99: quantile(0.99),
      maximum: isEmpty ? null : maximum,
    };
  }

  #labelSummary(): DataProfile['labels'] {
    const counts = [...this.#labels]
      .map(([label, count]) => ({ label, count }))
      .sort((first, second) => second.count - first.count || (first.label < second.label ? -1 : 1));
    const total = counts.reduce((sum, { count }) => sum + count, 0);
    const entropy = counts.reduce((sum, { count }) => sum - (count / total) * Math.log(count / total), 0);
    return {
      labelled: this.#labelled,
      counts: counts.slice(0, SHOWN_LABELS),
      different: counts.length + (this.#otherLabels > 0 ? 1 : 0),
      personal: counts.filter(({ label }) => isPersonalToken(label)).length,
      balance: counts.length < 2 ? null : Math.min(1, entropy / Math.log(counts.length)),
    };
  }
}
