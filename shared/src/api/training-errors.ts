import type { ErrorEntry } from './data-errors.ts';

/** Errors that training, its runs and its sweeps answer with. */
export const TRAINING_ERRORS = {
  'run-not-active': {
    status: 409,
    en: 'The run has already ended, so it cannot be changed. Its results are kept.',
    zh: '训练运行已结束，无法再更改；其结果已保留。',
  },
  'sweep-not-active': {
    status: 409,
    en: 'All runs of this sweep have ended, so there is nothing to stop. Their results are kept.',
    zh: '该超参搜索的所有运行均已结束，没有可停止的运行；其结果已保留。',
  },
  'no-checkpoint': {
    status: 409,
    en: 'The run has no checkpoint yet. Wait until the first one is saved.',
    zh: '该运行还没有检查点，请等待第一个检查点保存后再试。',
  },
  'writes-no-text': {
    status: 409,
    en: 'This run trains a classifier, which writes no text. Ask it for labels instead.',
    zh: '该运行训练的是分类模型，不能续写文本。请改为让它给文本分类。',
  },
  'gives-no-labels': {
    status: 409,
    en: 'This run trains a text generator, which gives no labels. Ask it to continue a text instead.',
    zh: '该运行训练的是文本生成模型，不会给出标签。请改为让它续写文本。',
  },
  'invalid-configuration': {
    status: 422,
    en: 'This configuration cannot be trained. The details say which setting and why.',
    zh: '该配置无法训练；详情说明了是哪一项以及原因。',
  },
  'combinations-refused': {
    status: 422,
    en: 'Not every combination of this sweep can be trained, so none was started. The details name each of those with its values and why; change the values, or the settings that all have in common.',
    zh: '该超参搜索中有些组合无法训练，因此没有启动任何运行。详情列出了这些组合的取值及原因；请修改取值，或修改所有运行共用的设置。',
  },
} as const satisfies Record<string, ErrorEntry>;
