import { seededRandom } from '../../../metrics/random.ts';
import type { RunConfiguration } from '../configuration.ts';
import type { SweepAxis, SweepSearch } from './search.ts';
import { SWEPT_SETTINGS, type SweptName } from './settings.ts';

/** A value of each setting that a sweep varies, in the order of its axes. */
export type Combination = Readonly<Partial<Record<SweptName, number | string>>>;

const SIGNIFICANT_DIGITS = 3;
/**
 * Draws after which no further combination is looked for. Of 40 equally likely ones the chance that one is still missing is 40 · (39/40)^4000, below 1 in 10^40;
 * where they are not equally likely (few rounded values, spread logarithmically), rare ones may be missing, and the search is refused.
 */
const MOST_DRAWS = 4000;

type ListedAxis = Extract<SweepAxis, { values: unknown }>;
type RandomSearch = Extract<SweepSearch, { strategy: 'random' }>;

/** What a run with these settings tries of a search; whatever later draws would give, this is what it was trained with. */
export function triedIn({ axes }: SweepSearch, settings: Partial<RunConfiguration>): Combination {
  return Object.fromEntries(
    axes.flatMap(({ setting }) => (settings[setting] == null ? [] : [[setting, settings[setting]]])),
  );
}

/** How many combinations a grid over these axes has. */
export function gridSize(axes: readonly ListedAxis[]): number {
  return axes.reduce((size, { values }) => size * values.length, 1);
}

function gridOf(axes: readonly ListedAxis[]): Combination[] {
  return axes.reduce<Combination[]>(
    (before, { setting, values }) =>
      before.flatMap((combination) => values.map((value) => ({ ...combination, [setting]: value }))),
    [{}],
  );
}

/** A value of an axis for a number in [0, 1): a whole one as it is, any other with three significant digits. */
function drawn(axis: SweepAxis, share: number): number | string {
  if ('values' in axis) return axis.values[Math.floor(share * axis.values.length)] ?? axis.values[0] ?? 0;
  const { low, high, scale } = axis;
  const isWhole = SWEPT_SETTINGS[axis.setting].kind === 'whole';
  // Half a step more on both sides gives the ends of a whole range as much room as what lies between them.
  const margin = isWhole ? 0.5 : 0;
  const [from, to] = [low - margin, high + margin];
  const value = scale === 'logarithmic' ? from * (to / from) ** share : from + share * (to - from);
  const rounded = isWhole ? Math.round(value) : Number(value.toPrecision(SIGNIFICANT_DIGITS));
  return Math.min(high, Math.max(low, rounded));
}

/** Different combinations that a seed draws, in the order of the draws; fewer than asked for where there are not so many. */
export function drawnCombinations({ axes, runs, seed }: RandomSearch): Combination[] {
  const random = seededRandom(seed);
  const found = new Map<string, Combination>();
  for (let draw = 0; draw < MOST_DRAWS && found.size < runs; draw++) {
    const combination = Object.fromEntries(axes.map((axis) => [axis.setting, drawn(axis, random())]));
    const key = JSON.stringify(combination);
    if (!found.has(key)) found.set(key, combination);
  }
  return [...found.values()];
}

/** The combinations that a sweep tries, in their order: of a grid the last axis changes fastest; the same ones for the same search everywhere. */
export function combinationsOf(search: SweepSearch): Combination[] {
  return search.strategy === 'grid' ? gridOf(search.axes) : drawnCombinations(search);
}
