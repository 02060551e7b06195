import type { RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import type { RunFailure } from './thread-protocol.ts';

type DivergedSettings = Pick<
  RunConfiguration,
  'clipNorm' | 'learningRate' | 'warmupSteps' | 'task' | 'startFromArtifactId'
>;

/** Steps of warm-up to propose where a run has fewer. */
const WARMUP_STEPS = 100;

/** Numbers to be predicted that are so large that their squares are not numbers any more, or drive the weights there. */
export const SCALED_VALUES = {
  zh: '缩放数据中要预测的数值，使其大致在 −1 到 1 之间',
  en: 'scale the numbers in the data that are to be predicted to about −1 to 1',
};

/** Weights that were taken over may have been on their way to infinity. */
const EARLIER_START = {
  zh: '从更早的检查点开始，或换一次运行的检查点',
  en: 'begin with an earlier checkpoint, or with one of another run',
};

function changesOf({ clipNorm, learningRate, warmupSteps }: DivergedSettings): Record<'zh' | 'en', string>[] {
  const lower = Number((learningRate / 10).toPrecision(3));
  const changes = [
    { zh: `把学习率从 ${learningRate} 降到 ${lower}`, en: `lower the learning rate from ${learningRate} to ${lower}` },
  ];
  if (clipNorm === null || clipNorm > 1) {
    const now = clipNorm === null ? { zh: '未裁剪', en: 'none' } : { zh: `${clipNorm}`, en: `${clipNorm}` };
    changes.push({
      zh: `把梯度裁剪范数设为 1（目前：${now.zh}）`,
      en: `set a gradient clipping norm of 1 (now: ${now.en})`,
    });
  }
  if (warmupSteps < WARMUP_STEPS) {
    changes.push({
      zh: `把预热步数设为 ${WARMUP_STEPS}（目前：${warmupSteps}）`,
      en: `warm up for ${WARMUP_STEPS} steps (now: ${warmupSteps})`,
    });
  }
  return changes;
}

/** What to change in a configuration whose loss became infinite at a step, in the order to try it, with the values it has now. */
export function adviceAgainstDivergence(configuration: DivergedSettings, step: number): RunFailure['advice'] {
  const { task, startFromArtifactId } = configuration;
  const causes = [
    ...(startFromArtifactId === null ? [] : [EARLIER_START]),
    ...(task === 'regression' ? [SCALED_VALUES] : []),
  ];
  // Before the first update, no rate of learning can have done it.
  const isUntrained = step <= 1 && causes.length > 0;
  const changes = isUntrained ? causes : [...changesOf(configuration), ...causes];
  const listed = (language: 'zh' | 'en') =>
    changes.map((change) => change[language]).join(language === 'zh' ? '；' : '; ');
  return {
    zh: `请开始一次新的训练，并依次尝试：${listed('zh')}。`,
    en: `Start a new run and try, in this order: ${listed('en')}.`,
  };
}
