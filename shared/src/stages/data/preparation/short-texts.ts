import { isDigit } from './personal-data/characters.ts';

/*
 * In a short text one other character changes so many of its shingles that Jaccard's similarity tells two texts apart that people
 * take for the same: of 14 characters one makes 0.73 in Chinese and 0.6 in letters. So texts of 14 to 56 units are compared by their
 * edit distance as well. Up to two units may be others; from 56 units on two leave the shingles at 0.8 anyway. A changed digit
 * counts as another text: "chapter 12" and "chapter 13" are two.
 */

/** Fewest and most units of a text that is compared by its edit distance. */
const FEWEST_UNITS = 14;
export const MOST_SHORT_UNITS = 56;
const MOST_EDITS = 2;
/** What an edit costs of the similarity, as a multiple of its share of the text: one of 14 makes 0.8. */
const COST = 0.2 * FEWEST_UNITS;

/** Least similarity by shingles of two short texts that their edit distance makes alike: two of 28 letters. */
export const LEAST_SHORT_SIMILARITY = 0.6;

/** The similarity of two texts by their edit distance (Levenshtein), 0…1, from the units that they are compared by; 0 where it says nothing. */
export function editSimilarity(
  first: Uint16Array,
  firstLength: number,
  second: Uint16Array,
  secondLength: number,
): number {
  const most = Math.max(firstLength, secondLength);
  if (Math.min(firstLength, secondLength) < FEWEST_UNITS || most > MOST_SHORT_UNITS) return 0;
  if (Math.abs(firstLength - secondLength) > MOST_EDITS) return 0;
  const edits = editsFrom(first, firstLength, second, secondLength, 0, 0, MOST_EDITS);
  return edits > MOST_EDITS ? 0 : 1 - (COST * edits) / most;
}

/** Fewest edits that make the rest of one text that of the other, as far as they are at most `allowed`; more where there is no such way. */
function editsFrom(
  first: Uint16Array,
  firstLength: number,
  second: Uint16Array,
  secondLength: number,
  one: number,
  other: number,
  allowed: number,
): number {
  while (one < firstLength && other < secondLength && first[one] === second[other]) {
    one++;
    other++;
  }
  const [left, otherLeft] = [firstLength - one, secondLength - other];
  if (left === 0 && otherLeft === 0) return 0;
  if (allowed === 0) return 1;
  const isDigitHere = (left > 0 && isDigit(first[one]!)) || (otherLeft > 0 && isDigit(second[other]!));
  if (isDigitHere) return allowed + 1;
  let fewest = allowed;
  const tryWay = (oneNext: number, otherNext: number) => {
    if (oneNext > firstLength || otherNext > secondLength) return;
    const rest = editsFrom(first, firstLength, second, secondLength, oneNext, otherNext, allowed - 1);
    fewest = Math.min(fewest, rest);
  };
  tryWay(one + 1, other + 1);
  tryWay(one + 1, other);
  tryWay(one, other + 1);
  return fewest + 1;
}
