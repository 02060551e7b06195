/**
 * ROUGE-L F-measure (0…1) of one text: 2·LCS / (generated + reference tokens), LCS being the longest common subsequence (Lin 2004, with
 * precision and recall weighing the same). 0 where either is empty.
 */
export function rougeL(generated: readonly string[], reference: readonly string[]): number {
  if (generated.length === 0 || reference.length === 0) return 0;
  return (2 * longestCommonSubsequence(generated, reference)) / (generated.length + reference.length);
}

function longestCommonSubsequence(first: readonly string[], second: readonly string[]): number {
  const lengths = new Uint32Array(second.length + 1);
  for (const token of first) {
    let diagonal = 0;
    for (let j = 1; j <= second.length; j++) {
      const above = lengths[j]!;
      lengths[j] = token === second[j - 1] ? diagonal + 1 : Math.max(above, lengths[j - 1]!);
      diagonal = above;
    }
  }
  return lengths[second.length]!;
}
