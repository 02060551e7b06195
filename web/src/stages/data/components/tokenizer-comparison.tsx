import type { MeasuredTokenizer } from '@greenlight/shared/stages/data/tokenizer-contract.ts';
import type { TokenizedSplit } from '@greenlight/shared/stages/data/tokenizer-job.ts';
import {
  coverageOf,
  itemsBeyond,
  judgedSplit,
  tokensPerCharacter,
  tokensPerWord,
  unknownRateOf,
} from '@greenlight/shared/stages/data/tokenizer-rules.ts';
import { useQuery } from '@tanstack/react-query';
import { Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { formatExactCount } from '../../../ui/numbers.ts';
import { tokenizerComparisonQuery, tokenizerQuery } from '../queries.ts';
import { exactShare, ratioOf, shareOf } from '../tokenizer-numbers.ts';
import { useTokenizerName } from '../use-tokenizer-name.ts';
import { MeasuresTable } from './measures-table.tsx';

interface Properties {
  readonly before: string;
  readonly after: MeasuredTokenizer;
  readonly contextLength: number;
}

/** Two tokenizers of a version beside each other, on the split that says most about texts to come. */
export function TokenizerComparison({ before, after, contextLength }: Properties) {
  const { t } = useTranslation('tokenizers');
  const nameOf = useTokenizerName();
  const other = useQuery(tokenizerQuery(before));
  const shared = useQuery(tokenizerComparisonQuery(after.id, before));
  const error = other.error ?? shared.error;
  if (!other.data || !shared.data) {
    const retry = () => void Promise.all([other.refetch(), shared.refetch()]);
    return error ? <ErrorNotice error={error} onRetry={retry} /> : <Skeleton active />;
  }
  const columns = [other.data, after].flatMap((tokenizer) => {
    const split = judgedSplit(tokenizer.splits);
    return split === undefined ? [] : [{ ...split, key: tokenizer.id, name: nameOf(tokenizer), size: tokenizer.size }];
  });
  const rows: readonly (readonly [string, (split: TokenizedSplit & { readonly size: number }) => string])[] = [
    [t('report.size'), ({ size }) => formatExactCount(size)],
    [t('measure.coverage'), (split) => shareOf(coverageOf(split))],
    [t('measure.unknown'), (split) => shareOf(unknownRateOf(split))],
    [t('measure.perCharacter'), (split) => ratioOf(tokensPerCharacter(split))],
    [t('measure.perWord'), (split) => ratioOf(tokensPerWord(split))],
    [t('measure.p95'), ({ lengths }) => formatExactCount(lengths.p95)],
    [
      t('measure.beyond', { length: contextLength }),
      (split) => exactShare(itemsBeyond(split, contextLength) / split.items),
    ],
    [t('measure.used'), ({ distinctTokens, size }) => shareOf(distinctTokens / size)],
  ];
  return (
    <>
      <p>
        {t('compare.shared', {
          shared: formatExactCount(shared.data.shared),
          before: formatExactCount(shared.data.onlyBefore),
          after: formatExactCount(shared.data.onlyAfter),
        })}
      </p>
      <MeasuresTable label={t('compare.title')} testId="tokenizer-comparison" columns={columns} rows={rows} />
    </>
  );
}
