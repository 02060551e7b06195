import type { FastifyInstance } from 'fastify';
import { AppError } from './app-error.ts';

/** Registers `/healthz` (the process answers) and `/readyz` (it can do its work); `isReady` asks the database. */
export function registerHealth(app: FastifyInstance, isReady: () => Promise<boolean>): void {
  app.get('/healthz', { schema: { hide: true }, logLevel: 'silent' }, async () => ({ status: 'ok' }));
  app.get('/readyz', { schema: { hide: true }, logLevel: 'silent' }, async () => {
    const ready = await isReady().catch(() => false);
    if (!ready) throw new AppError('not-ready');
    return { status: 'ready' };
  });
}
