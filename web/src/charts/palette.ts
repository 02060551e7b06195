/**
 * Eight colours that stay apart for colour-blind readers (the hues of Okabe and Ito, darkened for white and lightened
 * for dark ground until labels in them have a contrast of at least 4.5).
 */
export const PALETTE = {
  light: ['#0063a6', '#b8440a', '#00745a', '#94427a', '#7a5c00', '#1c6f97', '#5a4fcf', '#4d5560'],
  dark: ['#6db4f2', '#f08b55', '#3fc59c', '#e197c6', '#e3b341', '#7fd0f5', '#b0a8ff', '#b3bac4'],
} as const;

/** The colour of a place in the palette on light or dark ground. */
export function colorOf(place: number, isDark: boolean): string {
  const colors = PALETTE[isDark ? 'dark' : 'light'];
  return colors[place % colors.length] ?? colors[0];
}
