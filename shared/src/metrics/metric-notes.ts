/** What may have to be said beside a number, each with one figure. */
type MetricNoteCode =
  | 'histogram-bound'
  | 'undefined-classes'
  | 'classes-averaged'
  | 'binned-interval'
  | 'few-groups'
  | 'rare-classes'
  | 'calibration-by-chance'
  | 'widened-interval'
  | 'no-spread'
  | 'no-spread-no-bound'
  | 'too-large-for-interval';

const FEWEST_GROUPS = 10;

/** A figure with what it counts. */
const counted = (figure: string, one: string, several: string): string => `${figure} ${figure === '1' ? one : several}`;

const TEXTS: Record<MetricNoteCode, { en: (figure: string) => string; zh: (figure: string) => string }> = {
  'histogram-bound': {
    en: (figure) => `computed from a histogram; differs from the exact value by at most ${figure}`,
    zh: (figure) => `由直方图计算，与精确值相差不超过 ${figure}`,
  },
  'undefined-classes': {
    en: (figure) => `undefined for ${counted(figure, 'class, which counts', 'classes, which count')} as 0`,
    zh: (figure) => `有 ${figure} 个类别无定义，按 0 计入`,
  },
  'classes-averaged': {
    en: (figure) => `averaged over the ${counted(figure, 'class that has', 'classes that have')} both outcomes`,
    zh: (figure) => `对同时具有正例和反例的 ${figure} 个类别取平均`,
  },
  'binned-interval': {
    en: (figure) =>
      `the interval comes from binned scores; a resampled value is off by at most ${figure} and typically far less`,
    zh: (figure) => `区间由分箱后的得分计算，单次重采样的误差不超过 ${figure}，通常远小于此`,
  },
  'few-groups': {
    en: (figure) =>
      `the interval rests on only ${counted(figure, 'independent text or item', 'independent texts or items')}`,
    zh: (figure) => `区间仅基于 ${figure} 个独立的文本或样本`,
  },
  'rare-classes': {
    en: (figure) =>
      `the rarest class that is averaged has only ${counted(figure, 'item', 'items')}; with fewer than ten the true value lies outside such an interval more often than one time in twenty`,
    zh: (figure) => `参与平均的类别中最少的仅有 ${figure} 个样本；不足十个时，真实值落在区间之外的可能性高于二十分之一`,
  },
  'calibration-by-chance': {
    en: (figure) => `by sampling alone, even a perfectly calibrated model would show about ${figure}`,
    zh: (figure) => `仅因抽样，即使完美校准的模型也会得到约 ${figure}`,
  },
  'widened-interval': {
    en: (figure) => `the resampled interval lay ${figure} away from the number and was widened to it`,
    zh: (figure) => `重采样区间与数值相距 ${figure}，已扩展至包含该数值`,
  },
  'no-spread': {
    en: (figure) =>
      `resampling ${figure} texts or items shows no spread, which is no certainty: the interval says what so many can rule out (Wilson)`,
    zh: (figure) =>
      `对 ${figure} 个文本或样本重采样未见任何差异，但这不等于没有误差：区间为这一数量所能排除的范围（Wilson 法）`,
  },
  'no-spread-no-bound': {
    en: (figure) =>
      `no interval: resampling ${figure} texts or items shows no spread, and nothing bounds what others would give`,
    zh: (figure) => `无区间：对 ${figure} 个文本或样本重采样未见任何差异，而该数值没有上下限，无法推断其他样本的结果`,
  },
  'too-large-for-interval': {
    en: (figure) => `no interval: ${figure} pairs of items and classes are too many to resample`,
    zh: (figure) => `无区间：${figure} 个样本与类别的组合过多，无法重采样`,
  },
};

/** One note as stored: its code and figure. */
export function metricNote(code: MetricNoteCode, figure: number): string {
  return `${code}=${Number(figure.toPrecision(3))}`;
}

/** The note that few groups deserve, or none. */
export function fewGroupsNote(groupCount: number): string[] {
  return groupCount < FEWEST_GROUPS ? [`few-groups=${groupCount}`] : [];
}

/** The note that classes without a defined ratio deserve, or none. */
export function undefinedNote(classes: number): string[] {
  return classes === 0 ? [] : [metricNote('undefined-classes', classes)];
}

/** The note that an interval of a mean over classes deserves where the rarest of them has few items, or none. */
export function rareClassNote(fewestItems: number): string[] {
  return fewestItems < FEWEST_GROUPS ? [metricNote('rare-classes', fewestItems)] : [];
}

/** Several notes as stored; null without any. */
export function joinedNotes(notes: readonly string[]): string | null {
  return notes.length === 0 ? null : notes.join(';');
}

/** A stored note in the reader's language; parts with an unknown code are shown as they are. */
export function describeMetricNote(note: string, language: 'en' | 'zh'): string {
  return note
    .split(';')
    .map((part) => {
      const [code, figure] = part.split('=');
      const texts = Object.hasOwn(TEXTS, code!) ? TEXTS[code as MetricNoteCode] : undefined;
      return texts === undefined || figure === undefined ? part : texts[language](figure);
    })
    .join(language === 'zh' ? '；' : '; ');
}
