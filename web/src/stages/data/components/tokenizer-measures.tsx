import type { TokenizedSplit } from '@greenlight/shared/stages/data/tokenizer-job.ts';
import {
  coverageOf,
  itemsBeyond,
  tokensPerCharacter,
  tokensPerWord,
  unknownRateOf,
} from '@greenlight/shared/stages/data/tokenizer-rules.ts';
import { useTranslation } from 'react-i18next';
import { formatExactCount } from '../../../ui/numbers.ts';
import { exactShare, ratioOf, shareOf } from '../tokenizer-numbers.ts';
import { MeasuresTable } from './measures-table.tsx';

interface Properties {
  readonly splits: readonly TokenizedSplit[];
  readonly size: number;
  readonly contextLength: number;
}

/** What a tokenizer makes of each split, number by number. */
export function TokenizerMeasures({ splits, size, contextLength }: Properties) {
  const { t } = useTranslation(['tokenizers', 'common']);
  const rows: readonly (readonly [name: string, value: (split: TokenizedSplit) => string])[] = [
    [t('measure.coverage'), (split) => shareOf(coverageOf(split))],
    [t('measure.unknown'), (split) => shareOf(unknownRateOf(split))],
    [t('measure.itemsWithUnknown'), ({ itemsWithUnknown }) => formatExactCount(itemsWithUnknown)],
    [t('measure.perCharacter'), (split) => ratioOf(tokensPerCharacter(split))],
    [t('measure.perWord'), (split) => ratioOf(tokensPerWord(split))],
    [t('measure.used'), ({ distinctTokens }) => shareOf(distinctTokens / size)],
    ...(['p50', 'p90', 'p95', 'p99', 'longest'] as const).map(
      (name) => [t(`measure.${name}`), ({ lengths }: TokenizedSplit) => formatExactCount(lengths[name])] as const,
    ),
    [
      t('measure.beyond', { length: contextLength }),
      (split) => {
        const items = itemsBeyond(split, contextLength);
        return `${formatExactCount(items)} (${exactShare(items / split.items)})`;
      },
    ],
    [t('measure.items'), ({ items }) => formatExactCount(items)],
    [t('measure.tokens'), ({ tokens }) => formatExactCount(tokens)],
  ];
  const columns = splits.map((split) => ({ ...split, key: split.split, name: t(`common:split.${split.split}`) }));
  return <MeasuresTable label={t('measure.title')} testId="tokenizer-measures" columns={columns} rows={rows} />;
}
