import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Requests that one connection may have without an answer: no browser sends another one before it has read the last. */
const MOST_UNANSWERED = 8;

/** How long nothing of an answer may be taken, in milliseconds. */
const UNREAD_MS = 60_000;

/**
 * Keeps connections from filling the memory with answers: one that sends many requests ahead ends, and so does one that stops reading.
 * Must come before all other hooks.
 */
export function registerConnectionLimits(app: FastifyInstance, unreadMs = UNREAD_MS): void {
  const unanswered = new WeakMap<Socket, number>();
  app.addHook('onRequest', ({ raw: { socket } }, { raw: response }, done) => {
    const waiting = (unanswered.get(socket) ?? 0) + 1;
    if (waiting > MOST_UNANSWERED) socket.destroy();
    // What was read together with the last request is still told of; nobody is there to be answered.
    if (socket.destroyed) return;
    unanswered.set(socket, waiting);
    response.once('close', () => unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1));
    done();
  });
  app.addHook('onSend', ({ raw: { socket } }, _reply, _payload, done) => {
    // Until the answer is taken, when the time of an idle connection begins.
    socket.setTimeout(unreadMs);
    done();
  });
}
