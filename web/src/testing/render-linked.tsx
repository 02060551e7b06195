import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { renderPart } from './render.tsx';

/** Draws a part of a page that links to others, at an address; the parts come with the router's first drawing, so look for them with `find`. */
export function renderLinked(part: ReactNode, address = '/') {
  const router = createRouter({
    routeTree: createRootRoute({ component: () => part, notFoundComponent: () => part }),
    history: createMemoryHistory({ initialEntries: [address] }),
  });
  return renderPart(<RouterProvider router={router as never} />);
}
