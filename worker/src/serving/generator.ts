import type { ModelSettings } from '../model/settings.ts';
import { largestHere } from '../products/largest.ts';
import type { Device, InferenceProgram } from '../runtime/device.ts';
import { recordDecodeStep, recordPrefill } from './graphs.ts';
import { TextGroup, type TextRequest } from './text-group.ts';

/** Writes text with the device's parameters. */
export interface Generator {
  /** Yields the ids after the prompt as they are chosen. */
  generate(request: TextRequest & { signal?: AbortSignal }): AsyncGenerator<number>;
  /** An empty group of texts that are written together. */
  openTextGroup(): TextGroup;
  /** Frees the graphs; they are loaded again, with the parameters of then, when they are next needed. */
  dispose(): Promise<void>;
}

/**
 * Generation with a cache: one pass over the prompt, which is both the encoder's source and the beginning of the target, then one step
 * a token. With `fixedParameters` the parameters must not change before `dispose`.
 */
export function createGenerator(model: ModelSettings, device: Device, fixedParameters: boolean): Generator {
  const packedWeights = fixedParameters && device.dialect.ownProducts;
  const loaded = new Map<string, Promise<InferenceProgram>>();
  const program = (name: string, record: typeof recordPrefill): Promise<InferenceProgram> => {
    const loading =
      loaded.get(name) ?? device.loadInference(record(model, device.dialect, packedWeights), { fixedParameters });
    loaded.set(name, loading);
    // A program that failed to load is tried again at the next request.
    loading.catch(() => loaded.delete(name));
    return loading;
  };
  const programs = {
    prefill: () => program('prefill', recordPrefill),
    decodeStep: () => program('step', recordDecodeStep),
    largest: largestHere,
    prefillsTogether: device.dialect.shapeArithmetic,
  };
  const openTextGroup = (): TextGroup => new TextGroup(model, programs);
  return {
    openTextGroup,
    async *generate({ signal, ...request }) {
      const group = openTextGroup();
      const [text] = await group.join([request]);
      if (text === undefined) return;
      for (let written = 0; ; written++) {
        if (signal?.aborted === true) return;
        if (written === text.ids.length && text.finishReason === null) await group.advance();
        const id = text.ids[written];
        if (id === undefined) return;
        yield id;
      }
    },
    dispose: async () => {
      const opened = [...loaded.values()];
      loaded.clear();
      for (const loading of opened) await (await loading).dispose();
    },
  };
}
