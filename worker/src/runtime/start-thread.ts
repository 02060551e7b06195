import { setFlagsFromString } from 'node:v8';
import { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * Starts a thread that runs `file`. All threads of a worker are started here: V8 shares the compiled wrappers of functions that
 * WebAssembly calls between threads, and frees one twice where a thread ends while another compiles the same one, which aborts the whole process
 * (`Check failed: jit_page.has_value()`; seen with V8 13.6). Every thread that reads TypeScript compiles such wrappers, since Node strips
 * types in WebAssembly; so none is compiled any more, and calls go through the wrapper that fits all functions.
 */
export function startThread(file: URL, options?: WorkerOptions): Worker {
  setFlagsFromString('--wasm-wrapper-tiering-budget=2147483647');
  return new Worker(file, options);
}
