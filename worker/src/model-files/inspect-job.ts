import { inspectOnnxJob } from '@greenlight/shared/stages/training/imported-models.ts';
import { JobError, performer } from '../jobs/job-performer.ts';
import { ModelFileError } from './inspect-file.ts';
import { describeOnnxModel } from './onnx-model.ts';

/** A model file that cannot be used, in words for whoever brought it. */
export function refusedFile({ message }: ModelFileError): JobError {
  return new JobError(
    'model-file-refused',
    { zh: `该模型文件无法使用：${message}`, en: `The model file cannot be used: ${message}` },
    {
      zh: '请导出为单个 ONNX 文件，只使用 ONNX 自带的算子，然后重新上传。',
      en: 'Export the model as one ONNX file with ONNX’s own operators only, then upload it again.',
    },
  );
}

/** Opens a model file and reads what it declares. */
export const inspectOnnxPerformer = performer(inspectOnnxJob, async (_payload, context) => {
  const path = await context.input('model.onnx');
  try {
    return await describeOnnxModel(path);
  } catch (error) {
    throw error instanceof ModelFileError ? refusedFile(error) : error;
  }
});
