import { listTokenizers } from '@greenlight/shared/stages/data/tokenizer-contract.ts';
import { QueryObserver } from '@tanstack/react-query';
import { expect, test, vi } from 'vitest';
import { createQueryClient } from '../../api/query-client.ts';
import { queryOf } from '../../api/query.ts';
import { tokenizersQuery } from './queries.ts';

test('a form asks for what it chooses from, even where another page did a moment before', async () => {
  const request = vi.fn<typeof fetch>(async () => Response.json({ items: [], nextCursor: null }));
  vi.stubGlobal('fetch', request);
  const client = createQueryClient();
  const ofAnotherPage = queryOf(listTokenizers, { params: { projectId: 'p1' }, query: { limit: 100 } });
  await client.fetchQuery(ofAnotherPage);
  await client.fetchQuery(ofAnotherPage);
  expect(request).toHaveBeenCalledTimes(1);
  const stop = new QueryObserver(client, tokenizersQuery('p1')).subscribe(() => undefined);
  await expect.poll(() => request.mock.calls.length).toBe(2);
  stop();
  vi.unstubAllGlobals();
});
