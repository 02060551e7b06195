import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetItem } from '@greenlight/shared/stages/data/content.ts';
import {
  TOKENIZER_FILES,
  trainTokenizerJob,
  type TokenizerSettings,
} from '@greenlight/shared/stages/data/tokenizer-job.ts';
import { readTokenizerJson } from '@greenlight/shared/tokenizers/read-tokenizer-json.ts';
import { trainTokenizer } from '@greenlight/shared/tokenizers/train-tokenizer.ts';
import { writeTokenizerJson } from '@greenlight/shared/tokenizers/write-tokenizer-json.ts';
import { performer } from '../jobs/job-performer.ts';
import { sha256Of } from '../jobs/run-folder.ts';
import { writeAtomically } from '../model-files/atomic-file.ts';
import { itemsIn, Progress } from './items-progress.ts';
import { measureTokenizer } from './measure-tokenizer.ts';

/** Where the parts of the work end, of the whole: as with byte pairs and word pieces of 8,000 tokens on a million lines of Chinese and English. */
const PARTS = { read: 0.1, learn: 0.4, measure: 0.98 } as const;

function* trainingTexts(items: Iterable<DatasetItem>): Generator<string> {
  for (const { split, text } of items) if (split === 'train') yield text;
}

/** The content of the tokenizer's file: the same as a run learns from the same items with the same settings. */
function learn(path: string, sizeBytes: number, settings: TokenizerSettings, progress: Progress): string {
  const { kind, vocabularySize, lowercase, stripAccents } = settings;
  const items = itemsIn(path, (bytes) => {
    progress.say((PARTS.read * bytes) / sizeBytes, { zh: '正在读取训练数据', en: 'Reading the training items' });
  });
  const learned = trainTokenizer(kind, trainingTexts(items), vocabularySize, {
    ...(kind === 'wordpiece' ? { normalisation: { lowercase, stripAccents } } : {}),
    onProgress: (tokens) => {
      progress.say(PARTS.read + (PARTS.learn - PARTS.read) * (tokens / vocabularySize), {
        zh: `正在学习词表：${tokens} 个 token`,
        en: `Learning the vocabulary: ${tokens} tokens`,
      });
    },
  });
  return writeTokenizerJson(learned);
}

/** Learns a tokenizer and measures it; an attempt on this worker that had learned it already only measures it. */
export const trainTokenizerPerformer = performer(trainTokenizerJob, async ({ settings }, context) => {
  const path = await context.input(TOKENIZER_FILES.items);
  const { size: sizeBytes } = await stat(path);
  const progress = new Progress(context.progress);
  await mkdir(context.keptFolder, { recursive: true });
  const file = join(context.keptFolder, TOKENIZER_FILES.tokenizer);
  const isLearned = await stat(file).then(
    () => true,
    () => false,
  );
  if (!isLearned) {
    const content = Buffer.from(learn(path, sizeBytes, settings, progress));
    await writeAtomically(file, (sink) => sink.write(content));
  }
  const tokenizer = readTokenizerJson(await readFile(file, 'utf8'));
  const items = itemsIn(path, (bytes) => {
    progress.say(PARTS.learn + ((PARTS.measure - PARTS.learn) * bytes) / sizeBytes, {
      zh: '正在统计覆盖率与长度',
      en: 'Measuring coverage and lengths',
    });
  });
  const report = measureTokenizer(tokenizer, items);
  await context.upload(TOKENIZER_FILES.tokenizer, file);
  const { size } = await stat(file);
  return { tokenizer: { sha256: await sha256Of(file), sizeBytes: size }, size: tokenizer.size, report };
});
