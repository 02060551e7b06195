import { z } from 'zod';
import { saying } from '../../../api/localized-text.ts';
import type { Split } from '../content.ts';
import { lotOf, mix32 } from './hashing.ts';

const share = z.number().min(0).max(1);

/** How items are given to splits. */
export const splitPlan = z
  .object({
    seed: z.int32().min(0),
    shares: z
      .object({ train: share, validation: share, test: share })
      .refine(
        ({ train, validation, test }) => Math.abs(train + validation + test - 1) < 1e-9,
        saying({ en: 'the shares must add up to 1', zh: '各部分的比例之和须为 1' }),
      ),
    /** `content`: the same text always falls into the same split, whatever else the dataset holds; `index`: by the item's place. */
    by: z.enum(['content', 'index']).default('content'),
    /** Every label gets the shares as exactly as its items allow (by the first label of an item). */
    stratify: z.boolean().default(false),
    /** Items that must not be parted: those with the same text, or near-duplicates as well. */
    together: z.enum(['none', 'exact', 'near']).default('near'),
    /** Items for which the source says a split stay in it. */
    keepsGiven: z.boolean().default(true),
  })
  .meta({ id: 'SplitPlan' });

/** How items are given to splits. */
export type SplitPlan = z.infer<typeof splitPlan>;

/** Seed of the splits that are drawn where nobody says how. */
export const DEFAULT_SPLIT_SEED = 1;

/** The splits of an import for which nobody says any: a tenth each for validation and test, spread over the labels where there are some. */
export function defaultSplitPlan(hasLabels: boolean): SplitPlan {
  const shares = { train: 0.8, validation: 0.1, test: 0.1 };
  return splitPlan.parse({ seed: DEFAULT_SPLIT_SEED, shares, stratify: hasLabels });
}

/** Splits as numbers: the place in `SPLITS`. */
export const SPLIT_NUMBERS = { train: 0, validation: 1, test: 2 } as const satisfies Record<Split, number>;

/** What is known of every item when splits are drawn; arrays of one length. */
export interface SplitInput {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  /** First item with the same text. */
  readonly same: Uint32Array;
  /** First item of the group of near-duplicates. */
  readonly group: Uint32Array;
  /** Number of the first label; any number where there is none. */
  readonly label: Uint32Array;
  /** 0 where the source says no split, else its number + 1. */
  readonly given: Uint8Array;
}

function splitOfLot(lot: number, { train, validation, test }: SplitPlan['shares']): number {
  if (lot < train) return SPLIT_NUMBERS.train;
  // What rounding leaves between the sum and 1 goes to the last split that has a share.
  return lot < train + validation || test === 0
    ? validation === 0
      ? 0
      : SPLIT_NUMBERS.validation
    : SPLIT_NUMBERS.test;
}

const RADIX_BITS = 11;
const RADIX = 2 ** RADIX_BITS;

/** Items, given in ascending order, by their lots, which are multiples of 2⁻³²; equal ones stay in their order (radix sort). */
function sortedByLot(items: readonly number[], lotOfItem: (item: number) => number): Uint32Array {
  let [from, to] = [Uint32Array.from(items.keys()), new Uint32Array(items.length)];
  const lots = new Uint32Array(items.length);
  for (let place = 0; place < items.length; place++) lots[place] = lotOfItem(items[place]!) * 2 ** 32;
  for (let shift = 0; shift < 32; shift += RADIX_BITS) {
    const starts = new Uint32Array(RADIX + 1);
    for (const lot of lots) starts[((lot >>> shift) & (RADIX - 1)) + 1]!++;
    for (let digit = 1; digit < RADIX; digit++) starts[digit]! += starts[digit - 1]!;
    for (const place of from) to[starts[(lots[place]! >>> shift) & (RADIX - 1)]!++] = place;
    [from, to] = [to, from];
  }
  return from.map((place) => items[place]!);
}

/** Most items of a group that may be held out: what the smaller held-out split is to have, of `count` items; no bound without training. */
function roomFor(count: number, { shares }: SplitPlan): number {
  const held = [shares.validation, shares.test].filter((one) => one > 0);
  return shares.train === 0 ? Infinity : Math.max(1, Math.min(...held) * count);
}

/**
 * The split of every item as its number. Groups move as one, to training where they are larger than a held-out split, and follow the first of their members for which the source says a
 * split. Without `stratify` each group draws its own lot; with it the groups of a label are ordered by their lots and cut at
 * the shares.
 */
export function drawSplits(input: SplitInput, plan: SplitPlan): Uint8Array {
  const { high, low, label, given } = input;
  const count = high.length;
  const leaders = plan.together === 'near' ? input.group : plan.together === 'exact' ? input.same : null;
  const leaderOf = (item: number) => leaders?.[item] ?? item;
  const lotOfItem = (item: number) =>
    plan.by === 'content' ? lotOf(high[item]!, low[item]!, plan.seed) : lotOf(mix32(item), item, plan.seed);
  const splits = new Uint8Array(count).fill(255);
  const sizes = new Uint32Array(count);
  for (let item = 0; item < count; item++) sizes[leaderOf(item)]!++;
  const room = roomFor(count, plan);
  const isLarge = (leader: number) => sizes[leader]! > room;
  const splitAt = (leader: number, lot: number) =>
    isLarge(leader) ? SPLIT_NUMBERS.train : splitOfLot(lot, plan.shares);
  if (plan.keepsGiven) {
    for (let item = 0; item < count; item++) {
      const leader = leaderOf(item);
      if (given[item] !== 0 && splits[leader] === 255) splits[leader] = given[item]! - 1;
    }
  }
  if (plan.stratify) stratify();
  for (let item = 0; item < count; item++) {
    const leader = leaderOf(item);
    if (splits[leader] === 255) splits[leader] = splitAt(leader, lotOfItem(leader));
    const isOwn = plan.keepsGiven && given[item] !== 0;
    if (leader !== item) splits[item] = isOwn ? given[item]! - 1 : splits[leader]!;
  }
  return splits;

  function stratify(): void {
    const byLabel = new Map<number, number[]>();
    for (let item = 0; item < count; item++) {
      const leader = leaderOf(item);
      if (leader !== item || splits[leader] !== 255) continue;
      const leadersOfLabel = byLabel.get(label[item]!) ?? [];
      if (leadersOfLabel.length === 0) byLabel.set(label[item]!, leadersOfLabel);
      leadersOfLabel.push(item);
    }
    for (const items of byLabel.values()) {
      const total = items.reduce((sum, item) => sum + sizes[item]!, 0);
      let placed = 0;
      // Large groups come first, so that what is held out is drawn from the others.
      const [large, others] = [items.filter(isLarge), items.filter((item) => !isLarge(item))];
      for (const item of [...large, ...sortedByLot(others, lotOfItem)]) {
        // The middle of the group decides, so that no split gains by the order.
        splits[item] = splitAt(item, (placed + sizes[item]! / 2) / total);
        placed += sizes[item]!;
      }
    }
  }
}
