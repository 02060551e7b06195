import { DeviceUnavailableError, ModelTooLargeError } from '../runtime/device-error.ts';
import type { RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { ValueRangeError } from '../data/labels.ts';
import { isDiskFull } from '../report/full-disk.ts';
import {
  CheckpointError,
  NonFiniteLossError,
  NonFiniteOutputError,
  ShapeError,
  shortLoss,
} from '../training/errors.ts';
import { adviceAgainstDivergence, SCALED_VALUES } from './failure-advice.ts';
import type { RunFailure } from './thread-protocol.ts';

/** The configuration names a combination that cannot be trained; the message says which and what to choose instead. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly sentence: { readonly zh: string; readonly en: string };

  constructor(sentence: ConfigurationError['sentence']) {
    super(sentence.en);
    this.sentence = sentence;
  }
}

/** A checkpoint, points or data found no room on the worker's disk. */
export const DISK_FULL: RunFailure = {
  code: 'disk-full',
  message: {
    zh: '训练机的磁盘已满，无法写入检查点或数据点，训练已停止。最后一个完整的检查点与此前的数据点均已保留。',
    en: 'The disk of the worker is full: a checkpoint or points could not be written, and the run was stopped. The last whole checkpoint and the points before it are kept.',
  },
  advice: {
    zh: '请在训练机上腾出空间，然后开始新的训练；可以从保留的检查点开始。',
    en: 'Make room on the worker, then start a new run; it may begin with the checkpoint that was kept.',
  },
};

/** What the log of a run says while it waits for room on the worker. */
export const DISK_FULL_WAITING = {
  zh: '训练机的磁盘已满，训练暂停。最后一个完整的检查点与此前的数据点均已保留；一有空间，训练就从该检查点继续，结果不变。请在训练机上腾出空间，或取消该运行。',
  en: 'The disk of the worker is full, and training waits. The last whole checkpoint and the points before it are kept; as soon as there is room it goes on from there, with the same results. Make room on the worker, or cancel the run.',
};

/** What the log of a run says while the server has no room for its files. */
export const SERVER_FULL_WAITING = {
  zh: '服务器的存储空间已满，暂时无法保存检查点等文件；训练照常进行，最后的文件会一直等到有空间为止，不会丢失。请在服务器上腾出空间。',
  en: 'The server has no room for a checkpoint or another file of this run. Training goes on, and the last of its files wait until there is room; nothing is lost. Make room on the server.',
};

/** A run that ends because the server took no events for too long. */
export function spoolFullOf({ message }: Error): RunFailure {
  return {
    code: 'spool-full',
    message: {
      zh: '未送达的事件占满了训练机的暂存空间，训练已停止；此前的内容均已保留。',
      en: `${message} The run was stopped; everything up to then is kept.`,
    },
    advice: { zh: '请恢复服务器，然后重新开始训练。', en: 'Bring the server back, then start the run again.' },
  };
}

/** What the page says about an error of a run: code, what happened and was kept, what to try, and where it was. Never a stack. */
export function runFailureOf(error: unknown, configuration: RunConfiguration): RunFailure {
  if (error instanceof NonFiniteLossError) return divergenceOf(error, configuration);
  if (error instanceof NonFiniteOutputError) return nonFiniteOutputOf(error, configuration);
  if (error instanceof ShapeError) {
    return {
      code: 'shape-mismatch',
      message: {
        zh: `数据与模型的形状不符：${error.sentence.zh}此前的检查点与数据点均已保留。`,
        en: `The shapes of data and model do not fit. ${error.sentence.en} What was kept before stays.`,
      },
      advice: {
        zh: '请核对最大长度、词表、标签与模型结构；如从检查点开始，请选择结构相同的检查点，或用随机参数开始。',
        en: 'Check the longest item, vocabulary, labels and layers; where a run starts from a checkpoint, choose one of the same shape or start from random weights.',
      },
      ...(error.tensor === null ? {} : { place: { tensor: error.tensor } }),
    };
  }
  if (error instanceof CheckpointError) {
    return {
      code: 'checkpoint-unusable',
      message: {
        zh: '无法使用要继续的检查点。该运行的数据点已保留。',
        en: 'The checkpoint to go on from could not be used. The points of the run are kept.',
      },
      advice: {
        zh: '请重新开始训练，它会从新的参数开始。',
        en: 'Start the run again; it begins from new parameters.',
      },
    };
  }
  if (error instanceof ValueRangeError) {
    return {
      code: 'values-out-of-range',
      message: {
        zh: `数据中要预测的数值 ${error.value} 超出 32 位浮点数的范围。尚未训练。`,
        en: `The data has the number ${error.value} to predict, which is beyond what 32-bit numbers hold. Nothing was trained.`,
      },
      advice: {
        zh: `请${SCALED_VALUES.zh}，然后用新的数据版本开始训练。`,
        en: `Please ${SCALED_VALUES.en}, and start a run on that version.`,
      },
    };
  }
  if (error instanceof ConfigurationError) {
    return {
      code: 'invalid-configuration',
      message: { zh: `${error.sentence.zh}尚未训练。`, en: `${error.sentence.en} Nothing was trained.` },
      advice: { zh: '请修改该设置后重新开始训练。', en: 'Change that setting and start a new run.' },
    };
  }
  if (error instanceof DeviceUnavailableError) {
    return {
      code: 'device-unavailable',
      message: { zh: `${error.sentence.zh}尚未训练。`, en: `${error.sentence.en} Nothing was trained.` },
      advice: {
        zh: '请按上述说明处理，或把设备改为“自动选择”后重新开始训练。',
        en: 'Do what is said above, or choose the best available device, and start a new run.',
      },
    };
  }
  if (error instanceof ModelTooLargeError) {
    return {
      code: 'out-of-memory',
      message: { zh: error.sentence.zh, en: error.sentence.en },
      advice: {
        zh: '请减少层数或宽度，选择状态更少的优化器（SGD 或动量），或在有显卡的训练机上使用 WebGPU。',
        en: 'Choose fewer or narrower layers, an optimiser with less state (SGD or momentum), or WebGPU on a worker with a graphics card.',
      },
    };
  }
  if (isDiskFull(error)) return DISK_FULL;
  if (isOutOfMemory(error)) {
    return {
      code: 'out-of-memory',
      message: {
        zh: '模型与批次所需的内存超过了训练机的内存。最后的检查点已保留。',
        en: 'The model with its batch needs more memory than the worker has. The last checkpoint is kept.',
      },
      advice: {
        zh: '请减小批大小、减少层数或宽度，或换用内存更大的训练机。',
        en: 'Choose a smaller batch, fewer or narrower layers, or a worker with more memory.',
      },
    };
  }
  return {
    code: 'worker-error',
    message: {
      zh: '训练机在处理该运行时遇到意外错误。检查点与数据点已保留。',
      en: 'The worker met an unexpected error while it worked on the run. Checkpoints and points are kept.',
    },
    advice: {
      zh: '请查看训练机自身的输出以了解原因，然后重新开始训练。',
      en: 'Look at the worker’s own output for the cause, then start the run again.',
    },
  };
}

/** The same facts as the error's own words, in both languages. */
function divergenceOf(error: NonFiniteLossError, configuration: RunConfiguration): RunFailure {
  const { step, loss, microBatch, parameter, layer, batch } = error;
  const where = {
    ...(microBatch === null ? {} : { microBatch }),
    ...(layer === null ? {} : { layer }),
    ...(parameter === null ? {} : { tensor: parameter }),
  };
  const said = [
    `第 ${step} 步${microBatch === null || microBatch === 1 ? '' : `的第 ${microBatch} 个微批次`}的损失为 ${shortLoss(loss)}`,
    ...(parameter === null ? [] : [`参数“${parameter}”的梯度不是有限值`]),
    ...(layer === null ? [] : [`最先出错的层是“${layer}”`]),
  ];
  const sizes = `${batch.batchSize} 行，源 ${batch.sourceLength} 个 token，目标 ${batch.targetLength} 个 token`;
  return {
    code: 'non-finite-loss',
    message: {
      zh: `训练在数值上失去稳定：${said.join('，')}（${sizes}）。该步未生效，此前的检查点与所有数据点均已保留。`,
      en: `Training became numerically unstable. ${error.message}. Earlier checkpoints and all points are kept.`,
    },
    advice: adviceAgainstDivergence(configuration, step),
    place: {
      step,
      ...where,
      batch: { rows: batch.batchSize, sourceTokens: batch.sourceLength, targetTokens: batch.targetLength },
    },
  };
}

/** A step whose loss was still finite left a model that no longer answers with numbers. */
function nonFiniteOutputOf(error: NonFiniteOutputError, configuration: RunConfiguration): RunFailure {
  const { step, layer, batch } = error;
  const where = layer === null ? '' : `，最先出错的层是“${layer}”`;
  const sizes = `${batch.batchSize} 行，源 ${batch.sourceLength} 个 token，目标 ${batch.targetLength} 个 token`;
  return {
    code: 'non-finite-loss',
    message: {
      zh: `训练在数值上失去稳定：第 ${step} 步之后的评估中，模型给出的不再是有限的数${where}（${sizes}）。此前的检查点与所有数据点均已保留。`,
      en: `Training became numerically unstable. ${error.message}: this showed when it was evaluated. Earlier checkpoints and all points are kept.`,
    },
    advice: adviceAgainstDivergence(configuration, step + 1),
    place: {
      step,
      ...(layer === null ? {} : { layer }),
      batch: { rows: batch.batchSize, sourceTokens: batch.sourceLength, targetTokens: batch.targetLength },
    },
  };
}

function isOutOfMemory(error: unknown): boolean {
  return (
    error instanceof Error &&
    /out of memory|bad_alloc|allocation failed|could not allocate|failed to allocate/i.test(error.message)
  );
}
