import { SPLITS, type Split } from '@greenlight/shared/stages/data/content.ts';
import type { TextDatasetContent } from '@greenlight/shared/stages/data/contract.ts';

/** One item of a request: a text, or a text with its labels or its value. */
export type GivenItem = TextDatasetContent['train'][number];

/** An item of a file, in the split that the file says where it says one. */
export type PlacedItem = Exclude<GivenItem, string> & { readonly split?: Split };

/** Fewer texts are not divided: a tenth of them would measure nothing. */
const FEWEST_TO_HOLD_OUT = 20;

/** The texts that people typed: one per line, without empty lines and repetitions. */
export function textsOf(input: string): string[] {
  return [
    ...new Set(
      input
        .split(/\r?\n/)
        .map((line) => line.trim())
        .filter((line) => line !== ''),
    ),
  ];
}

/** A generator of numbers in [0, 1) that gives the same row for the same seed (Mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Divides items by a seed: a tenth each for validation and test, or none where they are few or none are wanted. */
export function splitTexts(texts: readonly GivenItem[], holdOut: boolean, seed: number): TextDatasetContent {
  if (!holdOut || texts.length < FEWEST_TO_HOLD_OUT) return { train: [...texts], validation: [], test: [] };
  const next = randomNumbers(seed);
  const shuffled = texts
    .map((text) => ({ text, order: next() }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ text }) => text);
  const part = Math.floor(texts.length / 10);
  return {
    validation: shuffled.slice(0, part),
    test: shuffled.slice(part, 2 * part),
    train: shuffled.slice(2 * part),
  };
}

/** Items that a file has placed stay in their split; the others are divided by {@link splitTexts}. */
export function splitItems(items: readonly PlacedItem[], holdOut: boolean, seed: number): TextDatasetContent {
  const withoutSplit = ({ split: _split, ...item }: PlacedItem): GivenItem => item;
  const drawn = splitTexts(items.filter(({ split }) => split === undefined).map(withoutSplit), holdOut, seed);
  const placed = SPLITS.map((name) => items.filter(({ split }) => split === name).map(withoutSplit));
  const [train = [], validation = [], test = []] = placed;
  return {
    train: [...train, ...drawn.train],
    validation: [...validation, ...drawn.validation],
    test: [...test, ...drawn.test],
  };
}
