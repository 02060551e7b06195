import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Builds the static pages that the server serves; in development the API is reached through the same origin. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2023', chunkSizeWarningLimit: 900 },
  server: {
    proxy: { '/api': { target: `http://127.0.0.1:${process.env['PORT'] ?? '4600'}`, changeOrigin: true } },
  },
});
