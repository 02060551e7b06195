import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Requests that one connection may have without an answer: no browser sends another one before it has read the last. */
const MOST_UNANSWERED = 8;

/** How long nothing of an answer may be taken, in milliseconds. */
const UNREAD_MS = 60_000;

/** What a connection was asked. */
interface Asked {
  /** Answers that have not ended. */
  readonly open: Set<ServerResponse>;
  last: { readonly request: IncomingMessage; readonly response: ServerResponse };
}

/** Keeps connections from filling the memory with answers: one that sends many requests ahead ends, and so does one that stops reading. */
export class ConnectionLimits {
  private readonly unreadMs: number;
  private readonly asked = new WeakMap<Socket, Asked>();

  constructor(unreadMs = UNREAD_MS) {
    this.unreadMs = unreadMs;
  }

  /** To be called for each request; false where its connection has ended. */
  begin({ raw: request }: FastifyRequest, { raw: response }: FastifyReply): boolean {
    const { socket } = request;
    const last = { request, response };
    const asked = this.asked.get(socket) ?? { open: new Set(), last };
    if (asked.open.size >= MOST_UNANSWERED) socket.destroy();
    // What was read together with the last request is still told of; nobody is there to be answered.
    if (socket.destroyed) return false;
    this.asked.set(socket, asked);
    asked.open.add(response);
    asked.last = last;
    response.once('close', () => asked.open.delete(response));
    return true;
  }

  /**
   * Whether a refusal may be written for what came last on a connection and cannot be read: it must not come before or into the answer of an earlier
   * request, nor be a second one to the same, of which only the rest cannot be read.
   */
  mayRefuse(socket: Socket): boolean {
    const asked = this.asked.get(socket);
    if (asked === undefined) return true;
    const { request, response } = asked.last;
    if (request.complete) return asked.open.size === 0;
    return asked.open.size === 1 && asked.open.has(response) && !response.headersSent;
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
