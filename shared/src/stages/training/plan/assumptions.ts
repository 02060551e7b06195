import type { LocalizedText } from '../../../api/localized-text.ts';
import type { RunConfiguration } from '../configuration.ts';
import { isAccelerator } from './device-kinds.ts';
import { EVALUATION_SHARE, SHORT_ALLOWANCE_SECONDS } from './evaluation-schedule.ts';
import type { PlannedWorker } from './plan-run.ts';
import type { RunPlan } from './run-plan.ts';

/** What else the sentences say of how a plan was made. */
interface PlanFacts {
  /** Tokens for each character. */
  readonly ratio: number;
  readonly isComplete: boolean;
  /** Different shapes of batches. */
  readonly shapes: number;
  /** Validation items of one evaluation point, and of the whole split. */
  readonly pointItems: number;
  readonly validationItems: number;
}

function rounded(value: number): string {
  return Number(value.toPrecision(2)).toString();
}

function aboutData(plan: Omit<RunPlan, 'assumptions'>, settings: RunConfiguration, facts: PlanFacts): LocalizedText[] {
  const padding = Math.round(plan.paddingShare * 100);
  const sentences: LocalizedText[] = [
    {
      zh: `按该数据版本中每条文本的长度模拟分批：共 ${facts.shapes} 种批次形状，其中 ${padding}% 为填充，填充同样计入运算量。`,
      en: `Batches were drawn from the lengths of this version's items: ${facts.shapes} shapes, ${padding} % of them padding, which is counted as work.`,
    },
  ];
  if (settings.tokenizer !== 'character') {
    sentences.push({
      zh: `尚未训练分词器：按词频估计每个字符约 ${rounded(facts.ratio)} 个 token，词表约 ${plan.vocabularySize} 项（上限 ${settings.vocabularySize}）。`,
      en: `The tokenizer is not learned yet: from the commonest words about ${rounded(facts.ratio)} tokens a character are expected, and a vocabulary of about ${plan.vocabularySize} ids (at most ${settings.vocabularySize}).`,
    });
  }
  if (settings.startFromArtifactId !== null) {
    sentences.push({
      zh: '分词器取自起始检查点；词表大小按此处设置估计。',
      en: "The tokenizer comes with the checkpoint; its vocabulary is taken to be this setting's.",
    });
  }
  if (!facts.isComplete) {
    sentences.push({
      zh: '数据版本很大，只读取了开头部分来估计长度。',
      en: 'The version is very large: lengths were read from its beginning.',
    });
  }
  if (settings.earlyStoppingPatience !== null) {
    sentences.push({
      zh: '按训练全部轮次计算；提前停止会更快结束。',
      en: 'All epochs are counted; early stopping would end sooner.',
    });
  }
  return sentences;
}

/** When the model is evaluated while it trains, on how much, and what that takes. */
function aboutEvaluations(
  { evaluations, time }: Omit<RunPlan, 'assumptions'>,
  { evaluateEverySteps, earlyStoppingPatience }: RunConfiguration,
  { pointItems, validationItems }: PlanFacts,
): LocalizedText {
  const points = evaluations - 1;
  const share = 100 * EVALUATION_SHARE;
  const seconds = SHORT_ALLOWANCE_SECONDS;
  if (points === 0) {
    return {
      zh: `训练中不评估（一次评估就会超过训练时间的 ${share}%），最后一步之后评估一次。`,
      en: `No evaluation while training (one would take more than ${share} % of it); one follows the last step.`,
    };
  }
  const what = {
    zh: `训练中评估 ${points} 次，每次用 ${validationItems} 条验证数据中的 ${pointItems} 条`,
    en: `${points} evaluation ${points === 1 ? 'point' : 'points'} while training, each on ${pointItems} of ${validationItems} validation items`,
  };
  if (evaluateEverySteps === null && earlyStoppingPatience === null) {
    return {
      zh: `${what.zh}，按运算量合计不超过训练的 ${share}%（短训练不超过 ${seconds} 秒）；最后一步之后的完整评估另计。`,
      en: `${what.en}; counted by operations they take at most ${share} % of the training (${seconds} s of a short one). The whole evaluation after the last step is apart.`,
    };
  }
  const taken = time === null ? 0 : (100 * time.parts.evaluations) / Math.max(1, time.parts.steps);
  return {
    zh: `${what.zh}，约占训练时间的 ${rounded(taken)}%：评估频率由您的设置决定。`,
    en: `${what.en}, about ${rounded(taken)} % of the training: your settings say how often.`,
  };
}

/** Where the speed comes from: a processor was measured at its worker's start, any other device only by its runs. */
function aboutSpeed({ device, basis: { runs } }: Pick<RunPlan, 'device' | 'basis'>): LocalizedText {
  const finished = `${runs} finished ${runs === 1 ? 'run' : 'runs'} of like size`;
  if (device === 'cpu') {
    if (runs === 0) {
      return {
        zh: '速度由该训练机启动时的短测得出，还没有相近的已完成运行可供修正。',
        en: 'Speed comes from a short measurement when the worker started; no finished run of like size has corrected it yet.',
      };
    }
    return {
      zh: `速度由该训练机启动时的短测得出，并按其 ${runs} 次相近的已完成运行修正；区间来自这些运行与估计的偏差。`,
      en: `Speed comes from a short measurement when the worker started, corrected by ${finished} there; the interval is how far those were off.`,
    };
  }
  if (runs > 0) {
    return {
      zh: `速度来自该训练机在同一设备上 ${runs} 次相近的已完成运行；区间来自这些运行之间的差异。`,
      en: `Speed comes from ${finished} on this device of the worker; the interval is how far those differ.`,
    };
  }
  const source =
    device !== null && isAccelerator(device)
      ? { zh: '取自另一块显卡的测量', en: 'that of another card' }
      : { zh: '取自另一处理器上逐个算子执行的测量', en: 'that of running operation by operation on another processor' };
  return {
    zh: `该设备尚未测速，也没有相近的已完成运行：速度${source.zh}，可能相差三倍；第一次运行完成后按实测修正。`,
    en: `This device was not measured, and no run of like size has finished on it: its speed is ${source.en} and may be three times more or less. The first run that finishes corrects it.`,
  };
}

function aboutTime(plan: Omit<RunPlan, 'assumptions'>, settings: RunConfiguration, facts: PlanFacts): LocalizedText[] {
  const sentences: LocalizedText[] = [
    aboutSpeed(plan),
    {
      zh: '假定训练机上没有其他繁重的工作（区间为在同一台机器上打开页面之类留有余地）；排队等待不计入。',
      en: 'The worker is taken to have no other heavy work (the interval leaves room for such as opening a page on the same machine); waiting in the queue is not counted.',
    },
  ];
  sentences.push(aboutEvaluations(plan, settings, facts));
  return sentences;
}

function aboutEnergy(
  worker: PlannedWorker,
  { device }: Pick<RunPlan, 'device'>,
  energy: NonNullable<RunPlan['energy']>,
): LocalizedText[] {
  const isOnCard = device !== null && isAccelerator(device);
  const card = isOnCard ? { zh: '、一块显卡 150 W', en: ' and the card 150 W' } : { zh: '', en: '' };
  const watts = rounded(energy.watts);
  if (energy.source === 'measured') {
    return [
      {
        zh: `功率 ${watts} W：驱动程序在该训练机已完成的运行中测得的平均值。`,
        en: `Power of ${watts} W: the mean that its driver measured in finished runs.`,
      },
    ];
  }
  if (energy.source === 'rated') {
    return [
      {
        zh: `功率 ${watts} W：训练机设置中的额定功率，按训练使用处理器的程度计；驱动程序未提供实测值。`,
        en: `Power of ${watts} W: the rated power in the worker's settings as far as a run uses its processor; its driver measures none.`,
      },
    ];
  }
  return [
    {
      zh: `功率 ${watts} W：没有实测值，也没有设置额定功率，按 ${worker.cores} 个核心、每个 10 W${card.zh}，并按训练使用它们的程度计。可在“训练机”页设置。`,
      en: `Power of ${watts} W: neither measured nor set, so ${worker.cores} cores are taken to draw 10 W each${card.en}, as far as a run uses them. Set it on the page of workers.`,
    },
  ];
}

/** The assumptions behind a plan, in words. */
export function assumptionsOf(
  plan: Omit<RunPlan, 'assumptions'>,
  settings: RunConfiguration,
  facts: PlanFacts,
  worker: PlannedWorker | null,
): LocalizedText[] {
  const sentences = aboutData(plan, settings, facts);
  sentences.push({
    zh: '内存为训练进程的峰值常驻内存：参数、梯度、优化器状态、各批次形状保留的激活值、评估所需与进程本身。',
    en: "Memory is the peak resident size of the worker's process: parameters, gradients, optimiser state, activations that graphs keep for each shape, what the evaluation needs beyond that, and the process itself.",
  });
  if (plan.time === null) {
    sentences.push(
      worker === null
        ? {
            zh: '还没有训练机连接，因此无法估计时间。',
            en: 'No worker has connected yet, so time cannot be planned.',
          }
        : plan.device === null
          ? {
              zh: '该训练机没有报告所选的设备，因此无法估计时间；若它确实没有，运行会失败。',
              en: 'This worker has not told of the chosen device, so time cannot be planned; where it has none, the run fails.',
            }
          : {
              zh: '该训练机的速度尚未测得，因此无法估计时间。',
              en: "This worker's speed has not been measured, so time cannot be planned.",
            },
    );
    return sentences;
  }
  sentences.push(...aboutTime(plan, settings, facts));
  if (worker !== null && plan.energy !== null) sentences.push(...aboutEnergy(worker, plan, plan.energy));
  if (plan.cost === null) {
    sentences.push({
      zh: '该训练机没有设置价格，因此不计成本。',
      en: 'No price is set for this worker, so no cost is given.',
    });
  }
  return sentences;
}
