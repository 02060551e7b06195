import type { LocalizedText } from '../../../api/localized-text.ts';
import type { RunConfiguration } from '../configuration.ts';
import { EVALUATION_SHARE, SHORT_ALLOWANCE_SECONDS, type RunEvaluations } from './evaluation-schedule.ts';

/*
 * When a run is evaluated, in words. A run's log and its page both say it with these, from what its worker decided, so that they cannot
 * say different things.
 */

type Words = Required<LocalizedText>;

const SHARE = (100 * EVALUATION_SHARE).toString();
const NOTHING: Words = { zh: '', en: '' };

function frequency({ everyEpochs }: RunEvaluations, { evaluateEverySteps }: RunConfiguration): Words {
  if (evaluateEverySteps !== null)
    return { zh: `每 ${evaluateEverySteps} 步`, en: `every ${evaluateEverySteps} steps` };
  if (everyEpochs === 1) return { zh: '每轮', en: 'every epoch' };
  return { zh: `每 ${everyEpochs} 轮`, en: `every ${everyEpochs} epochs` };
}

/** Whether only the model after the last step is evaluated, although the run has more epochs than one. */
function isAtTheEndOnly({ everyEpochs }: RunEvaluations, { epochs, evaluateEverySteps }: RunConfiguration): boolean {
  return evaluateEverySteps === null && everyEpochs >= epochs && epochs > 1;
}

/** How often a run is evaluated and on how much, as the value of a setting. */
export function scheduleWords(evaluations: RunEvaluations, settings: RunConfiguration): Words {
  if (isAtTheEndOnly(evaluations, settings)) return { zh: '仅在最后一步之后', en: 'after the last step only' };
  const { zh, en } = frequency(evaluations, settings);
  const { items, validationItems } = evaluations;
  return {
    zh: `${zh}一次，用 ${validationItems} 条验证数据中的 ${items} 条`,
    en: `${en}, on ${items} of ${validationItems} validation items`,
  };
}

function samplesWords({ samplesEvery }: RunEvaluations, { samplePrompts }: RunConfiguration): Words {
  if (samplePrompts.length === 0 || samplesEvery === 1) return NOTHING;
  if (samplesEvery === 0) return { zh: '；样例文本在最后一步之后生成', en: '; sample texts follow the last step' };
  return {
    zh: `；每 ${samplesEvery} 次评估生成一次样例文本`,
    en: `; every ${samplesEvery} of these write sample texts`,
  };
}

/** How often a run is evaluated while it trains, on how much, and why, as a sentence for its log. */
export function scheduleSentence(evaluations: RunEvaluations, settings: RunConfiguration): Words {
  if (isAtTheEndOnly(evaluations, settings)) {
    return {
      zh: `按运算量，训练中评估一次就会超过训练的 ${SHARE}%，因此只在最后一步之后评估。`,
      en: `Counted by operations, even one evaluation while training would be more than ${SHARE} % of it: the model is evaluated after the last step.`,
    };
  }
  const often = frequency(evaluations, settings);
  const { items, validationItems } = evaluations;
  const isOurs = settings.evaluateEverySteps === null && settings.earlyStoppingPatience === null;
  const why = isOurs
    ? {
        zh: `：按运算量合计不超过训练的 ${SHARE}%（短训练不超过 ${SHORT_ALLOWANCE_SECONDS} 秒；最后一步之后的评估不计）`,
        en: `: counted by operations at most ${SHARE} % of the training (${SHORT_ALLOWANCE_SECONDS} s of a short one; what follows the last step is not counted)`,
      }
    : NOTHING;
  const samples = samplesWords(evaluations, settings);
  return {
    zh: `${often.zh}用 ${validationItems} 条验证数据中的 ${items} 条评估一次${why.zh}${samples.zh}。`,
    en: `Evaluates ${often.en} on ${items} of ${validationItems} validation items${why.en}${samples.en}.`,
  };
}
