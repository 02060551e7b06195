import type { LocalizedText } from '@greenlight/shared/api/localized-text.ts';
import { PREPARATION_FILES, prepareDatasetJob } from '@greenlight/shared/stages/data/preparation/preparation-job.ts';
import { SourceError, type RowErrorCode } from '@greenlight/shared/stages/data/preparation/reading/row-errors.ts';
import { maskedText } from '@greenlight/shared/stages/data/masked-text.ts';
import { LabelsError } from '@greenlight/shared/stages/data/labels-error.ts';
import { JobError, performer } from '../jobs/job-performer.ts';
import { prepareDataset } from './prepare-dataset.ts';
import type { Phase, PreparationProgress } from './progress.ts';

/** What is left after the preparation: sending the version. */
const SHARE_OF_PREPARATION = 0.9;

const PHASE_NAMES: Readonly<Record<Phase, { readonly zh: string; readonly en: string }>> = {
  scan: { zh: '正在检查文件', en: 'Looking through the file' },
  read: { zh: '正在读取与统计', en: 'Reading and profiling' },
  look: { zh: '正在识别图像', en: 'Looking at the images' },
  clean: { zh: '正在清洗', en: 'Cleaning' },
  compare: { zh: '正在查找近似重复', en: 'Looking for near-duplicates' },
  write: { zh: '正在写入新版本', en: 'Writing the version' },
};

/** How far a preparation is, in words, with the time left. */
function saidOf({ phase, rows, remainingMs }: PreparationProgress): LocalizedText {
  const { zh, en } = PHASE_NAMES[phase];
  const seconds = remainingMs === null ? null : Math.ceil(remainingMs / 1000);
  return {
    zh: `${zh}：已读 ${rows} 行${seconds === null ? '' : `，约剩 ${seconds} 秒`}`,
    en: `${en}: ${rows} rows read${seconds === null ? '' : `, about ${seconds} s left`}`,
  };
}

/** Why a version has no training items, and what to do: nothing is left, or all that is left is held out. */
function withoutTraining({
  validation,
  test,
}: {
  readonly validation: number;
  readonly test: number;
}): readonly [LocalizedText, LocalizedText] {
  const held = validation + test;
  return held === 0
    ? [
        { zh: '这些步骤没有留下任何条目。', en: 'These steps leave no items.' },
        { zh: '未保留任何数据。请放宽过滤条件。', en: 'Nothing was kept. Loosen the filters.' },
      ]
    : [
        {
          zh: `余下的 ${held} 条全部属于验证集或测试集，没有可用于训练的条目。`,
          en: `All ${held} items that are left belong to validation or test: none is for training.`,
        },
        {
          zh: '未保留任何数据。请减小验证集和测试集的比例，或选择重新划分，而不按文件中的划分保留；条目很少时可不划分。',
          en: 'Nothing was kept. Lower the shares of validation and test, have the items divided anew instead of as the file places them, or, with few items, divide none.',
        },
      ];
}

/** Places are mended in the file, so that it is uploaded anew; what is left out is chosen where a version is made of it. */
const ADVICE_OF_ROWS = {
  zh: '未保留任何数据，上传的文件仍在。请修正该处后重新上传，或重新导入并选择略去无法读取的行。',
  en: 'No version was made; the uploaded file is still there. Mend that place and upload the file anew, or import it again and have rows that cannot be read left out.',
};
const ADVICE_OF_ARCHIVES = {
  zh: '未保留任何数据，上传的文件仍在。请重新打包后上传，或重新导入并选择略去无法读取的文件。',
  en: 'No version was made; the uploaded file is still there. Pack it again and upload it anew, or import it again and have files that cannot be read left out.',
};
const SAVE_AS_UTF8 = {
  zh: '未保留任何数据，上传的文件仍在。请将文件另存为 UTF-8（在 Excel 中为“CSV UTF-8”）后重新上传，或在导入时选择文件的编码。',
  en: 'No version was made; the uploaded file is still there. Save it as UTF-8 (in Excel: “CSV UTF-8”) and upload it anew, or choose its encoding when importing.',
};
const PACK_AGAIN = {
  zh: '未保留任何数据，上传的文件仍在。请确认压缩包在本机可以打开，重新打包后再上传。',
  en: 'No version was made; the uploaded file is still there. See that the archive opens on your machine, pack it again and upload that.',
};
const ADVICE: Partial<Record<RowErrorCode, LocalizedText>> = {
  'archive-cut-off': PACK_AGAIN,
  'archive-beyond-end': PACK_AGAIN,
  'broken-archive': PACK_AGAIN,
  'archive-too-large': PACK_AGAIN,
  'archive-too-many-entries': PACK_AGAIN,
  'no-images': PACK_AGAIN,
  'invalid-encoding': SAVE_AS_UTF8,
  'mixed-encodings': SAVE_AS_UTF8,
  'not-json-lines': {
    zh: '未保留任何数据，上传的文件仍在。请将其转换为 JSON Lines：每行一个对象，不带外层方括号和行末逗号，然后重新上传。',
    en: 'No version was made; the uploaded file is still there. Turn it into JSON Lines, one object a line without the brackets around all and the commas between, and upload that.',
  },
};

function refused(error: unknown, isArchive: boolean): unknown {
  if (error instanceof SourceError) {
    const { code, zh, en, row, byte, column } = error.problem;
    const inColumn = column === undefined ? null : maskedText(column);
    return new JobError(
      'source-unreadable',
      {
        zh: `${zh}（第 ${row} ${isArchive ? '个文件' : '条记录'}${inColumn === null ? '' : `，列“${inColumn}”`}，第 ${byte} 字节）`,
        en: `${en} (${isArchive ? 'entry' : 'record'} ${row}${inColumn === null ? '' : `, column “${inColumn}”`}, byte ${byte})`,
      },
      ADVICE[code] ?? (isArchive ? ADVICE_OF_ARCHIVES : ADVICE_OF_ROWS),
    );
  }
  if (error instanceof LabelsError) {
    return new JobError(
      'invalid-labels',
      {
        zh: `清洗之后各条数据的标签不合要求：${error.inChinese}`,
        en: `After cleaning, the labels are not as they must be: ${error.message}`,
      },
      {
        zh: '未保留任何数据。请检查作为标签的列，或在标签步骤中合并标签、丢弃无标签的条目。',
        en: 'Nothing was kept. Check which column is the label, or have the label step join labels or drop items without one.',
      },
    );
  }
  return error;
}

/** Prepares a dataset version; an attempt that was cancelled or interrupted on this worker is gone on with. */
export const prepareDatasetPerformer = performer(prepareDatasetJob, async ({ plan }, context) => {
  const sourcePath = await context.input(PREPARATION_FILES.source);
  const sourceImagesPath = plan.holdsImages ? await context.input(PREPARATION_FILES.sourceImages) : undefined;
  try {
    const {
      itemsPath,
      imagesPath,
      version: counted,
      ...result
    } = await prepareDataset({
      ...plan,
      sourcePath,
      ...(sourceImagesPath !== undefined && { sourceImagesPath }),
      // What is half-written when it is cancelled is written anew, so it goes with the attempt.
      outFolder: context.folder,
      keptFolder: context.keptFolder,
      signal: new AbortController().signal,
      onProgress: (progress) => context.progress(progress.share * SHARE_OF_PREPARATION, saidOf(progress)),
      resume: true,
    });
    if (result.profile.before.items === 0 && result.errors.total === 0) {
      throw new JobError(
        'no-rows',
        { zh: '文件中没有任何带文本的行。', en: 'The file has no row with text in it.' },
        {
          zh: '未保留任何数据。请检查文件内容，以及作为文本的列。',
          en: 'Nothing was kept. Check what the file holds, and which column is the text.',
        },
      );
    }
    if (result.splits.train === 0) {
      throw new JobError('nothing-left', ...withoutTraining(result.splits));
    }
    const { characters, distinctCharacters, labels, labelledItems, labelKind, tasks, preview } = counted;
    await context.upload(PREPARATION_FILES.items, itemsPath);
    if (imagesPath !== null) await context.upload(PREPARATION_FILES.images, imagesPath);
    const version = { characters, distinctCharacters, labels, labelledItems, tasks, preview: [...preview] };
    return { ...result, labelKind, version };
  } catch (error) {
    throw refused(error, plan.format === 'zip');
  }
});
