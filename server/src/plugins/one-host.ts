import type { FastifyInstance } from 'fastify';
import { AppError } from './app-error.ts';

/** Refuses requests that name more than one host (RFC 9112, section 3.2): whoever stands in between may have read the other one. */
export function registerOneHost(app: FastifyInstance): void {
  app.addHook('onRequest', ({ raw: { rawHeaders } }, _reply, done) => {
    const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
    if (hosts.length > 1) done(new AppError('bad-request', { fields: [{ field: 'host', message: 'given twice' }] }));
    else done();
  });
}
