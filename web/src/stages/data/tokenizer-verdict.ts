import type { TokenizedSplit } from '@greenlight/shared/stages/data/tokenizer-job.ts';
import { coverageOf, itemsBeyond, judgedSplit, tokensPerWord } from '@greenlight/shared/stages/data/tokenizer-rules.ts';
import type { TFunction } from 'i18next';
import { exactShare } from './tokenizer-numbers.ts';

/** Below it, words that models cannot read are more than an exception. */
const GOOD_COVERAGE = 0.99;
const MOST_CUT = 0.05;

/** What a tokenizer's numbers come to, for texts to come and a context of so many tokens. */
export function tokenizerVerdict(
  splits: readonly TokenizedSplit[],
  contextLength: number,
  t: TFunction<'tokenizers'>,
): { readonly isGood: boolean; readonly sentence: string } {
  const judged = judgedSplit(splits);
  if (judged === undefined) return { isGood: false, sentence: t('report.nothing') };
  const coverage = coverageOf(judged) ?? 1;
  const cut = itemsBeyond(judged, contextLength) / judged.items;
  const facts = {
    split: t(`report.of.${judged.split}`),
    coverage: exactShare(coverage),
    perWord: (tokensPerWord(judged) ?? 0).toFixed(2),
    cut: exactShare(cut),
    length: contextLength,
  };
  const covers = coverage >= GOOD_COVERAGE ? t('report.covers', facts) : t('report.lacks', facts);
  const fits = cut === 0 ? t('report.fits', facts) : t('report.cuts', facts);
  return { isGood: coverage >= GOOD_COVERAGE && cut <= MOST_CUT, sentence: `${covers}${t('report.joint')}${fits}` };
}
