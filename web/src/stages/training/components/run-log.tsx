import { Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import type { LogLine } from '../../../api/live-merge.ts';
import { useLanguage } from '../../../i18n/language.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Localized } from '../../../ui/localized.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { formatMoment } from '../../../ui/time.ts';

const TONES = { info: 'secondary', warning: 'mark-unclear', error: 'mark-fail' } as const;

interface Properties {
  readonly lines: readonly LogLine[];
  readonly isActive: boolean;
  /** True until the lines so far are there. */
  readonly isReading: boolean;
}

/** The log of a run, newest first. */
export function RunLog({ lines, isActive, isReading }: Properties) {
  const { t } = useTranslation('training');
  const language = useLanguage();
  return (
    <Panel title={t('log.title')}>
      <div className="log-room" aria-busy={isReading}>
        {isReading ? (
          <Skeleton active title={false} paragraph={{ rows: 6 }} />
        ) : lines.length === 0 ? (
          <EmptyState reason={t(isActive ? 'log.empty' : 'log.none')} />
        ) : (
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must take the focus
          <ol className="log" data-testid="log" aria-label={t('log.title')} tabIndex={0}>
            {lines.map((line) => (
              <li key={line.sequence}>
                <time className="secondary" dateTime={line.at} title={formatMoment(line.at, language)}>
                  {new Date(line.at).toLocaleTimeString('en-GB')}
                </time>{' '}
                <span className={TONES[line.level]}>
                  <Localized text={line.message} />
                </span>
              </li>
            ))}
          </ol>
        )}
      </div>
    </Panel>
  );
}
