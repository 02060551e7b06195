import type { Standing } from '@greenlight/shared/stages/selection/must-standing.ts';
import { useTranslation } from 'react-i18next';

const SHAPES: Record<Standing, { shape: string; tone: string }> = {
  meets: { shape: '●', tone: 'pass' },
  misses: { shape: '▲', tone: 'fail' },
  doubtful: { shape: '◐', tone: 'unclear' },
  unknown: { shape: '○', tone: 'none' },
};

/** How a score stands against its acceptance criterion, as shape, colour and words. */
export function StandingMark({ standing, level }: { readonly standing: Standing; readonly level: 'must' | 'should' }) {
  const { t } = useTranslation('selection');
  const { shape, tone } = SHAPES[standing];
  const isRuledOut = standing === 'misses' && level === 'must';
  return (
    <span className={`mark mark-${tone}`}>
      <span aria-hidden="true">{shape}</span> {t(isRuledOut ? 'standing.rulesOut' : `standing.${standing}`)}
    </span>
  );
}
