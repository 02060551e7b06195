import type { RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import type { RunTiming } from './run-meter.ts';

/** Share of a training above which evaluations that somebody asked for are mentioned. */
const MENTIONED_SHARE = 0.02;

function percent(share: number): string {
  return (share * 100).toFixed(1);
}

/** What evaluations took that were asked for, or that early stopping decided by, where it was more than two percent; else null. */
export function costlyEvaluations(
  { stepsMs, evaluationMs, evaluations }: RunTiming,
  { evaluateEverySteps, earlyStoppingPatience }: RunConfiguration,
): { zh: string; en: string } | null {
  if (evaluateEverySteps === null && earlyStoppingPatience === null) return null;
  const share = evaluationMs / Math.max(1, stepsMs + evaluationMs);
  if (share <= MENTIONED_SHARE) return null;
  const why =
    evaluateEverySteps === null
      ? { zh: '提前停止需要每轮评估', en: 'early stopping decides by each of them' }
      : { zh: `设置为每 ${evaluateEverySteps} 步评估`, en: `they were asked for every ${evaluateEverySteps} steps` };
  return {
    zh: `训练中的 ${evaluations} 次评估占用了 ${percent(share)}% 的时间：${why.zh}。`,
    en: `${evaluations} evaluations while training took ${percent(share)} % of the time: ${why.en}.`,
  };
}
