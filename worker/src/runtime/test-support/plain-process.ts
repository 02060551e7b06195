import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { PlainArray, PlainRequest } from './plain-runner.ts';

/** A fresh process that knows ONNX Runtime and nothing of this product. */
export class PlainProcess {
  readonly #child = spawn(process.execPath, [fileURLToPath(new URL('./plain-runner.ts', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  readonly #lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();

  /** Runs one model; answers its outputs. */
  async run(path: string, feeds: Record<string, PlainArray>): Promise<Record<string, PlainArray>> {
    return (await this.#ask({ kind: 'run', path, feeds })) as Record<string, PlainArray>;
  }

  /** Continues a prompt with the models of a folder, by greedy choice. */
  async continue(request: Omit<Extract<PlainRequest, { kind: 'continue' }>, 'kind'>): Promise<number[]> {
    return (await this.#ask({ kind: 'continue', ...request })) as number[];
  }

  /** Ends the process. */
  async close(): Promise<void> {
    this.#child.stdin.end();
    await once(this.#child, 'exit');
  }

  async #ask(request: PlainRequest): Promise<unknown> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error('the process ended without an answer');
    return JSON.parse(value);
  }
}
