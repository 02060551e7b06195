import { DeviceUnavailableError } from '../runtime/device-error.ts';
import { CheckpointError, NonFiniteLossError } from '../training/errors.ts';
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

/** What the page says about an error: code, what happened and was kept, what to try. Never a stack. */
export function runFailureOf(error: unknown): RunFailure {
  if (error instanceof NonFiniteLossError) {
    return {
      code: 'non-finite-loss',
      message: {
        zh: `训练在数值上失去稳定：第 ${error.step} 步的损失为 ${error.loss}${error.parameter === null ? '' : `，最先出错的参数梯度是 ${error.parameter}`}（批次 ${error.batch.batchSize} 行）。该步未生效，最后的检查点与所有数据点均已保留。`,
        en: `Training became numerically unstable. ${error.message}. The last checkpoint and all points are kept.`,
      },
      advice: {
        zh: '请降低学习率、增加预热步数，或把梯度裁剪范数设为 1，然后重新开始一次训练。',
        en: 'Lower the learning rate, add warm-up steps, or set a gradient clipping norm of 1, and start a new run.',
      },
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

function isOutOfMemory(error: unknown): boolean {
  return (
    error instanceof Error &&
    /out of memory|bad_alloc|allocation failed|could not allocate|failed to allocate/i.test(error.message)
  );
}
