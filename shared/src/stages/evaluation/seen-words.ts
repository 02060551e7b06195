import type { Language, LocalizedText } from '../../api/localized-text.ts';
import { seenTexts, type SeenInTraining } from './seen-in-training.ts';

const counted = new Intl.NumberFormat('en');

const WORDS = {
  en: {
    all: (texts: string) =>
      texts === '1' ? 'the one text was also trained on' : `all ${texts} texts were also trained on`,
    some: (seen: string, texts: string) => `${seen} of ${texts} texts ${seen === '1' ? 'was' : 'were'} also trained on`,
    alike: (exact: string) => `${exact} word for word`,
    near: (near: string) => `${near} nearly so`,
    both: (how: readonly string[]) => ` (${how.join(', ')})`,
    unknown: 'data was deleted, and nobody can tell whether these texts were trained on',
    more: '; data was deleted, so that it may be more',
  },
  zh: {
    all: (texts: string) => `全部 ${texts} 条文本都参与过训练`,
    some: (seen: string, texts: string) => `${texts} 条文本中有 ${seen} 条参与过训练`,
    alike: (exact: string) => `${exact} 条完全相同`,
    near: (near: string) => `${near} 条近似`,
    both: (how: readonly string[]) => `（${how.join('，')}）`,
    unknown: '有数据已被删除，无从判断这些文本是否参与过训练',
    more: '；另有数据已被删除，实际可能更多',
  },
} as const;

/** How much of what was measured was learned from, as part of a sentence; empty where none was. */
export function seenInWords(seen: SeenInTraining): LocalizedText & Record<Language, string> {
  return { en: wordsIn('en', seen), zh: wordsIn('zh', seen) };
}

function wordsIn(language: Language, seen: SeenInTraining): string {
  const words = WORDS[language];
  const total = seenTexts(seen);
  const { texts, exact, elsewhere, isDataGone } = seen;
  const near = seen.near ?? 0;
  if (total === 0) return isDataGone ? words.unknown : '';
  const [all, some] = [counted.format(texts), counted.format(total)];
  const alike = exact + elsewhere;
  const how = [
    ...(alike > 0 ? [words.alike(counted.format(alike))] : []),
    ...(near > 0 ? [words.near(counted.format(near))] : []),
  ];
  const told = total === texts ? words.all(all) : words.some(some, all);
  // Nothing is to be told apart where all are alike.
  return told + (near > 0 ? words.both(how) : '') + (isDataGone && total < texts ? words.more : '');
}
