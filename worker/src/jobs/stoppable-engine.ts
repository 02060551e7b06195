import type { Engine } from '../training/engine.ts';

/** The work is given up between two calls of the engine. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
}

/**
 * An engine that refuses further work once `isStopped` says so. A thread must not be taken down inside a native call,
 * which would take the whole process with it; between two calls it can leave by itself.
 */
export function stoppable(engine: Engine, isStopped: () => boolean): Engine {
  const check = (): void => {
    if (isStopped()) throw new StoppedError('The work on this run was given up.');
  };
  return {
    device: engine.device,
    parameterCount: engine.parameterCount,
    step: async (batches, step) => {
      check();
      return engine.step(batches, step);
    },
    forward: async (batch) => {
      check();
      return engine.forward(batch);
    },
    async *generate(request) {
      check();
      for await (const id of engine.generate(request)) {
        yield id;
        check();
      }
    },
    openTextGroup: () => {
      check();
      return engine.openTextGroup();
    },
    saveCheckpoint: async (folder, progress) => {
      check();
      return engine.saveCheckpoint(folder, progress);
    },
    loadCheckpoint: async (path) => {
      check();
      return engine.loadCheckpoint(path);
    },
    endTraining: () => engine.endTraining(),
    dispose: () => engine.dispose(),
  };
}
