/**
 * Small models over long texts, whose batches have many padded lengths: `npm run bench -- long-texts`, or with the folder of another checkout
 * (`npm run bench -- long-texts ../before`), whose worker then trains the same in alternation. Says how often graphs are opened, what share of the
 * time that takes, and what memory; both must end with the same loss.
 */
import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { writeResult } from './results.ts';
import type { LongTextsReply, LongTextsTask } from './support/long-texts-process.ts';
import { quantile, rounded } from './support/statistics.ts';

const PROCESS = join(import.meta.dirname, 'support/long-texts-process.ts');
const HERE = join(import.meta.dirname, '..');
const ROUNDS = 3;
const BATCHES = 80;

const DECODER = { architecture: 'decoder-only', task: 'next-token', encoderLayers: 0 } as const;
const CLASSIFIER = { architecture: 'encoder-classifier', task: 'single-label', decoderLayers: 0 } as const;

const CASES: readonly { name: string; configuration: Partial<RunConfiguration> }[] = [
  {
    name: 'decoder d 64, 2 layers, B16 T512',
    configuration: {
      ...DECODER,
      dModel: 64,
      heads: 4,
      feedForward: 256,
      decoderLayers: 2,
      batchSize: 16,
      maxTokens: 511,
    },
  },
  {
    name: 'classifier d 64, 2 layers, B8 T1024, dropout',
    configuration: {
      ...CLASSIFIER,
      ...{ dModel: 64, heads: 4, feedForward: 256, encoderLayers: 2, batchSize: 8, maxTokens: 1023, dropout: 0.1 },
    },
  },
  {
    name: 'encoder–decoder d 64, 1 + 1 layers, B16 T256',
    configuration: {
      ...{ dModel: 64, heads: 4, feedForward: 256, encoderLayers: 1, decoderLayers: 1, batchSize: 16, maxTokens: 255 },
    },
  },
];

async function train(task: LongTextsTask): Promise<LongTextsReply> {
  const { stdout } = await promisify(execFile)(process.execPath, [...process.execArgv, PROCESS, JSON.stringify(task)]);
  return JSON.parse(stdout) as LongTextsReply;
}

function summaryOf(replies: readonly LongTextsReply[]) {
  const of = (key: keyof LongTextsReply): number =>
    quantile(
      replies.map((reply) => reply[key]),
      0.5,
    );
  return {
    seconds: rounded(of('seconds'), 2),
    opened: of('opened'),
    openingShare: rounded(of('openingShare'), 3),
    peakMegabytes: rounded(of('peakMegabytes'), 0),
  };
}

const [, , , other] = process.argv;
const checkouts = { ...(other === undefined ? {} : { before: resolve(other) }), here: HERE };
const results = [];
for (const { name, configuration } of CASES) {
  const replies: Record<string, LongTextsReply[]> = {};
  for (let round = 0; round < ROUNDS; round++) {
    for (const [which, checkout] of Object.entries(checkouts))
      (replies[which] ??= []).push(await train({ checkout, configuration, batches: BATCHES }));
  }
  const losses = new Set(
    Object.values(replies)
      .flat()
      .map(({ lastLoss }) => lastLoss),
  );
  const summaries = Object.fromEntries(Object.entries(replies).map(([which, all]) => [which, summaryOf(all)]));
  const quicker = (summaries['before']?.seconds ?? Number.NaN) / (summaries['here']?.seconds ?? Number.NaN);
  results.push({
    ...{ name, batches: BATCHES, ...summaries, endAlike: losses.size === 1 },
    ...(other === undefined ? {} : { timesAsFast: rounded(quicker, 2) }),
  });
}
await writeResult('long-texts', {
  command: 'npm run bench -- long-texts [another checkout]',
  cases: results,
  method: `Medians of ${ROUNDS} rounds in alternation, each in a process of its own.`,
});
