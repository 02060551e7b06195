import type { InBothLanguages } from '@greenlight/shared/api/localized-text.ts';
import type {
  ModelDescription,
  ModelMapping,
  PredictionInput,
} from '@greenlight/shared/stages/training/imported-models.ts';
import { mappingProblems, outputWidth } from '@greenlight/shared/stages/training/imported-model-rules.ts';
import type { Tokenizer } from '@greenlight/shared/tokenizers/tokenizer.ts';
import type { InputRow } from '@greenlight/shared/stages/training/imported-model-rows.ts';
import { storableText } from '../report/storable-text.ts';
import {
  openForeignSession,
  type DeclaredArray,
  type ForeignFeed,
  type ForeignSession,
} from '../runtime/foreign-session.ts';
import { columnCalls } from './column-calls.ts';
import { featureCalls, rawTextCalls, textCalls, type ForeignCall } from './foreign-calls.ts';
import { asDeclared, type HalfInput } from './half-inputs.ts';
import { inspectFile, ModelFileError, type InspectedFile } from './inspect-file.ts';
import { answersFrom } from './model-answers.ts';
import { saidByRuntime } from './said-by-runtime.ts';

/** A model from elsewhere, ready to answer. */
export interface OnnxModel {
  /** Numbers for each item: as many as labels, or one of a regression. */
  readonly width: number;
  readonly inputs: readonly DeclaredArray[];
  /** Probabilities [items × labels], row-major, or the numbers of a regression [items]; throws a `ModelFileError` for items that the model cannot take. */
  predict(input: PredictionInput): Promise<Float32Array>;
  /** The same for texts that are token ids already, without what goes before and after them. */
  predictIds(ids: readonly Int32Array[]): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** Opens a model file and reads what it declares; throws a `ModelFileError`. */
export async function describeOnnxModel(path: string): Promise<ModelDescription> {
  const { bytes, halves, ...said } = await inspectFile(path);
  const session = await opened(bytes, halves);
  try {
    const { inputs, outputs } = session;
    if (inputs.length === 0)
      throw new ModelFileError({
        zh: '模型没有声明任何输入，无法向它提问。',
        en: 'The model declares no input, so that nothing can be asked of it.',
      });
    if (outputs.length === 0)
      throw new ModelFileError({
        zh: '模型没有声明任何输出，无法给出答案。',
        en: 'The model declares no output, so that it cannot answer.',
      });
    for (const { name, shape } of [...inputs, ...outputs]) {
      const wrong = shape.find((size) => typeof size === 'number' && !Number.isSafeInteger(size));
      if (wrong !== undefined)
        throw new ModelFileError({
          zh: `“${name}”声明的大小超出了可用的范围。`,
          en: `'${name}' declares a size that is beyond all that can be used.`,
        });
    }
    return describe(session, said);
  } finally {
    await session.dispose();
  }
}

/** A mapping names no more, and a description must not be as large as its file. */
const MOST_COLUMNS = 1000;

function describe(
  { inputs, outputs }: ForeignSession,
  { columns, opset, irVersion, producer, metadata }: Omit<InspectedFile, 'bytes' | 'halves'>,
): ModelDescription {
  const tensors = (declared: ForeignSession['inputs']) => declared.map((one) => ({ ...one, shape: [...one.shape] }));
  const named = tensors(outputs).map((output) => {
    const names = columns.get(output.name);
    return names === undefined || names.length > MOST_COLUMNS
      ? output
      : { ...output, columns: names.map(storableText) };
  });
  return { opset, irVersion, producer, metadata, inputs: tensors(inputs), outputs: named };
}

async function opened(bytes: Uint8Array, halves: readonly HalfInput[]): Promise<ForeignSession> {
  try {
    return asDeclared(await openForeignSession(bytes), halves);
  } catch (error) {
    throw new ModelFileError(
      saidByRuntime({ zh: 'ONNX Runtime 无法打开该模型', en: 'ONNX Runtime does not open the model' }, error),
    );
  }
}

/** What models are asked with. */
const TAKEN: Record<ModelMapping['input'], InBothLanguages> = {
  text: { zh: '文本', en: 'texts' },
  'raw-text': { zh: '文本', en: 'texts' },
  features: { zh: '数值', en: 'features' },
  columns: { zh: '按输入名称逐项给出的行', en: 'rows with a field for each of its inputs' },
};

/** That a model which is asked in one way takes something else than what it was given. */
function takesOther(input: ModelMapping['input'], given: InBothLanguages): ModelFileError {
  const takes = TAKEN[input];
  return new ModelFileError({
    zh: `该模型接受${takes.zh}，不接受${given.zh}。`,
    en: `This model takes ${takes.en}, not ${given.en}.`,
  });
}

/** Opens a model file to answer as the mapping says; a model of texts needs its tokenizer for `predict`. Throws a `ModelFileError`. */
export async function openOnnxModel(
  path: string,
  mapping: ModelMapping,
  tokenizer: Pick<Tokenizer, 'encode'> | null,
): Promise<OnnxModel> {
  const { bytes, halves, ...said } = await inspectFile(path);
  const session = await opened(bytes, halves);
  const problems = mappingProblems(describe(session, said), mapping);
  if (problems.length > 0) {
    await session.dispose();
    throw new ModelFileError({
      zh: `映射与模型不符：${problems.map(({ message }) => message.zh).join('；')}。`,
      en: `The mapping does not fit the model: ${problems.map(({ message }) => message.en).join('; ')}.`,
    });
  }

  const width = outputWidth(mapping);

  async function answer(calls: readonly ForeignCall[], count: number): Promise<Float32Array> {
    const answers = new Float32Array(count * width);
    for (const { feeds, items, rows } of calls) {
      let result: ForeignFeed;
      try {
        result = await session.run(feeds, mapping.output);
      } catch (error) {
        throw new ModelFileError(saidByRuntime({ zh: '模型无法给出答案', en: 'The model could not answer' }, error));
      }
      const meant = answersFrom(result, rows, mapping);
      items.forEach((item, row) => answers.set(meant.subarray(row * width, (row + 1) * width), item * width));
    }
    // Such numbers survive no way as text, and no metric can be computed from them.
    if (!answers.every(Number.isFinite))
      throw new ModelFileError({
        zh: '模型给出的数值不是有限数。',
        en: 'The model answered with numbers that are not finite.',
      });
    return answers;
  }

  async function predictIds(ids: readonly Int32Array[]): Promise<Float32Array> {
    if (mapping.input !== 'text') throw takesOther(mapping.input, { zh: ' token 编号', en: 'token ids' });
    return answer(textCalls(ids, mapping, session), ids.length);
  }

  function predictRows(rows: readonly InputRow[]): Promise<Float32Array> {
    if (mapping.input !== 'columns') throw takesOther(mapping.input, { zh: '按名称给出的值', en: 'named values' });
    return answer(columnCalls(rows, session), rows.length);
  }

  return {
    width,
    inputs: session.inputs,
    async predict(input) {
      if ('rows' in input) return predictRows(input.rows);
      const kind = 'features' in input ? 'features' : 'text';
      if (mapping.input === 'columns') throw takesOther(mapping.input, TAKEN[kind]);
      if ('features' in input) {
        if (mapping.input !== 'features') throw takesOther(mapping.input, TAKEN.features);
        return answer(featureCalls(input.features, mapping.features, session), input.features.length);
      }
      if (mapping.input === 'features') throw takesOther(mapping.input, TAKEN.text);
      if (mapping.input === 'raw-text') {
        return answer(rawTextCalls(input.texts, mapping.texts, session), input.texts.length);
      }
      if (tokenizer === null)
        throw new ModelFileError({
          zh: '该模型没有用于文本的分词器。',
          en: 'This model has no tokenizer for texts.',
        });
      return predictIds(input.texts.map((text) => tokenizer.encode(text)));
    },
    predictIds,
    dispose: session.dispose,
  };
}
