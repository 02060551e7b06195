/** Share of a time that is the least to count where what an empty graph takes is taken off: both are known to within a few microseconds only. */
const LEAST_SHARE = 0.5;

/** Units a second of a graph that took so long, without what an empty graph takes. */
export function unitRate(units: number, ms: number, emptyMs: number): number {
  return (1000 * units) / Math.max(LEAST_SHARE * ms, ms - emptyMs);
}
