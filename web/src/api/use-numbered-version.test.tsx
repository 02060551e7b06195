import { listRequirements } from '@greenlight/shared/stages/requirements/contract.ts';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { renderHook, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, expect, test, vi } from 'vitest';
import { pagesOf } from './query.ts';
import { useNumberedVersion } from './use-numbered-version.ts';

afterEach(() => vi.unstubAllGlobals());

const AT = '2026-01-02T00:00:00.000Z';
const projectId = '01900000-0000-7000-8000-000000000001';
const idOf = (version: number) => `01900000-0000-7000-8000-${String(version).padStart(12, '0')}`;

function summary(version: number) {
  return {
    ...{ id: idOf(version), projectId, version, state: 'approved', revision: 1, basedOn: null, criteriaCount: 1 },
    ...{ createdAt: AT, approvedAt: AT, edited: null, events: [] },
  };
}

/** Versions 60 to 1, twenty a page, of which 7 was thrown away. */
function answer(address: string) {
  const cursor = new URL(address, 'http://localhost').searchParams.get('cursor');
  const below = cursor === null ? 61 : Number(cursor);
  const numbers = Array.from({ length: 20 }, (_, place) => below - 1 - place).filter((number) => number !== 7);
  const nextCursor = below - 20 > 1 ? String(below - 20) : null;
  return Response.json({ items: numbers.map(summary), nextCursor });
}

function find(version: number | undefined) {
  const request = vi.fn<(address: string) => Promise<Response>>(async (address) => answer(address));
  vi.stubGlobal('fetch', request);
  const client = new QueryClient();
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={client}>{children}</QueryClientProvider>
  );
  const query = pagesOf(listRequirements, { params: { projectId } });
  return { request, ...renderHook(() => useNumberedVersion(query, version), { wrapper }) };
}

test('a version that old decisions point at is found behind any number of newer ones', async () => {
  const { result, request } = find(3);
  await waitFor(() => expect(result.current).toBe(idOf(3)));
  expect(request).toHaveBeenCalledTimes(3);
});

test('one that was thrown away is none, and without a number nothing is read', async () => {
  const { result } = find(7);
  await waitFor(() => expect(result.current).toBeNull());
  const { result: nothing, request } = find(undefined);
  expect(nothing.current).toBeUndefined();
  expect(request).not.toHaveBeenCalled();
});
