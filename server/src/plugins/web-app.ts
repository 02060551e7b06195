import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendError } from './errors.ts';

/** A path that some route knows, with the methods that it accepts. */
export interface KnownPath {
  readonly pattern: RegExp;
  readonly method: string;
}

const PAGE = 'index.html';

function isPageRequest(request: FastifyRequest): boolean {
  const [path = ''] = request.url.split('?', 1);
  const isOurs = path === '/api' || path.startsWith('/api/');
  const looksLikeFile = /\.[a-z0-9]{1,8}$/i.test(path);
  return (request.method === 'GET' || request.method === 'HEAD') && !isOurs && !looksLikeFile;
}

/**
 * Serves the built web app, whose addresses all answer with its one page, and answers every other unknown address:
 * `method-not-allowed` where another method would do, else `route-not-found`.
 */
export async function registerWebApp(
  app: FastifyInstance,
  webRoot: string,
  knownPaths: readonly KnownPath[],
): Promise<void> {
  const isBuilt = existsSync(join(webRoot, PAGE));
  if (isBuilt) {
    await app.register(fastifyStatic, {
      root: webRoot,
      wildcard: false,
      index: PAGE,
      cacheControl: false,
      setHeaders: (reply, path) => {
        const isHashed = path.includes('assets');
        reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  }

  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    const [path = ''] = request.url.split('?', 1);
    const methods = knownPaths.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
    if (methods.length > 0) {
      reply.header('allow', [...new Set(methods)].join(', '));
      return sendError(request, reply, 'method-not-allowed');
    }
    if (isBuilt && isPageRequest(request)) return reply.header('cache-control', 'no-cache').sendFile(PAGE);
    return sendError(request, reply, 'route-not-found');
  });
}
