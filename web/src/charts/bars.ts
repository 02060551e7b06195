import { csvOf as csvOfRows } from '@greenlight/shared/api/csv.ts';

/** A part that every bar of a chart may have. */
export interface BarSeries {
  readonly id: string;
  readonly label: string;
  /** Place in the palette; the same thing has the same place everywhere. */
  readonly color: number;
  /** `open` is what may still come, drawn as an outline; `gap` is the empty way to where the bar begins. */
  readonly kind: 'solid' | 'open' | 'gap';
}

/** A bar: the length of each of its parts, from the left. */
export interface BarRow {
  readonly id: string;
  readonly label: string;
  readonly values: Readonly<Record<string, number>>;
  /** A place that is marked on the bar. */
  readonly mark?: number;
}

const ROW_HEIGHT = 40;
const AXIS_HEIGHT = 44;

/** How high so many bars with their axis are drawn, in pixels. */
export function barsHeight(rows: readonly BarRow[]): number {
  return rows.length * ROW_HEIGHT + AXIS_HEIGHT;
}

/** The parts that are something: all but the way to where a bar begins. */
export function shownSeries(series: readonly BarSeries[]): BarSeries[] {
  return series.filter(({ kind }) => kind !== 'gap');
}

/** The values of a chart of bars as comma-separated text, a line for each bar. */
export function barsAsCsv(
  rowLabel: string,
  series: readonly BarSeries[],
  rows: readonly BarRow[],
  mark?: string,
): string {
  const head = [rowLabel, ...series.map(({ label }) => label), ...(mark === undefined ? [] : [mark])];
  const lines = rows.map(({ label, values, mark: place }) => [
    label,
    ...series.map(({ id }) => values[id] ?? null),
    ...(mark === undefined ? [] : [place ?? null]),
  ]);
  return csvOfRows([head, ...lines]).replace(/^\uFEFF/, '');
}
