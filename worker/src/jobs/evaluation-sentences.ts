import type { RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import {
  EVALUATION_SHARE,
  SHORT_ALLOWANCE_SECONDS,
  type EvaluationSchedule,
} from '@greenlight/shared/stages/training/plan/evaluation-schedule.ts';
import type { RunTiming } from './run-meter.ts';

/** Share of a training above which evaluations that somebody asked for are mentioned. */
const MENTIONED_SHARE = 0.02;

function percent(share: number): string {
  return (share * 100).toFixed(1);
}

/** How often a run is evaluated while it trains, and on how much, for its log. */
export function scheduleSentence(
  { everyEpochs, items, samplesEvery }: EvaluationSchedule,
  { epochs, evaluateEverySteps, earlyStoppingPatience, samplePrompts }: RunConfiguration,
  validationItems: number,
): { zh: string; en: string } {
  const share = percent(EVALUATION_SHARE);
  if (evaluateEverySteps === null && everyEpochs >= epochs && epochs > 1) {
    return {
      zh: `按运算量，训练中评估一次就会超过训练的 ${share}%，因此只在最后一步之后评估。`,
      en: `Counted by operations, even one evaluation while training would be more than ${share} % of it: the model is evaluated after the last step.`,
    };
  }
  const often =
    evaluateEverySteps !== null
      ? { zh: `每 ${evaluateEverySteps} 步`, en: `every ${evaluateEverySteps} steps` }
      : everyEpochs === 1
        ? { zh: '每轮', en: 'every epoch' }
        : { zh: `每 ${everyEpochs} 轮`, en: `every ${everyEpochs} epochs` };
  const on = {
    zh: `${often.zh}用 ${validationItems} 条验证数据中的 ${items} 条评估一次`,
    en: `Evaluates ${often.en} on ${items} of ${validationItems} validation items`,
  };
  const seconds = SHORT_ALLOWANCE_SECONDS;
  const isOurs = evaluateEverySteps === null && earlyStoppingPatience === null;
  const why = isOurs
    ? {
        zh: `：按运算量合计不超过训练的 ${share}%（短训练不超过 ${seconds} 秒；最后一步之后的评估不计）`,
        en: `: counted by operations at most ${share} % of the training (${seconds} s of a short one; what follows the last step is not counted)`,
      }
    : { zh: '', en: '' };
  const samples =
    samplePrompts.length === 0 || samplesEvery === 1
      ? { zh: '', en: '' }
      : samplesEvery === 0
        ? { zh: '；样例文本在最后一步之后生成', en: '; sample texts follow the last step' }
        : {
            zh: `；每 ${samplesEvery} 次评估生成一次样例文本`,
            en: `; every ${samplesEvery} of these write sample texts`,
          };
  return { zh: `${on.zh}${why.zh}${samples.zh}。`, en: `${on.en}${why.en}${samples.en}.` };
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
