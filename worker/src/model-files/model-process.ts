import { readFile } from 'node:fs/promises';
import type { InBothLanguages } from '@greenlight/shared/api/localized-text.ts';
import { SaidError } from '@greenlight/shared/api/said-error.ts';
import { foreignTokenizer } from '../data/encode-text.ts';
import { endThisFirst } from '../runtime/resident-memory.ts';
import type { ModelAnswer, ModelQuestion, ModelTask } from './model-process-protocol.ts';
import { openOnnxModel, type OnnxModel } from './onnx-model.ts';

/*
 * The entry of the process in which an imported model answers: whatever its file makes the runtime do, only this process,
 * which holds no secrets, ends.
 */

/** Characters of an error's message at most that are repeated. */
const MOST_CHARACTERS = 500;

function send(message: ModelAnswer): Promise<void> {
  return new Promise((resolve) => process.send?.(message, () => resolve()));
}

function reasonOf(error: unknown): InBothLanguages {
  if (error instanceof SaidError) return error.said;
  const words = (error instanceof Error ? error.message : String(error)).slice(0, MOST_CHARACTERS);
  return { zh: `模型的进程出错（原话：“${words}”）。`, en: `The process of the model failed (it says “${words}”).` };
}

async function open({ modelPath, tokenizerPath, mapping }: ModelTask): Promise<OnnxModel> {
  const tokenizer = tokenizerPath === null ? null : foreignTokenizer(await readFile(tokenizerPath, 'utf8'));
  return openOnnxModel(modelPath, mapping, tokenizer);
}

async function answer(model: OnnxModel, { number, input }: ModelQuestion): Promise<void> {
  try {
    const outputs = await model.predict(input);
    await send({ type: 'answer', number, outputs: [...outputs] });
  } catch (error) {
    await send({ type: 'failed', number, reason: reasonOf(error) });
  }
}

endThisFirst();
process.once('disconnect', () => process.exit(0));
process.once('message', (task: ModelTask) => {
  open(task).then(
    (model) => {
      process.on('message', (question: ModelQuestion) => void answer(model, question));
      return send({ type: 'ready' });
    },
    (error: unknown) => send({ type: 'refused', reason: reasonOf(error) }).then(() => process.exit(1)),
  );
});
