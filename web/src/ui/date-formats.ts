/** Ways to type a day; the first one is shown. */
export const DAY_FORMATS = ['YYYY-MM-DD', 'YYYY/M/D', 'YYYY.M.D', 'YYYYMMDD', 'YYYY年M月D日'];
/** Ways to type a moment; without a time it is the day's beginning. */
export const MOMENT_FORMATS = ['YYYY-MM-DD HH:mm', 'YYYY/M/D H:mm', ...DAY_FORMATS];

/** Anything that one of the formats may read, or nothing at all. */
export const READABLE = /^(\d{4}[-/.年]?\d{1,2}[-/.月]?\d{1,2}日?( \d{1,2}:\d\d)?)?$/;
