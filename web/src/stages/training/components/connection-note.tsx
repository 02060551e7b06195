import { useTranslation } from 'react-i18next';
import type { LiveStatus } from '../../../api/live.ts';
import { formatAgo } from '../../../ui/time.ts';
import { useNow } from '../../../ui/use-now.ts';

/** How the page is connected to the run, and when its last point came. */
export function ConnectionNote({ live, isActive }: { readonly live: LiveStatus; readonly isActive: boolean }) {
  const { t } = useTranslation('training');
  const { t: common } = useTranslation();
  const now = useNow(1_000);
  if (!isActive || live.connection === 'closed') return null;
  return (
    <span className="secondary" data-connection={live.connection}>
      {t(`run.${live.connection}`)}
      {live.latestPoint && ` · ${t('run.lastPoint', { ago: formatAgo(live.latestPoint.at, now, common) })}`}
    </span>
  );
}
