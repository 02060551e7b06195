/** Number of bins of the log-odds histograms. */
export const LOG_ODDS_BINS = 65_536;

// 64 units of log-odds cover every float32 in 0…1 that matters: e^-47 is far below any rank of interest, and the largest
// float32 below 1 has log-odds 16.6.
const LOWEST_LOG_ODDS = -47;
const BINS_PER_UNIT = 1_024;

/** Bin (0…65,535) of a probability by its log-odds ln(p / (1 − p)), bins of width 1/1,024; 0 and 1 fall in the outermost bins. */
export function logOddsBin(probability: number): number {
  const bin = Math.floor((Math.log(probability / (1 - probability)) - LOWEST_LOG_ODDS) * BINS_PER_UNIT);
  if (bin >= 0 && bin < LOG_ODDS_BINS) return bin;
  return probability > 0.5 ? LOG_ODDS_BINS - 1 : 0;
}

/** The lowest probability of a bin. */
export function lowestProbabilityOfBin(bin: number): number {
  if (bin === 0) return 0;
  return 1 / (1 + Math.exp(-(bin / BINS_PER_UNIT + LOWEST_LOG_ODDS)));
}
