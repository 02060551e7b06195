import { exportOnnxJob } from '@greenlight/shared/stages/training/model-files.ts';
import { join } from 'node:path';
import { JobError, performer } from '../jobs/job-performer.ts';
import { WORKER_VERSION } from '../jobs/registration.ts';
import { CheckpointError } from '../training/errors.ts';
import { exportModel } from './export-model.ts';

/** A checkpoint that is damaged, in words for whoever asked for its export. */
function unusable({ message }: CheckpointError): JobError {
  return new JobError(
    'checkpoint-unusable',
    { zh: `检查点无法读取：${message}`, en: `The checkpoint cannot be read: ${message}` },
    { zh: '请选择另一个检查点，或重新训练。', en: 'Choose another checkpoint, or train again.' },
  );
}

/** Exports a checkpoint and sends every file of it. */
export const exportOnnxPerformer = performer(exportOnnxJob, async (payload, context) => {
  const { checkpointStep, checkpointSha256, lineage } = payload;
  const [checkpointPath, tokenizerPath] = [
    await context.input('checkpoint.safetensors'),
    await context.input('tokenizer.json'),
  ];
  context.progress(0.1, { zh: '正在写入 ONNX 文件', en: 'Writing the ONNX files' });
  const exported = await exportModel({
    checkpointPath,
    tokenizerPath,
    folder: join(context.folder, 'onnx'),
    producerVersion: WORKER_VERSION,
    lineage,
    onProgress: (share) =>
      context.progress(0.1 + 0.5 * share, { zh: '正在写入 ONNX 文件', en: 'Writing the ONNX files' }),
  }).catch((error: unknown) => {
    throw error instanceof CheckpointError ? unusable(error) : error;
  });
  for (const [index, { name, path }] of exported.files.entries()) {
    context.progress(0.6 + (0.4 * index) / exported.files.length, { zh: `正在上传 ${name}`, en: `Uploading ${name}` });
    await context.upload(name, path);
  }
  const files = exported.files.map(({ name, sha256, sizeBytes }) => ({ name, sha256, sizeBytes }));
  const { opset, irVersion } = exported;
  return { checkpointStep, checkpointSha256, opset, irVersion, files };
});
