import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetItem } from '@greenlight/shared/stages/data/content.ts';
import { evaluateOnnxJob, type ModelMapping } from '@greenlight/shared/stages/training/imported-models.ts';
import { foreignTokenizer } from '../data/encode-text.ts';
import { TokenizerFileError } from '@greenlight/shared/tokenizers/file-problem.ts';
import { LabelError, labelsOf } from '../data/labels.ts';
import { readDataset } from '../data/read-dataset.ts';
import { measureLabelled } from '../evaluation/evaluate-labelled.ts';
import type { LabelledPredictions } from '../evaluation/predict-labelled.ts';
import { JobError, performer, type JobContext } from '../jobs/job-performer.ts';
import { requireColumns, rowOfItem } from './dataset-rows.ts';
import { ModelFileError } from './inspect-file.ts';
import { memoryLimit, openedWithin, refusedFile } from './inspect-job.ts';
import { boundOfAsking } from './memory-bound.ts';
import { openOnnxModel, type OnnxModel } from './onnx-model.ts';

/** Items of one call of the model. */
const ROWS = 32;

/** What one call may take: long texts in the largest models on a slow machine. */
const CALL_LIMIT_MS = 15 * 60_000;

const ANSWERS_LATE = {
  zh: `模型未能在一刻钟内回答 ${ROWS} 条数据。`,
  en: `The model gave no answer for ${ROWS} items within a quarter of an hour.`,
};

/** Answers for texts, their ids or rows, the shortest first so that little is padding; the result is in the order of the items. */
async function answersOf<Item extends { readonly length: number }>(
  texts: readonly Item[],
  width: number,
  ask: (some: Item[]) => Promise<Float32Array>,
  context: JobContext,
): Promise<Float32Array> {
  const outputs = new Float32Array(texts.length * width);
  const late = refusedFile(new ModelFileError(ANSWERS_LATE));
  const memory = memoryLimit(boundOfAsking(process.memoryUsage.rss()));
  const order = texts.map((_, index) => index).sort((a, b) => (texts[a]?.length ?? 0) - (texts[b]?.length ?? 0));
  for (let start = 0; start < order.length; start += ROWS) {
    const rows = order.slice(start, start + ROWS);
    const some = rows.map((row) => texts[row] as Item);
    const answers = await context.within({ limitMs: CALL_LIMIT_MS, late, memory }, () => ask(some));
    rows.forEach((row, index) => outputs.set(answers.subarray(index * width, (index + 1) * width), row * width));
    context.progress(start / order.length, { zh: '正在评估', en: 'Evaluating' });
  }
  return outputs;
}

function withoutValues({ said }: LabelError): JobError {
  return new JobError(
    'values-missing',
    { zh: `数据中没有可供比较的数值：${said.zh}。`, en: `The data has no numbers to compare with: ${said.en}.` },
    {
      zh: '请选择每条都带数值的数据版本。',
      en: 'Choose a data version in which every item has a value.',
    },
  );
}

/** The tokenizer of a file; throws a `JobError` that says what cannot be used about it. */
function tokenizerOf(content: string): ReturnType<typeof foreignTokenizer> {
  try {
    return foreignTokenizer(content);
  } catch (error) {
    if (!(error instanceof TokenizerFileError)) throw error;
    throw new JobError('tokenizer-refused', error.said, {
      zh: '请上传 BERT（WordPiece）或字节级 BPE 的 tokenizer.json，然后重新评估。',
      en: 'Upload a tokenizer.json of BERT’s kind (WordPiece) or of byte-level BPE, then evaluate again.',
    });
  }
}

/** Answers of an opened model for items, asked as its mapping says. */
function answersFor(
  items: readonly DatasetItem[],
  mapping: ModelMapping,
  { model, tokenizer }: { model: OnnxModel; tokenizer: ReturnType<typeof foreignTokenizer> | null },
  context: JobContext,
): Promise<Float32Array> {
  if (mapping.input === 'columns') {
    // Rows are made as they are asked: those of a large version would not fit beside it.
    const places = items.map((item, place) => ({ item, place, length: 0 }));
    const rowsOf = (some: typeof places) =>
      some.map(({ item, place }) => rowOfItem(item, place, mapping, model.inputs));
    return answersOf(places, model.width, (some) => model.predict({ rows: rowsOf(some) }), context);
  }
  const texts = items.map(({ text }) => text);
  if (tokenizer === null) return answersOf(texts, model.width, (some) => model.predict({ texts: some }), context);
  const ids = texts.map((text) => tokenizer.encode(text));
  return answersOf(ids, model.width, (some) => model.predictIds(some), context);
}

/** Measures a mapped model on held-out labelled texts with the same metrics and intervals as a model trained here. */
export const evaluateOnnxPerformer = performer(evaluateOnnxJob, async ({ mapping, sameAsTraining }, context) => {
  if (mapping.input === 'features') {
    throw new JobError(
      'features-without-data',
      {
        zh: '映射没有写明数值取自数据的哪些列。',
        en: 'The mapping does not say which columns of the data the numbers come from.',
      },
      {
        zh: '请在映射中选择“按名称给出的值”，并按顺序写出输入所取的列。',
        en: 'Choose “values by name” in the mapping and list the columns that fill the input, in their order.',
      },
    );
  }
  const startMs = performance.now();
  const [modelPath, datasetPath] = [await context.input('model.onnx'), await context.input('dataset.jsonl')];
  const tokenizer =
    mapping.input === 'text' ? tokenizerOf(await readFile(await context.input('tokenizer.json'), 'utf8')) : null;
  const { task, labels: classes } = mapping;
  const { test, testNumbers } = await readDataset(datasetPath);
  // An item that answers further tasks only says nothing about this model.
  const isJudged = ({ labels, value, tasks }: DatasetItem) =>
    tasks === undefined || (task === 'regression' ? value : labels) !== undefined;
  const judged = [...test.entries()].filter(([, item]) => isJudged(item));
  const items = judged.map(([, item]) => item);
  const numbers = Int32Array.from(judged, ([place]) => testNumbers[place] ?? 0);
  let labels: ReturnType<typeof labelsOf>;
  try {
    if (items.length === 0) {
      throw new LabelError({ zh: '测试集中没有带标注的条目', en: 'no held-out item has a label' });
    }
    labels = labelsOf(items, task, classes);
  } catch (error) {
    if (!(error instanceof LabelError)) throw error;
    if (task === 'regression') throw withoutValues(error);
    throw new JobError(
      'labels-do-not-fit',
      {
        zh: `数据的标注与模型的类别不一致：${error.said.zh}。`,
        en: `The labels of the data are not the model’s: ${error.said.en}.`,
      },
      { zh: '请在映射中使用数据集的类别名称。', en: 'Name the model’s classes in the mapping as the dataset does.' },
    );
  }
  if (mapping.input === 'columns') requireColumns(items, mapping);
  if (labels === null) throw new Error(`The task '${task}' has no labels`);
  try {
    const model = await openedWithin(modelPath, context, (path) => openOnnxModel(path, mapping, tokenizer));
    const outputs = await answersFor(items, mapping, { model, tokenizer }, context);
    const head = { task, outputs: model.width };
    await model.dispose();
    const predictions: LabelledPredictions = { head, items: items.length, outputs, labels: labels.values };
    const path = join(context.folder, 'predictions.npz');
    const answered = { members: [...items.keys()], first: predictions, further: [] };
    const { measured, predictions: stored } = await measureLabelled(answered, classes, numbers, path);
    await context.upload('predictions.npz', path);
    return {
      split: sameAsTraining ? ('train' as const) : ('test' as const),
      sameAsTraining,
      ...measured,
      predictionsSha256: stored.sha256,
      elapsedMs: performance.now() - startMs,
    };
  } catch (error) {
    throw error instanceof ModelFileError ? refusedFile(error) : error;
  }
});
