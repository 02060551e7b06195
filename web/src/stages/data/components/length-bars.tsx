import type { DataProfile } from '@greenlight/shared/stages/data/preparation/profile.ts';
import { useTranslation } from 'react-i18next';
import { formatExactCount } from '../../../ui/numbers.ts';
import { Scrolling } from '../../../ui/scrolling.tsx';

const HEIGHT = 100;
const BAR_WIDTH = 10;
const GAP = 1;

/** How many items have which length: bars from zero, and the numbers behind them as a table. */
export function LengthBars({ bars }: { readonly bars: DataProfile['lengthBars'] }) {
  const { t } = useTranslation('preparation');
  const highest = Math.max(1, ...bars.map(({ count }) => count));
  const [first, last] = [bars[0], bars.at(-1)];
  if (first === undefined || last === undefined) return null;
  return (
    <>
      <h3>{t('result.lengths')}</h3>
      <svg
        className="length-bars"
        viewBox={`0 0 ${bars.length * BAR_WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t('result.lengths')}
      >
        {bars.map(({ from, to, count }, index) => (
          <rect
            key={from}
            x={index * BAR_WIDTH}
            width={BAR_WIDTH - GAP}
            y={HEIGHT - (count / highest) * HEIGHT}
            height={(count / highest) * HEIGHT}
          >
            <title>{t('result.lengthBar', { from, to, count, items: formatExactCount(count) })}</title>
          </rect>
        ))}
      </svg>
      <p className="length-ends secondary figures">
        <span>{first.from}</span>
        <span>{t('result.lengthRange')}</span>
        <span>{last.to}</span>
      </p>
      <details>
        <summary>{t('result.lengthTable')}</summary>
        <Scrolling label={t('result.lengths')}>
          <table className="plain-table">
            <thead>
              <tr>
                <th scope="col">{t('result.lengthRange')}</th>
                <th scope="col" className="number">
                  {t('result.items')}
                </th>
              </tr>
            </thead>
            <tbody>
              {bars.map(({ from, to, count }) => (
                <tr key={from}>
                  <th scope="row">
                    {from}–{to}
                  </th>
                  <td className="number">{formatExactCount(count)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolling>
      </details>
    </>
  );
}
