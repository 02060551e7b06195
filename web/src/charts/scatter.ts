import { csvOf } from '@greenlight/shared/api/csv.ts';
import { placeTicks, tickText } from './ticks.ts';

/** What a point stands for: a result, one that may still change, what was reached before it failed or was stopped, or nothing where that has no value. */
export type PointKind = 'done' | 'open' | 'failed' | 'none';

/** A point of a scatter. */
export interface ScatterPoint {
  readonly id: string;
  readonly label: string;
  readonly x: number | string;
  /** Null where there is no value. */
  readonly y: number | null;
  readonly kind: PointKind;
  /** One that stands out. */
  readonly isBest: boolean;
}

/** What a point is shown as: by its kind, unless it stands out. */
export function markOf({ kind, isBest }: Pick<ScatterPoint, 'kind' | 'isBest'>): PointKind | 'best' {
  return isBest ? 'best' : kind;
}

/** How places of the horizontal axis lie beside each other; words lie in the order of their first points. */
export type PlaceScale = 'linear' | 'logarithmic';

/** An axis as it is drawn: its ends and the places that are labelled, of which each has a text. */
export interface DrawnAxis {
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
  readonly textOf: (place: number) => string;
  readonly placeOf: (x: number | string) => number;
  readonly scale: PlaceScale;
}

/** Room beyond the outermost points, as a share of what they span, so that none is cut off. */
const MARGIN = 0.08;
/** So many values are all labelled; of more, nice numbers are. */
const MOST_LABELLED = 6;
/** Pixels of the vertical axis of every chart, about. */
const LIKELY_HEIGHT = 180;

function spanned(values: readonly number[], scale: PlaceScale): { from: number; to: number } {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (scale === 'logarithmic') {
    const factor = low === high ? 2 : (high / low) ** MARGIN;
    return { from: low / factor, to: high * factor };
  }
  const margin = low === high ? Math.max(Math.abs(low) / 2, 1) : MARGIN * (high - low);
  return { from: low - margin, to: high + margin };
}

function powersOfTen(from: number, to: number): number[] {
  const first = Math.ceil(Math.log10(from));
  const count = Math.floor(Math.log10(to)) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, place) => Number(`1e${first + place}`));
}

/** The horizontal axis of points on so many pixels; undefined without any. A logarithm needs values above zero, else it is linear. */
export function placeAxisOf(
  points: readonly ScatterPoint[],
  wanted: PlaceScale,
  width: number,
  wordOf: (x: string) => string,
): DrawnAxis | undefined {
  if (points.length === 0) return undefined;
  const distinct = [...new Set(points.map(({ x }) => x))];
  if (distinct.some((x) => typeof x === 'string')) {
    const words = distinct.map(String);
    return {
      ...{ from: -0.5, to: words.length - 0.5, ticks: words.map((_, place) => place), scale: 'linear' },
      textOf: (place) => wordOf(words[place] ?? ''),
      placeOf: (x) => words.indexOf(String(x)),
    };
  }
  const values = distinct.map(Number).toSorted((a, b) => a - b);
  const scale = wanted === 'logarithmic' && values.every((value) => value > 0) ? wanted : 'linear';
  const ends = spanned(values, scale);
  const nice = () =>
    scale === 'logarithmic' ? powersOfTen(ends.from, ends.to) : placeTicks(ends.from, ends.to, width, false);
  const ticks = values.length <= MOST_LABELLED ? values : nice();
  return { ...ends, ticks, scale, textOf: tickText, placeOf: Number };
}

/** The vertical axis: its ends, and the nice numbers between them that are labelled. */
export function heightAxisOf(points: readonly ScatterPoint[]): { from: number; to: number; ticks: number[] } {
  const values = points.flatMap(({ y }) => (y === null ? [] : [y]));
  const { from, to } = values.length === 0 ? { from: 0, to: 1 } : spanned(values, 'linear');
  const ticks = placeTicks(from, to, LIKELY_HEIGHT, false).filter((tick) => tick !== to);
  return { from, to, ticks };
}

/** The points as comma-separated text, a line for each below the names of the columns; the last says what it is shown as. */
export function scatterAsCsv(
  head: readonly [row: string, x: string, y: string, mark: string],
  points: readonly ScatterPoint[],
  wordOfMark: (mark: PointKind | 'best') => string,
): string {
  const lines = points.map((point) => [point.label, point.x, point.y, wordOfMark(markOf(point))]);
  return csvOf([[...head], ...lines]).replace(/^\uFEFF/, '');
}
