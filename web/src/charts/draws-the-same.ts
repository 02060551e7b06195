type Values = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null;
}

/** Whether two values are the same down to so many levels of objects and lists. */
function isAlike(a: unknown, b: unknown, levels: number): boolean {
  if (Object.is(a, b)) return true;
  if (levels === 0 || !isObject(a) || !isObject(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => isAlike(a[name], b[name], levels - 1));
}

/** Properties, the lists among them, and what those list: a series holds its points in lists of its own, which change whenever a point comes. */
const LEVELS = 3;

/**
 * Whether a chart with these properties looks as it did: lists and objects that were made anew count as the same where all that they hold is, functions only
 * where they are the same.
 */
export function drawsTheSame(before: object, now: object): boolean {
  return isAlike(before, now, LEVELS);
}
