import { inspectOnnxJob } from '@greenlight/shared/stages/training/imported-models.ts';
import { JobError, performer, type JobContext, type PartLimits } from '../jobs/job-performer.ts';
import { ModelFileError } from './inspect-file.ts';
import { boundOfOpening, type MemoryBound } from './memory-bound.ts';
import { describeOnnxModel } from './onnx-model.ts';

const EXPORT_AGAIN = {
  zh: '请导出为单个 ONNX 文件，只使用 ONNX 自带的算子，然后重新上传。',
  en: 'Export the model as one ONNX file with ONNX’s own operators only, then upload it again.',
};

/** A model file that cannot be used, in words for whoever brought it. */
export function refusedFile({ said }: ModelFileError, advice = EXPORT_AGAIN): JobError {
  const message = { zh: `该模型文件无法使用：${said.zh}`, en: `The model file cannot be used: ${said.en}` };
  return new JobError('model-file-refused', message, advice);
}

/** The limit of memory of a part of a job. */
export function memoryLimit({ bytes, said, advice }: MemoryBound): NonNullable<PartLimits['memory']> {
  return { bytes, large: refusedFile(new ModelFileError(said), advice) };
}

/** Long enough for the largest file on a slow disk. */
const OPEN_LIMIT_MS = 2 * 60_000;

const OPENS_LATE = {
  zh: '两分钟内未能打开，模型中的函数可能无休止地互相调用。',
  en: 'It could not be opened within two minutes; the model may hold functions that call each other without end.',
};

/** Opens a model file with an end where the runtime finds none, and none of the memory that it asks for. */
export async function openedWithin<Result>(
  path: string,
  context: JobContext,
  open: (path: string) => Promise<Result>,
): Promise<Result> {
  const memory = memoryLimit(await boundOfOpening(path, process.memoryUsage.rss()));
  const late = refusedFile(new ModelFileError(OPENS_LATE));
  return context.within({ limitMs: OPEN_LIMIT_MS, late, memory }, () => open(path));
}

/** Opens a model file and reads what it declares. */
export const inspectOnnxPerformer = performer(inspectOnnxJob, async (_payload, context) => {
  const path = await context.input('model.onnx');
  try {
    return await openedWithin(path, context, describeOnnxModel);
  } catch (error) {
    throw error instanceof ModelFileError ? refusedFile(error) : error;
  }
});
