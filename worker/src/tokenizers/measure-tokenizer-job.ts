import { readFile, stat } from 'node:fs/promises';
import { measureTokenizerJob, TOKENIZER_FILES } from '@greenlight/shared/stages/data/tokenizer-job.ts';
import { importTokenizerJson } from '@greenlight/shared/tokenizers/import-tokenizer-json.ts';
import { performer } from '../jobs/job-performer.ts';
import { itemsIn, Progress } from './items-progress.ts';
import { measureTokenizer } from './measure-tokenizer.ts';

/** Measures a tokenizer that was brought along on a version; tokens are named by the ids that runs train with. */
export const measureTokenizerPerformer = performer(measureTokenizerJob, async (_payload, context) => {
  const path = await context.input(TOKENIZER_FILES.items);
  const { tokenizer } = importTokenizerJson(await readFile(await context.input(TOKENIZER_FILES.tokenizer), 'utf8'));
  const { size: sizeBytes } = await stat(path);
  const progress = new Progress(context.progress);
  const items = itemsIn(path, (bytes) => {
    progress.say(bytes / sizeBytes, { zh: '正在统计覆盖率与长度', en: 'Measuring coverage and lengths' });
  });
  return { report: measureTokenizer(tokenizer, items) };
});
