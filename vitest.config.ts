import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/** Limits say that something hangs: a busy machine may take many times as long as a quiet one. */
const patience = { testTimeout: 300_000, hookTimeout: 300_000, expect: { poll: { timeout: 90_000 } } };

export default defineConfig({
  test: {
    // Vitest leaves one core out, which is half of a machine with two.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'unit',
          include: ['shared/src/**/*.test.ts', 'scripts/**/*.test.ts', 'prisma/**/*.test.ts'],
          isolate: false,
          ...patience,
        },
      },
      { test: { name: 'worker', include: ['worker/src/**/*.test.ts'], ...patience } },
      {
        // Machine code for processors without AVX-512, on those with it.
        test: {
          name: 'worker-avx2',
          include: [
            'worker/src/products/**/*.test.ts',
            'worker/src/graph/*own*.test.ts',
            'worker/src/runtime/kernel-team.test.ts',
            'worker/src/serving/{own-operators,generator}.test.ts',
            'worker/src/training/{own-gradients,weight-factors}.test.ts',
          ],
          env: { GREENLIGHT_VECTORS: '256' },
          ...patience,
        },
      },
      {
        test: {
          name: 'server',
          include: ['server/src/**/*.test.ts'],
          globalSetup: ['server/src/database/test-server.ts'],
          // Each file has a database, a folder and a server of its own; loading the whole server anew for each took a third of the time.
          isolate: false,
          ...patience,
        },
      },
      {
        plugins: [react()],
        test: {
          name: 'web',
          environment: 'jsdom',
          include: ['web/src/**/*.test.ts', 'web/src/**/*.test.tsx'],
          setupFiles: ['web/src/testing/each-file.ts'],
          // Loading the component library and making a window anew for each file took two thirds of the time.
          isolate: false,
          ...patience,
        },
      },
    ],
  },
});
