/** A line of a chart. */
export interface ChartSeries {
  readonly id: string;
  readonly label: string;
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
  /** Smallest and largest value behind each point, where a point stands for several. */
  readonly low?: readonly (number | null)[];
  readonly high?: readonly (number | null)[];
  /** Place in the palette; the same thing has the same place everywhere. */
  readonly color: number;
  readonly isDashed?: boolean;
  readonly axis?: 'left' | 'right';
  /** True where single points should be seen, e.g. evaluation points. */
  readonly hasDots?: boolean;
}

/** All values at one place of the horizontal axis; keys are series ids, bands are `id:band`. */
export interface ChartRow {
  readonly x: number;
  readonly [id: string]: number | null | readonly [number, number];
}

/** The range of the horizontal axis that is shown. */
export interface Zoom {
  readonly from: number;
  readonly to: number;
}

/** The key under which a row holds the band of a series. */
export function bandKey(id: string): string {
  return `${id}:band`;
}

/** True where a series has a point that stands for different values. */
export function hasBand(series: ChartSeries): boolean {
  const { low, high } = series;
  return low !== undefined && high !== undefined && low.some((value, index) => value !== null && value !== high[index]);
}

/** Brings the series together by their place on the horizontal axis, in ascending order, within the zoomed range. */
export function rowsOf(allSeries: readonly ChartSeries[], zoom?: Zoom): ChartRow[] {
  const rows = new Map<number, { x: number } & Record<string, number | null | readonly [number, number]>>();
  for (const series of allSeries) {
    const drawsBand = hasBand(series);
    series.x.forEach((x, index) => {
      if (zoom && (x < zoom.from || x > zoom.to)) return;
      let row = rows.get(x);
      if (!row) rows.set(x, (row = { x }));
      row[series.id] = series.y[index] ?? null;
      const low = series.low?.[index];
      const high = series.high?.[index];
      if (drawsBand && low != null && high != null) row[bandKey(series.id)] = [low, high];
    });
  }
  return [...rows.values()].toSorted((a, b) => a.x - b.x);
}

/** The value of a series at a place, or the newest one before it. */
export function valueAt(series: ChartSeries, x: number): number | null {
  let low = 0;
  let high = series.x.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((series.x[middle] ?? Infinity) <= x) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? null : (series.y[low - 1] ?? null);
}

/** Every series that has a value at a place, largest first. */
export function readingAt(allSeries: readonly ChartSeries[], x: number): { series: ChartSeries; value: number }[] {
  return allSeries
    .flatMap((series) => {
      const value = valueAt(series, x);
      return value === null ? [] : [{ series, value }];
    })
    .toSorted((a, b) => b.value - a.value);
}
