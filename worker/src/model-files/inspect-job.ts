import { inspectOnnxJob } from '@greenlight/shared/stages/training/imported-models.ts';
import { JobError, performer, type JobContext } from '../jobs/job-performer.ts';
import { ModelFileError } from './inspect-file.ts';
import { describeOnnxModel } from './onnx-model.ts';

/** A model file that cannot be used, in words for whoever brought it. */
export function refusedFile({ said }: ModelFileError): JobError {
  return new JobError(
    'model-file-refused',
    { zh: `该模型文件无法使用：${said.zh}`, en: `The model file cannot be used: ${said.en}` },
    {
      zh: '请导出为单个 ONNX 文件，只使用 ONNX 自带的算子，然后重新上传。',
      en: 'Export the model as one ONNX file with ONNX’s own operators only, then upload it again.',
    },
  );
}

/** Long enough for the largest file on a slow disk. */
const OPEN_LIMIT_MS = 2 * 60_000;

const OPENS_LATE = {
  zh: '两分钟内未能打开，模型中的函数可能无休止地互相调用。',
  en: 'It could not be opened within two minutes; the model may hold functions that call each other without end.',
};

/** Opens a model file as whoever gives the work says, with an end where the runtime finds none. */
export function openedInTime<Result>(context: JobContext, open: () => Promise<Result>): Promise<Result> {
  return context.within(OPEN_LIMIT_MS, refusedFile(new ModelFileError(OPENS_LATE)), open);
}

/** Opens a model file and reads what it declares. */
export const inspectOnnxPerformer = performer(inspectOnnxJob, async (_payload, context) => {
  const path = await context.input('model.onnx');
  try {
    return await openedInTime(context, () => describeOnnxModel(path));
  } catch (error) {
    throw error instanceof ModelFileError ? refusedFile(error) : error;
  }
});
