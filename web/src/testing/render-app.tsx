import { createMemoryHistory, RouterProvider } from '@tanstack/react-router';
import { QueryClientProvider } from '@tanstack/react-query';
import { render, type RenderResult } from '@testing-library/react';
import { App } from 'antd';
import { vi } from 'vitest';
import { createQueryClient } from '../api/query-client.ts';
import { createAppRouter } from '../routes.tsx';

const account = { id: 'u', email: 'a@example.com', name: 'Ada', isAdmin: false, hasPassword: true };

/** Answers what the pages ask: somebody is signed in, lists are empty, the project is on its way, and what `answer` knows of an address; the rest does not exist. */
export function stubServer(answer: (url: string) => unknown): void {
  vi.stubGlobal('scrollTo', () => undefined);
  vi.stubGlobal('fetch', async (url: string) => {
    if (url.includes('/session')) return Response.json({ account });
    const known = await answer(url);
    if (known instanceof Response) return known;
    if (known !== undefined) return Response.json(known);
    // Pages do not wait for the project.
    if (/\/api\/projects\/[^/?]+$/.test(url)) return new Promise<Response>(() => undefined);
    if (url.includes('/log') || url.includes('/api/projects?')) return Response.json({ items: [], nextCursor: null });
    return Response.json({ error: { code: 'not-found', message: '' } }, { status: 404 });
  });
}

/** Draws the whole page at an address, as somebody who opens it finds it; its router says where it has led since. */
export function renderApp(address: string): RenderResult & { router: ReturnType<typeof createAppRouter> } {
  const queryClient = createQueryClient();
  const router = createAppRouter(queryClient);
  router.update({ ...router.options, history: createMemoryHistory({ initialEntries: [address] }) });
  const drawn = render(
    <QueryClientProvider client={queryClient}>
      <App>
        <RouterProvider router={router} />
      </App>
    </QueryClientProvider>,
  );
  return { ...drawn, router };
}
