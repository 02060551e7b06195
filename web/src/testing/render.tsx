import { QueryClientProvider } from '@tanstack/react-query';
import { render, type RenderResult } from '@testing-library/react';
import { App } from 'antd';
import type { ReactNode } from 'react';
import { createQueryClient } from '../api/query-client.ts';

/** Draws a part of a page with what every page has around it. */
export function renderPart(part: ReactNode): RenderResult {
  return render(
    <QueryClientProvider client={createQueryClient()}>
      <App>{part}</App>
    </QueryClientProvider>,
  );
}
