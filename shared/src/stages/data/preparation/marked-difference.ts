import { z } from 'zod';

/** A piece of a text, and whether it is only in this one of the two. */
export const markedPiece = z.object({ text: z.string(), isChanged: z.boolean() });

/** A piece of a text, and whether it is only in this one of the two. */
export type MarkedPiece = z.infer<typeof markedPiece>;

/** Longest part of a text that is compared, in UTF-16 units, and most words between what both begin and end with. */
const COMPARED = 2000;
const MOST_WORDS = 600;
/** Of what did not change so much is shown next to what did. */
const CONTEXT = 40;
const MOST_CHANGED = 200;

const WORDS = /\p{Script=Han}|(?:(?!\p{Script=Han})[\p{L}\p{N}\p{M}_])+|[\s\S]/gu;

/** Which words of either list belong to a longest common subsequence. */
function commonWords(one: readonly string[], other: readonly string[]): { first: Set<number>; second: Set<number> } {
  const width = other.length + 1;
  const lengths = new Uint16Array((one.length + 1) * width);
  for (let a = one.length - 1; a >= 0; a--) {
    for (let b = other.length - 1; b >= 0; b--) {
      lengths[a * width + b] =
        one[a] === other[b]
          ? lengths[(a + 1) * width + b + 1]! + 1
          : Math.max(lengths[(a + 1) * width + b]!, lengths[a * width + b + 1]!);
    }
  }
  const [first, second] = [new Set<number>(), new Set<number>()];
  for (let a = 0, b = 0; a < one.length && b < other.length;) {
    if (one[a] === other[b]) {
      first.add(a++);
      second.add(b++);
    } else if (lengths[(a + 1) * width + b]! >= lengths[a * width + b + 1]!) a++;
    else b++;
  }
  return { first, second };
}

function piecesOf(words: readonly string[], isCommon: (place: number) => boolean): MarkedPiece[] {
  const pieces: { text: string; isChanged: boolean }[] = [];
  for (const [place, word] of words.entries()) {
    const isChanged = !isCommon(place);
    const last = pieces.at(-1);
    if (last?.isChanged === isChanged) last.text += word;
    else pieces.push({ text: word, isChanged });
  }
  return pieces;
}

/** Leaves of what did not change only what stands next to a change. */
function shortened(pieces: readonly MarkedPiece[]): MarkedPiece[] {
  return pieces.map(({ text, isChanged }, place) => {
    if (isChanged) return { isChanged, text: text.length > MOST_CHANGED ? `${text.slice(0, MOST_CHANGED)}…` : text };
    const [isFirst, isLast] = [place === 0, place === pieces.length - 1];
    if (isFirst && isLast)
      return { isChanged, text: text.length > MOST_CHANGED ? `${text.slice(0, MOST_CHANGED)}…` : text };
    const kept = (isFirst ? 0 : CONTEXT) + (isLast ? 0 : CONTEXT);
    if (text.length <= kept + 1) return { isChanged, text };
    return { isChanged, text: `${isFirst ? '' : text.slice(0, CONTEXT)}…${isLast ? '' : text.slice(-CONTEXT)}` };
  });
}

/** What differs between two texts, word by word (Chinese: by character), each as its pieces with the unchanged parts shortened. */
export function markDifference(before: string, after: string): { before: MarkedPiece[]; after: MarkedPiece[] } {
  let same = 0;
  while (same < before.length && before[same] === after[same]) same++;
  // Far from the first change both are the same, but for what is shown of it.
  const from = same === before.length && same === after.length ? 0 : Math.max(0, same - 2 * CONTEXT);
  const wordsOf = (text: string): string[] => text.slice(from, from + COMPARED).match(WORDS) ?? [];
  const [one, other] = [wordsOf(before), wordsOf(after)];
  let start = 0;
  while (start < one.length && start < other.length && one[start] === other[start]) start++;
  let end = 0;
  while (end < one.length - start && end < other.length - start && one.at(-1 - end) === other.at(-1 - end)) end++;
  const middles = [one.slice(start, one.length - end), other.slice(start, other.length - end)] as const;
  const isLong = middles.some(({ length }) => length > MOST_WORDS);
  const common = isLong ? { first: new Set(), second: new Set() } : commonWords(...middles);
  const isOutside = (place: number, length: number) => place < start || place >= length - end;
  return {
    before: shortened(piecesOf(one, (place) => isOutside(place, one.length) || common.first.has(place - start))),
    after: shortened(piecesOf(other, (place) => isOutside(place, other.length) || common.second.has(place - start))),
  };
}
