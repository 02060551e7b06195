import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Requests that one connection may have without an answer: no browser sends another one before it has read the last. */
const MOST_UNANSWERED = 8;

/** How long nothing of an answer may be taken, in milliseconds. */
const UNREAD_MS = 60_000;

/** Keeps connections from filling the memory with answers: one that sends many requests ahead ends, and so does one that stops reading. */
export class ConnectionLimits {
  private readonly unreadMs: number;
  private readonly unanswered = new WeakMap<Socket, number>();

  constructor(unreadMs = UNREAD_MS) {
    this.unreadMs = unreadMs;
  }

  /** To be called for each request; false where its connection has ended. */
  begin({ raw: { socket } }: FastifyRequest, { raw: response }: FastifyReply): boolean {
    const waiting = (this.unanswered.get(socket) ?? 0) + 1;
    if (waiting > MOST_UNANSWERED) socket.destroy();
    // What was read together with the last request is still told of; nobody is there to be answered.
    if (socket.destroyed) return false;
    this.unanswered.set(socket, waiting);
    response.once('close', () => this.unanswered.set(socket, (this.unanswered.get(socket) ?? 1) - 1));
    return true;
  }

  /** To be called when an answer is about to be sent: until it is taken, when the time of an idle connection begins. */
  answering({ raw: { socket } }: FastifyRequest): void {
    socket.setTimeout(this.unreadMs);
  }

  /** Holds all requests of the app that have a route or might have one. Must come before all other hooks; what the framework refuses before has none. */
  register(app: FastifyInstance): void {
    app.addHook('onRequest', (request, reply, done) => {
      if (this.begin(request, reply)) done();
    });
    app.addHook('onSend', (request, _reply, _payload, done) => {
      this.answering(request);
      done();
    });
  }

  /** Holds a request that the framework refuses, as one whose address cannot be read, to the same; `answer` sends the refusal. */
  refuse(request: FastifyRequest, reply: FastifyReply, answer: () => void): void {
    if (!this.begin(request, reply)) return;
    this.answering(request);
    answer();
  }
}
