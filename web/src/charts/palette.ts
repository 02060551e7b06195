/**
 * Eight colours that stay apart for readers who see all colours and for those who lack the red or the green cones: any two are at least 0.09
 * apart in OKLab as each of them sees them (`palette.test.ts`), and labels in them have a contrast of at least 4.5 on white and on dark ground.
 */
export const PALETTE = {
  light: ['#2e74a0', '#9d4261', '#3e5a05', '#623479', '#74770e', '#0b254c', '#2546bb', '#45372c'],
  dark: ['#34cefa', '#cba216', '#4ec28b', '#bc7bb5', '#f6d858', '#818a5d', '#6b9cfa', '#a9e0c6'],
} as const;

/** The colour of a place in the palette on light or dark ground. */
export function colorOf(place: number, isDark: boolean): string {
  const colors = PALETTE[isDark ? 'dark' : 'light'];
  return colors[place % colors.length] ?? colors[0];
}

/** The colour behind a drawing. */
export function groundOf(isDark: boolean): string {
  return isDark ? '#171b21' : '#ffffff';
}
