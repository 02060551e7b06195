import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, type RenderResult } from '@testing-library/react';
import { App } from 'antd';
import type { ReactNode } from 'react';

/** Draws a part of a page with what every page has around it. */
export function renderPart(part: ReactNode): RenderResult {
  return render(
    <QueryClientProvider client={new QueryClient()}>
      <App>{part}</App>
    </QueryClientProvider>,
  );
}
