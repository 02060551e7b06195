import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from './app-error.ts';
import { isMachine, type Principal } from './principal.ts';

/** How many requests may be under way at once. */
export interface MostAtOnce {
  /** For an account in person; all tokens of the account together have as many again. A page asks for about twenty. */
  readonly ofAccount: number;
  /** For a machine token: all workers of an installation may share one, and each waits for work and sends what it made. */
  readonly ofMachine: number;
}

const MOST: MostAtOnce = { ofAccount: 64, ofMachine: 1_000 };

/** A request that counts while its answer has not ended or its handler goes on. */
interface Counted {
  readonly whose: string;
  holds: number;
  /** Ends what its answer holds, once. */
  endAnswer: () => void;
}

function shareOf(principal: Principal): string {
  if (isMachine(principal)) return `machine ${principal.tokenId}`;
  return `${principal.kind} ${principal.userId}`;
}

/** Keeps one account or machine from taking the whole server: counts the requests of each that are under way. */
export class RequestsUnderWay {
  readonly #most: MostAtOnce;
  readonly #counts = new Map<string, number>();
  readonly #counted = new WeakMap<FastifyRequest, Counted>();
  /** What is still to be told of the end of a connection: answers that wait for another one on it never hear of it. */
  readonly #atEnd = new WeakMap<Socket, Set<() => void>>();

  constructor(most: MostAtOnce = MOST) {
    this.#most = most;
  }

  /** To be called once for each request, as soon as it is known whose it is; throws `too-many-at-once`. */
  enter(principal: Principal, request: FastifyRequest, { raw: response }: FastifyReply): void {
    const { socket } = request.raw;
    const whose = shareOf(principal);
    const most = isMachine(principal) ? this.#most.ofMachine : this.#most.ofAccount;
    if ((this.#counts.get(whose) ?? 0) >= most) throw new AppError('too-many-at-once');
    const counted: Counted = { whose, holds: 0, endAnswer: () => undefined };
    this.#counted.set(request, counted);
    // Nobody is there to be answered, and nothing will tell that again.
    if (socket.destroyed) return;
    this.#hold(counted);
    const ends = this.#endsOf(socket);
    counted.endAnswer = () => {
      if (ends.delete(counted.endAnswer)) this.#release(counted);
    };
    ends.add(counted.endAnswer);
    response.once('close', counted.endAnswer);
  }

  /** Runs the handler of a request, which may go on when whoever asked has gone. */
  async during<Result>(request: FastifyRequest, handle: () => Promise<Result>): Promise<Result> {
    const counted = this.#counted.get(request);
    if (counted === undefined) return handle();
    this.#hold(counted);
    try {
      return await handle();
    } finally {
      this.#release(counted);
    }
  }

  /** Counts a request no more whose handler has not begun: what follows, a live stream, has a limit of its own. */
  leave(request: FastifyRequest): void {
    this.#counted.get(request)?.endAnswer();
  }

  #endsOf(socket: Socket): Set<() => void> {
    const known = this.#atEnd.get(socket);
    if (known !== undefined) return known;
    const ends = new Set<() => void>();
    this.#atEnd.set(socket, ends);
    socket.once('close', () => ends.forEach((end) => end()));
    return ends;
  }

  #hold(counted: Counted): void {
    if (counted.holds === 0) this.#count(counted.whose, 1);
    counted.holds += 1;
  }

  #release(counted: Counted): void {
    counted.holds -= 1;
    if (counted.holds === 0) this.#count(counted.whose, -1);
  }

  #count(whose: string, change: number): void {
    const count = (this.#counts.get(whose) ?? 0) + change;
    if (count === 0) this.#counts.delete(whose);
    else this.#counts.set(whose, count);
  }
}
