import { useTranslation } from 'react-i18next';
import { useLanguage } from '../i18n/language.ts';
import { formatAgo, formatMoment } from './time.ts';
import { useNow } from './use-now.ts';

/** A moment as "2 h ago", with the exact time on hover. */
export function Ago({ moment, everyMs = 10_000 }: { readonly moment: string; readonly everyMs?: number }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow(everyMs);
  return (
    <time dateTime={moment} title={formatMoment(moment, language)}>
      {formatAgo(moment, Math.max(now, Date.parse(moment)), t)}
    </time>
  );
}
