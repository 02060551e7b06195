/** One slice of a column with the metric's value on it; null where undefined. */
interface SliceValue {
  slice: string;
  value: number | null;
  items: number;
}

/** The widest difference between slices, and between which. */
interface SliceGap {
  gap: number;
  lowest: string;
  highest: string;
}

const FEWEST_ITEMS = 30;

/** Max − min of a metric over the slices of one column that have at least 30 items; null with fewer than two such slices. */
export function sliceGap(slices: readonly SliceValue[]): SliceGap | null {
  const counted = slices
    .flatMap(({ slice, value, items }) => (value === null || items < FEWEST_ITEMS ? [] : [{ slice, value }]))
    .toSorted((a, b) => a.value - b.value);
  const [lowest, highest] = [counted[0], counted.at(-1)];
  if (counted.length < 2 || lowest === undefined || highest === undefined) return null;
  return { gap: highest.value - lowest.value, lowest: lowest.slice, highest: highest.slice };
}
