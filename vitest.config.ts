import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['shared/src/**/*.test.ts', 'scripts/**/*.test.ts', 'prisma/**/*.test.ts'] } },
      {
        test: {
          name: 'worker',
          include: ['worker/src/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'server',
          include: ['server/src/**/*.test.ts'],
          globalSetup: ['server/src/database/test-server.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        plugins: [react()],
        test: { name: 'web', environment: 'jsdom', include: ['web/src/**/*.test.ts', 'web/src/**/*.test.tsx'] },
      },
    ],
  },
});
