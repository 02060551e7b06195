import { formatExactCount } from './numbers.ts';

/** How many there are of what is listed page by page: the number, or that there are more than are read yet. */
export function shownCount(read: number, hasMore: boolean | undefined): string {
  return `${formatExactCount(read)}${hasMore === true ? '+' : ''}`;
}
