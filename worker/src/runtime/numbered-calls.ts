/** Calls of a thread or process, which answers them by their numbers, until it has ended. */
export class NumberedCalls<Answer> {
  readonly #waiting = new Map<number, PromiseWithResolvers<Answer>>();
  #calls = 0;
  #end: Error | null = null;

  /** Whether nobody waits for an answer. */
  get isIdle(): boolean {
    return this.#waiting.size === 0;
  }

  /** Why nothing is answered any more; null while it is. */
  get end(): Error | null {
    return this.#end;
  }

  /** Has a call sent with its number and waits for the answer; rejects at once where nothing is answered any more. */
  ask(send: (number: number) => void): Promise<Answer> {
    if (this.#end !== null) return Promise.reject(this.#end);
    const number = this.#calls++;
    const waiting = Promise.withResolvers<Answer>();
    this.#waiting.set(number, waiting);
    send(number);
    return waiting.promise;
  }

  /** The answer to a call; one that nobody waits for is passed over. */
  answer(number: number, answer: Answer): void {
    this.#taken(number)?.resolve(answer);
  }

  /** A call could not be answered. */
  refuse(number: number, error: Error): void {
    this.#taken(number)?.reject(error);
  }

  /** Nothing is answered any more, what is asked now neither; the first reason stays. */
  endWith(error: Error): void {
    this.#end ??= error;
    for (const number of [...this.#waiting.keys()]) this.refuse(number, this.#end);
  }

  #taken(number: number): PromiseWithResolvers<Answer> | undefined {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    return waiting;
  }
}
