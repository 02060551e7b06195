import type { AuditBreak, AuditEvent } from '@greenlight/shared/across/governance/audit-contract.ts';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../../i18n/language.ts';
import { Scrolling } from '../../../ui/scrolling.tsx';
import { formatExactCount } from '../../../ui/numbers.ts';
import { formatMoment } from '../../../ui/time.ts';
import { PersonName } from '../../../ui/person-name.tsx';

interface Properties {
  readonly events: readonly AuditEvent[];
  readonly broken: AuditBreak | null;
}

const COLUMNS = ['sequence', 'at', 'actor', 'action', 'target', 'details', 'hash'] as const;

/** More than this is shown on demand: one approved requirement would fill a screen. */
const LONGEST_SHOWN = 160;

function Details({ details }: { readonly details: AuditEvent['details'] }) {
  const { t } = useTranslation('audit');
  const text = JSON.stringify(details);
  if (text.length <= LONGEST_SHOWN) return <code className="audit-details">{text}</code>;
  return (
    <details className="audit-details">
      <summary>
        <code>{text.slice(0, LONGEST_SHOWN / 2)}…</code>{' '}
        {t('detailsWhole', { characters: formatExactCount(text.length) })}
      </summary>
      <code>{text}</code>
    </details>
  );
}

/** Lines of the audit log; the first one that does not fit is marked. */
export function AuditTable({ events, broken }: Properties) {
  const { t } = useTranslation('audit');
  const language = useLanguage();
  return (
    <Scrolling label={t('title')}>
      <table className="plain-table audit-table stacked-on-phones">
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <th scope="col" key={column}>
                {t(`column.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {events.map((event) => (
            <tr key={event.sequence} data-testid="audit-event">
              <td data-label={t('column.sequence')} className="number">
                {event.sequence}
                {broken?.sequence === event.sequence && <strong className="audit-broken">▲ {t('brokenHere')}</strong>}
              </td>
              <td data-label={t('column.at')}>
                <time dateTime={event.at}>{formatMoment(event.at, language)}</time>
              </td>
              <td data-label={t('column.actor')}>
                <PersonName actor={event.actor} isAddressShown />
              </td>
              <td data-label={t('column.action')}>
                <code>{event.action}</code>
              </td>
              <td data-label={t('column.target')}>
                <code>{event.target}</code>
              </td>
              <td data-label={t('column.details')}>
                <Details details={event.details} />
              </td>
              <td data-label={t('column.hash')}>
                <code title={t('hashes', { hash: event.hash, previousHash: event.previousHash })}>
                  {event.hash.slice(0, 12)}
                </code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}
