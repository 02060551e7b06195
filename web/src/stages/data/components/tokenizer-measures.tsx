import type { TokenizedSplit } from '@greenlight/shared/stages/data/tokenizer-job.ts';
import {
  coverageOf,
  itemsBeyond,
  tokensPerCharacter,
  tokensPerWord,
  unknownRateOf,
} from '@greenlight/shared/stages/data/tokenizer-rules.ts';
import { useTranslation } from 'react-i18next';
import { formatExactCount, formatNumber } from '../../../ui/numbers.ts';
import { Scrolling } from '../../../ui/scrolling.tsx';
import { exactShare } from '../tokenizer-verdict.ts';

interface Properties {
  readonly splits: readonly TokenizedSplit[];
  readonly size: number;
  readonly contextLength: number;
}

const shareOf = (share: number | null) => (share === null ? '–' : exactShare(share));
const ratioOf = (ratio: number | null) => (ratio === null ? '–' : formatNumber(ratio));

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
  return (
    <Scrolling label={t('measure.title')}>
      <table className="plain-table" data-testid="tokenizer-measures">
        <thead>
          <tr>
            <th scope="col">{t('measure.title')}</th>
            {splits.map(({ split }) => (
              <th scope="col" className="number" key={split}>
                {t(`common:split.${split}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {splits.map((split) => (
                <td className="number" key={split.split}>
                  {value(split)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}
