import type { MetricDefinition } from './metric-definition.ts';

/** Numbers about items with any number of labels, and about predicted numbers. */
export const LABELLED_METRICS = [
  {
    id: 'subset-accuracy',
    kind: 'quality',
    better: 'higher',
    unit: '',
    range: [0, 1],
    name: { en: 'Exact match', zh: '完全匹配率' },
    explanation: {
      en: 'Share of items for which every single label is right: none missing, none too many.',
      zh: '所有标签全部正确（不缺、不多）的样本占比。',
    },
    problemTypes: ['text-classification', 'image-classification', 'other'],
    minimumItems: 100,
  },
  {
    id: 'hamming-loss',
    kind: 'quality',
    better: 'lower',
    unit: '',
    range: [0, 1],
    name: { en: 'Hamming loss', zh: '汉明损失' },
    explanation: {
      en: 'Share of all decisions, one for each item and label, that are wrong.',
      zh: '在“样本 × 标签”的全部判断中，判断错误的占比。',
    },
    problemTypes: ['text-classification', 'image-classification', 'other'],
    minimumItems: 100,
  },
  {
    id: 'mean-squared-error',
    kind: 'quality',
    better: 'lower',
    unit: '',
    range: [0, null],
    name: { en: 'Mean squared error', zh: '均方误差' },
    explanation: {
      en: 'Mean of the squared differences between predicted and true number; large errors weigh most.',
      zh: '预测值与真实值之差的平方的平均，大误差权重更高。',
    },
    problemTypes: ['text-classification', 'recommendation', 'other'],
    minimumItems: 100,
  },
  {
    id: 'mean-absolute-error',
    kind: 'quality',
    better: 'lower',
    unit: '',
    range: [0, null],
    name: { en: 'Mean absolute error', zh: '平均绝对误差' },
    explanation: {
      en: 'Mean distance between predicted and true number, in the unit of the number itself.',
      zh: '预测值与真实值之间的平均距离，单位与数值本身相同。',
    },
    problemTypes: ['text-classification', 'recommendation', 'other'],
    minimumItems: 100,
  },
  {
    id: 'r-squared',
    kind: 'quality',
    better: 'higher',
    unit: '',
    range: [null, 1],
    name: { en: 'R²', zh: '决定系数 R²' },
    explanation: {
      en: 'Share of the variance of the true numbers that the predictions explain; 0 is as good as always saying the mean.',
      zh: '预测所解释的真实值方差的占比；0 相当于总是预测平均值。',
    },
    problemTypes: ['text-classification', 'recommendation', 'other'],
    minimumItems: 100,
  },
] as const satisfies readonly MetricDefinition[];
