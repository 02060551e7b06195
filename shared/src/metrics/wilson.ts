/** Normal quantile of a two-sided 95 % interval. */
export const Z_95 = 1.959963984540054;

/** The lower end of Wilson's 95 % score interval (1927) of a share that all of `count` draws have: n / (n + z²). */
export function flawlessShare(count: number): number {
  return count / (count + Z_95 ** 2);
}
