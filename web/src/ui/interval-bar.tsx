import type { CriterionVerdict } from '@greenlight/shared/stages/evaluation/contract.ts';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../i18n/language.ts';
import { measuredText, measureName, operatorSign, thresholdText } from './criterion-text.ts';

const WIDTH = 160;
const HEIGHT = 20;
const MARGIN = 6;

/** The drawn range: threshold and interval with a quarter of their spread around them. */
function rangeOf(numbers: readonly number[]): readonly [number, number] {
  const low = Math.min(...numbers);
  const high = Math.max(...numbers);
  const spread = high - low || Math.abs(high) || 1;
  return [low - spread / 4, high + spread / 4];
}

/** The 95 % interval of a criterion's value as a bar against its threshold; the accepted side is shaded. */
export function IntervalBar({ verdict }: { readonly verdict: CriterionVerdict }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { criterion, value } = verdict;
  if (!value || value.value === null) return null;
  const low = value.low ?? value.value;
  const high = value.high ?? value.value;
  const [from, to] = rangeOf([low, high, value.value, criterion.threshold]);
  const place = (number: number) => MARGIN + ((number - from) / (to - from)) * (WIDTH - 2 * MARGIN);
  const threshold = place(criterion.threshold);
  const isAbove = criterion.operator === '>=';
  const label = t('criterion.barLabel', {
    metric: measureName(criterion, language),
    value: measuredText(verdict, t),
    operator: operatorSign(criterion),
    threshold: thresholdText(criterion),
    verdict: t(`verdict.${verdict.verdict}`),
  });
  return (
    <svg
      className={`interval-bar interval-bar-${verdict.verdict}`}
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={label}
    >
      <title>{label}</title>
      <rect
        className="accepted"
        x={isAbove ? threshold : 0}
        y={0}
        width={isAbove ? WIDTH - threshold : threshold}
        height={HEIGHT}
      />
      <line className="interval" x1={place(low)} x2={place(high)} y1={HEIGHT / 2} y2={HEIGHT / 2} />
      <circle className="estimate" cx={place(value.value)} cy={HEIGHT / 2} r={4} />
      <line className="threshold" x1={threshold} x2={threshold} y1={0} y2={HEIGHT} />
    </svg>
  );
}
