import { z } from 'zod';
import { queryInteger } from './query-integer.ts';

/** Query of every list: an opaque cursor from the previous page and a bounded page size. */
export const pageQuery = z.object({
  cursor: z.string().max(200).optional(),
  limit: queryInteger(1, 100).default(50),
});

/** The reply of every list: the items and the cursor of the next page, null at the end. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}
