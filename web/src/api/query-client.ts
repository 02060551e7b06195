import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './api-error.ts';

/** Others of the same account, in other tabs, are answered first. */
const isTooManyAtOnce = ({ code }: ApiError): boolean => code === 'too-many-at-once';

/** One cache for the whole page; only failures that may pass by themselves are tried again. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (failures, error) =>
          failures < 2 &&
          error instanceof ApiError &&
          (error.status === 0 || error.status >= 502 || isTooManyAtOnce(error)),
      },
      // Without a connection an act fails at once and says so: waiting, it would be done unasked when the line comes back.
      mutations: { retry: false, networkMode: 'always' },
    },
  });
}
