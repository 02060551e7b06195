import type { DataProfile, QualityReason } from './profile.ts';

type Measured = Omit<DataProfile, 'quality'>;

/**
 * What can cost points. A finding costs `points` × its share ÷ `worst`, at most `points`; the score is 100 less all costs, at
 * least 0. So a dataset in which one item in four repeats another loses 25 × 0.25 ÷ 0.5 = 12.5 points.
 */
const RULES: readonly {
  readonly code: QualityReason['code'];
  readonly points: number;
  readonly worst: number;
  readonly share: (profile: Measured) => number;
  readonly zh: (percent: string) => string;
  readonly en: (percent: string) => string;
}[] = [
  {
    code: 'unreadable',
    points: 20,
    worst: 0.1,
    share: ({ unreadable, rows }) => unreadable / rows,
    zh: (percent) => `${percent} 的行无法读取`,
    en: (percent) => `${percent} of the rows cannot be read`,
  },
  {
    code: 'empty',
    points: 10,
    worst: 0.2,
    share: ({ empty, rows }) => empty / rows,
    zh: (percent) => `${percent} 的行没有文本`,
    en: (percent) => `${percent} of the rows have no text`,
  },
  {
    code: 'exact-duplicates',
    points: 25,
    worst: 0.5,
    share: ({ duplicates, items }) => duplicates.exact / items,
    zh: (percent) => `${percent} 的条目与前面的完全相同`,
    en: (percent) => `${percent} of the items repeat an earlier one exactly`,
  },
  {
    code: 'near-duplicates',
    points: 15,
    worst: 0.5,
    share: ({ duplicates, items }) => duplicates.near / items,
    zh: (percent) => `${percent} 的条目与前面的近似重复`,
    en: (percent) => `${percent} of the items nearly repeat an earlier one`,
  },
  {
    code: 'label-conflicts',
    points: 10,
    worst: 0.05,
    share: ({ duplicates, items }) => duplicates.labelConflicts / items,
    zh: (percent) => `${percent} 的条目内容相同而标签不同`,
    en: (percent) => `${percent} of the items have the content of another one and other labels`,
  },
  {
    code: 'personal-data',
    points: 15,
    worst: 0.2,
    share: ({ personalData, items }) => personalData.items / items,
    zh: (percent) => `${percent} 的条目含有个人信息`,
    en: (percent) => `${percent} of the items hold personal data`,
  },
  {
    code: 'personal-labels',
    points: 10,
    worst: 0.2,
    share: ({ labels }) => (labels.different === 0 ? 0 : labels.personal / labels.different),
    zh: (percent) => `${percent} 的标签本身就是个人信息，例如以邮箱命名的文件夹`,
    en: (percent) => `${percent} of the labels are personal data by themselves, such as a folder named by an address`,
  },
  {
    code: 'imbalance',
    points: 10,
    worst: 1,
    share: ({ labels }) => (labels.balance === null ? 0 : 1 - labels.balance),
    zh: (percent) => `标签分布不均（偏离均衡 ${percent}）`,
    en: (percent) => `The labels are unevenly spread (${percent} away from even)`,
  },
  {
    code: 'very-short',
    points: 10,
    worst: 0.5,
    share: ({ characters, lengthBars, items, images }) =>
      images !== null || (characters.p05 ?? 9) >= 3
        ? 0
        : lengthBars.filter(({ to }) => to <= 3).reduce((sum, { count }) => sum + count, 0) / items,
    zh: (percent) => `${percent} 的条目不足 3 个字符`,
    en: (percent) => `${percent} of the items have fewer than 3 characters`,
  },
  {
    code: 'few-items',
    points: 20,
    worst: 1,
    share: ({ items }) => Math.max(0, 1 - items / 1000),
    zh: () => '条目少于 1,000，结论不稳',
    en: () => 'With fewer than 1,000 items, conclusions are unsteady',
  },
];

/** The quality of a dataset, 0 to 100, with what costs points, the dearest first. */
export function qualityOf(profile: Measured): DataProfile['quality'] {
  if (profile.items === 0) {
    const [zh, en] = ['没有可用的条目', 'There are no usable items'];
    return { score: 0, reasons: [{ code: 'few-items', points: 100, zh, en }] };
  }
  const reasons = RULES.map(({ code, points, worst, share, zh, en }) => {
    const value = share(profile);
    const cost = Math.round(Math.min(1, value / worst) * points * 10) / 10;
    const percent = `${(value * 100).toFixed(value < 0.1 ? 1 : 0)} %`;
    return { code, points: cost, zh: zh(percent), en: en(percent) };
  })
    .filter(({ points }) => points > 0)
    .sort((first, second) => second.points - first.points);
  const cost = reasons.reduce((sum, { points }) => sum + points, 0);
  return { score: Math.max(0, Math.round((100 - cost) * 10) / 10), reasons };
}
