import type {
  ModelDescription,
  ModelMapping,
  PredictionInput,
} from '@greenlight/shared/stages/training/imported-models.ts';
import { mappingProblems, outputWidth } from '@greenlight/shared/stages/training/imported-model-rules.ts';
import { encodeText } from '../data/encode-text.ts';
import type { Tokenizer } from '@greenlight/shared/tokenizers/tokenizer.ts';
import { openForeignSession, type ForeignArray, type ForeignSession } from '../runtime/foreign-session.ts';
import { inspectFile, ModelFileError } from './inspect-file.ts';

/** A model from elsewhere, ready to answer. */
export interface OnnxModel {
  /** Numbers for each item: as many as labels, or one of a regression. */
  readonly width: number;
  /** Probabilities [items × labels], row-major, or the numbers of a regression [items]; throws a `ModelFileError` for items that the model cannot take. */
  predict(input: PredictionInput): Promise<Float32Array>;
  /** The same for texts that are token ids already, without what goes before and after them. */
  predictIds(ids: readonly Int32Array[]): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** Opens a model file and reads what it declares; throws a `ModelFileError`. */
export async function describeOnnxModel(path: string): Promise<ModelDescription> {
  const { bytes, ...said } = await inspectFile(path);
  const session = await opened(bytes);
  try {
    return describe(session, said);
  } finally {
    await session.dispose();
  }
}

function describe(
  { inputs, outputs }: ForeignSession,
  said: Pick<ModelDescription, 'opset' | 'irVersion' | 'producer' | 'metadata'>,
): ModelDescription {
  const tensors = (declared: ForeignSession['inputs']) => declared.map((one) => ({ ...one, shape: [...one.shape] }));
  return { ...said, inputs: tensors(inputs), outputs: tensors(outputs) };
}

async function opened(bytes: Uint8Array): Promise<ForeignSession> {
  try {
    return await openForeignSession(bytes);
  } catch (error) {
    throw new ModelFileError(`ONNX Runtime does not open the model: ${(error as Error).message.slice(0, 500)}`);
  }
}

/** Rows of token ids as the inputs of a model, padded to the longest. */
function textFeeds(
  rows: readonly Int32Array[],
  mapping: Extract<ModelMapping, { input: 'text' }>,
  session: ForeignSession,
): Record<string, ForeignArray> {
  const { before, after, maxTokens, paddingId, inputIds, attentionMask } = mapping;
  const room = Math.max(0, maxTokens - before.length - after.length);
  const whole = rows.map((row) => [...before, ...row.subarray(0, room), ...after]);
  const length = Math.max(1, ...whole.map((row) => row.length));
  const fill = (at: (row: readonly number[], place: number) => number): number[] =>
    whole.flatMap((row) => Array.from({ length }, (_, place) => at(row, place)));
  const array = (name: string, data: number[]): ForeignArray => {
    const type = session.inputs.find((input) => input.name === name)?.type === 'int32' ? 'int32' : 'int64';
    const values = type === 'int32' ? Int32Array.from(data) : BigInt64Array.from(data, BigInt);
    return { type, data: values, shape: [rows.length, length] };
  };
  const feeds = {
    [inputIds]: array(
      inputIds,
      fill((row, place) => row[place] ?? paddingId),
    ),
  };
  if (attentionMask === null) return feeds;
  return {
    ...feeds,
    [attentionMask]: array(
      attentionMask,
      fill((row, place) => Number(place < row.length)),
    ),
  };
}

function featureFeeds(rows: readonly (readonly number[])[], name: string): Record<string, ForeignArray> {
  const width = rows[0]?.length ?? 0;
  if (rows.some((row) => row.length !== width))
    throw new ModelFileError('The rows have different numbers of features.');
  return { [name]: { type: 'float32', data: Float32Array.from(rows.flat()), shape: [rows.length, width] } };
}

/** What an output means: softmax rows or sigmoids of logits, or probabilities and numbers as they are. */
function answersOf(values: Float32Array, { outputKind, task, labels }: ModelMapping): Float32Array {
  if (outputKind !== 'logits') return values;
  if (task === 'multi-label') return values.map((value) => 1 / (1 + Math.exp(-value)));
  const probabilities = new Float32Array(values.length);
  for (let start = 0; start < values.length; start += labels.length) {
    const row = values.subarray(start, start + labels.length);
    const largest = Math.max(...row);
    const powers = Array.from(row, (value) => Math.exp(value - largest));
    const total = powers.reduce((sum, power) => sum + power, 0);
    powers.forEach((power, column) => (probabilities[start + column] = power / total));
  }
  return probabilities;
}

/** Opens a model file to answer as the mapping says; a model of texts needs its tokenizer for `predict`. Throws a `ModelFileError`. */
export async function openOnnxModel(
  path: string,
  mapping: ModelMapping,
  tokenizer: Tokenizer | null,
): Promise<OnnxModel> {
  const { bytes, ...said } = await inspectFile(path);
  const session = await opened(bytes);
  const problems = mappingProblems(describe(session, said), mapping);
  if (problems.length > 0) {
    await session.dispose();
    throw new ModelFileError(
      `The mapping does not fit the model: ${problems.map(({ message }) => message).join('; ')}.`,
    );
  }

  const width = outputWidth(mapping);

  async function answer(feeds: Record<string, ForeignArray>, items: number): Promise<Float32Array> {
    let result: ForeignArray;
    try {
      result = await session.run(feeds, mapping.output);
    } catch (error) {
      throw new ModelFileError(`The model could not answer: ${(error as Error).message.slice(0, 500)}`);
    }
    const { data, shape } = result;
    if (!(data instanceof Float32Array) || data.length !== items * width) {
      throw new ModelFileError(
        `The model answered ${shape.join(' × ')} values for ${items} items, not ${width} for each.`,
      );
    }
    const answers = answersOf(data, mapping);
    // Such numbers survive no way as text, and no metric can be computed from them.
    if (!answers.every(Number.isFinite))
      throw new ModelFileError('The model answered with numbers that are not finite.');
    return answers;
  }

  function predictIds(ids: readonly Int32Array[]): Promise<Float32Array> {
    if (mapping.input !== 'text') throw new ModelFileError('This model takes features, not texts.');
    return answer(textFeeds(ids, mapping, session), ids.length);
  }

  return {
    width,
    async predict(input) {
      if ('features' in input) {
        if (mapping.input !== 'features') throw new ModelFileError('This model takes texts, not features.');
        return answer(featureFeeds(input.features, mapping.features), input.features.length);
      }
      if (tokenizer === null) throw new ModelFileError('This model has no tokenizer for texts.');
      return predictIds(input.texts.map((text) => encodeText(tokenizer, text)));
    },
    predictIds,
    dispose: session.dispose,
  };
}
