/** What stands where there is nothing to say. */
export const NOTHING = '–';

/** What people wrote, or the sign for nothing where they left it blank or wrote a dash of their own. */
export function orNothing(text: string): string {
  return /^[\s—–-]*$/.test(text) ? NOTHING : text;
}
