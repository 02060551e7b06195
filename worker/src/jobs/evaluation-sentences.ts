import type { RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { EVALUATION_SHARE } from '@greenlight/shared/stages/training/plan/evaluation-spacing.ts';
import type { RunTiming } from './run-meter.ts';

/** Share of a run's time above which evaluations that somebody asked for are mentioned. */
const MENTIONED_SHARE = 0.02;

function percent(share: number): string {
  return (share * 100).toFixed(1);
}

/** How the evaluation points of a run were spaced, for its log. */
export function spacingSentence(everyEpochs: number, epochs: number, evaluationMs: number): { zh: string; en: string } {
  const [took, share] = [Math.round(evaluationMs), percent(EVALUATION_SHARE)];
  if (everyEpochs >= epochs) {
    return {
      zh: `一次评估用时 ${took} 毫秒，超出训练时间的 ${share}%，因此只在最后一步之后再评估一次。`,
      en: `One evaluation took ${took} ms, more than ${share} % of the training: the next one follows the last step.`,
    };
  }
  const often =
    everyEpochs === 1
      ? { zh: '每轮', en: 'every epoch' }
      : { zh: `每 ${everyEpochs} 轮`, en: `every ${everyEpochs} epochs` };
  return {
    zh: `${often.zh}评估一次：一次用时 ${took} 毫秒，合计不超过训练时间的 ${share}%（不足一分钟的训练按一分钟计；最后一步之后的评估不计）。`,
    en: `Evaluates ${often.en}: one takes ${took} ms, all together at most ${share} % of the training (one of less than a minute counts as a minute; the one after the last step is not counted).`,
  };
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
