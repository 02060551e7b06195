/** The newest things of a list and the one that the address names, which need not be among them. */
export function withNamed<Thing extends { readonly id: string }>(
  newest: readonly Thing[],
  named: Thing | undefined,
): readonly Thing[] {
  return named === undefined || newest.some(({ id }) => id === named.id) ? newest : [...newest, named];
}
