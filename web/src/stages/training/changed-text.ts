/** A piece of a text, and whether it is new against the text before. */
export interface TextPiece {
  readonly text: string;
  readonly isChanged: boolean;
}

/** Longest texts that are compared character by character; longer ones are shown without marks. */
const MOST_COMPARED = 2_000;

/** Lengths of the longest common subsequence of every pair of endings: [before + 1][after + 1]. */
function commonLengths(before: readonly string[], after: readonly string[]): Uint16Array[] {
  const table = Array.from({ length: before.length + 1 }, () => new Uint16Array(after.length + 1));
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--)
      table[i]![j] =
        before[i] === after[j] ? table[i + 1]![j + 1]! + 1 : Math.max(table[i + 1]![j]!, table[i]![j + 1]!);
  return table;
}

/** Splits a text into what it shares with the text before and what changed, by their longest common subsequence. */
export function changedPieces(before: string | undefined, after: string): TextPiece[] {
  if (before === undefined || before.length > MOST_COMPARED || after.length > MOST_COMPARED)
    return [{ text: after, isChanged: false }];
  const old = Array.from(before);
  const fresh = Array.from(after);
  const lengths = commonLengths(old, fresh);
  const pieces: { text: string; isChanged: boolean }[] = [];
  const add = (text: string, isChanged: boolean) => {
    const last = pieces.at(-1);
    if (last?.isChanged === isChanged) last.text += text;
    else pieces.push({ text, isChanged });
  };
  let i = 0;
  for (let j = 0; j < fresh.length;) {
    if (i < old.length && old[i] === fresh[j]) {
      add(fresh[j]!, false);
      i++;
      j++;
    } else if (i < old.length && lengths[i + 1]![j]! >= lengths[i]![j + 1]!) i++;
    else add(fresh[j++]!, true);
  }
  return pieces;
}
