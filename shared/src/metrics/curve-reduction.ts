/** A drawn line, and how many points it had before reduction. Areas are computed from the full line, never from this one. */
interface ReducedCurve {
  x: number[];
  y: number[];
  fullPointCount: number;
}

/** Most points of a curve that is stored for drawing. */
const DRAWN_POINTS = 500;

interface Segment {
  start: number;
  end: number;
  farthest: number;
  distance: number;
}

/**
 * Keeps at most `maximumPoints` points of a line, always its ends, adding first the point farthest from what is already drawn
 * (Douglas–Peucker, best first), so that corners and steps survive.
 */
export function reduceCurve(x: ArrayLike<number>, y: ArrayLike<number>, maximumPoints = DRAWN_POINTS): ReducedCurve {
  const count = x.length;
  const kept =
    count <= maximumPoints ? Array.from({ length: count }, (_, k) => k) : farthestPoints(x, y, maximumPoints);
  return { x: kept.map((k) => x[k]!), y: kept.map((k) => y[k]!), fullPointCount: count };
}

function farthestPoints(x: ArrayLike<number>, y: ArrayLike<number>, maximumPoints: number): number[] {
  const kept = [0, x.length - 1];
  const queue = new SegmentQueue();
  queue.push(segmentBetween(x, y, 0, x.length - 1));
  while (kept.length < maximumPoints) {
    const widest = queue.pop();
    if (widest === undefined || widest.distance === 0) break;
    kept.push(widest.farthest);
    queue.push(segmentBetween(x, y, widest.start, widest.farthest));
    queue.push(segmentBetween(x, y, widest.farthest, widest.end));
  }
  return kept.toSorted((a, b) => a - b);
}

function segmentBetween(x: ArrayLike<number>, y: ArrayLike<number>, start: number, end: number): Segment {
  const dx = x[end]! - x[start]!;
  const dy = y[end]! - y[start]!;
  const length = Math.hypot(dx, dy) || 1;
  let farthest = start;
  let distance = 0;
  for (let k = start + 1; k < end; k++) {
    const candidate = Math.abs(dy * (x[k]! - x[start]!) - dx * (y[k]! - y[start]!)) / length;
    if (candidate > distance) {
      distance = candidate;
      farthest = k;
    }
  }
  return { start, end, farthest, distance };
}

/** A binary heap with the segment of the largest distance on top. */
class SegmentQueue {
  readonly #heap: Segment[] = [];

  push(segment: Segment): void {
    const heap = this.#heap;
    let position = heap.push(segment) - 1;
    while (position > 0) {
      const parent = (position - 1) >>> 1;
      if (heap[parent]!.distance >= segment.distance) break;
      heap[position] = heap[parent]!;
      position = parent;
    }
    heap[position] = segment;
  }

  pop(): Segment | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return top;
    let position = 0;
    for (;;) {
      let child = 2 * position + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]!.distance > heap[child]!.distance) child++;
      if (heap[child]!.distance <= last.distance) break;
      heap[position] = heap[child]!;
      position = child;
    }
    heap[position] = last;
    return top;
  }
}
