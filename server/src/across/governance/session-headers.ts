import type { FastifyReply, FastifyRequest } from 'fastify';

/** The headers that sign-in works on: the cookie, and what sessions remember about the browser. */
export function sessionHeaders(request: FastifyRequest): Headers {
  const headers = new Headers({ 'x-forwarded-for': request.ip });
  const { cookie } = request.headers;
  const userAgent = request.headers['user-agent'];
  if (cookie !== undefined) headers.set('cookie', cookie);
  if (userAgent !== undefined) headers.set('user-agent', userAgent);
  return headers;
}

/** Sets the cookies of a session on a reply that no cache may keep. */
export function withCookies(reply: FastifyReply, setCookie: readonly string[]): void {
  if (setCookie.length > 0) reply.header('set-cookie', [...setCookie]);
  reply.header('cache-control', 'no-store');
}
