import type { z } from 'zod';
import type { classificationReply, ClassificationRequest } from '@greenlight/shared/worker-protocol/inference.ts';
import { cutToLength } from '../data/batches.ts';
import { encodeText } from '../data/encode-text.ts';
import { auxiliaryHeadOf, type HeadLabels, type Labels } from '../data/labels.ts';
import { predictLabelled, type LabelledPredictions } from '../evaluation/predict-labelled.ts';
import type { Head } from '../model/settings.ts';
import type { ModelCache } from './model-cache.ts';
import { QueueFullError } from './text-scheduler.ts';

/** Labels that nobody knows yet: what a forward pass takes in place of the true ones. */
function unknownLabels({ task, outputs }: Head, items: number): Labels {
  if (task === 'single-label') return { values: new Int32Array(items), width: 1 };
  return { values: new Float32Array(items * outputs), width: outputs };
}

function rowOf({ head, outputs }: LabelledPredictions, row: number): number[] {
  return [...outputs.subarray(row * head.outputs, (row + 1) * head.outputs)];
}

/** Answers of trained classifiers, one request after the other: a pass over its texts takes less time than writing one. */
export class TextClassifier {
  readonly #models: ModelCache;
  readonly #mostWaiting: number;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  /** The cache must be this classifier's own. */
  constructor(models: ModelCache, mostWaiting: number) {
    this.#models = models;
    this.#mostWaiting = mostWaiting;
  }

  /** Probabilities or numbers for texts; throws `QueueFullError` at once when too many wait, and the signal's reason when it ended before its turn. */
  classify(request: ClassificationRequest, signal: AbortSignal): Promise<z.output<typeof classificationReply>> {
    if (this.#waiting >= this.#mostWaiting) {
      return Promise.reject(new QueueFullError(`${this.#waiting} requests are waiting.`));
    }
    this.#waiting++;
    const answer = this.#last.then(() => {
      this.#waiting--;
      signal.throwIfAborted();
      return this.#answer(request, signal);
    });
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async #answer(request: ClassificationRequest, signal: AbortSignal): Promise<z.output<typeof classificationReply>> {
    const startMs = performance.now();
    const { engine, tokenizer, model } = await this.#models.get(request, signal);
    const { head } = model;
    if (head === null) throw new RangeError('The run trains no classifier.');
    const whole = request.texts.map((text) => encodeText(tokenizer, text));
    const { items: ids } = cutToLength(whole, request.configuration.maxTokens);
    const auxiliary = request.heads.map((further): HeadLabels => {
      const labels = unknownLabels(auxiliaryHeadOf(further), ids.length);
      return { ...labels, head: further, known: new Uint8Array(ids.length) };
    });
    const data = { ids, labels: unknownLabels(head, ids.length), auxiliary };
    const { first, further } = await predictLabelled(engine, head, data, { maxPairs: Infinity, seed: 0 });
    const answers = ids.map((read, row) => ({
      outputs: rowOf(first, row),
      furtherOutputs: further.map((predictions) => rowOf(predictions, row)),
      tokens: read.length,
      isCut: read.length < (whole[row]?.length ?? 0),
    }));
    return { answers, elapsedMs: performance.now() - startMs };
  }
}
