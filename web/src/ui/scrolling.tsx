import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** Holds a table that may be wider than the page: it scrolls inside, by keyboard too. */
export function Scrolling({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  const { t } = useTranslation();
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must take the focus
    <div className="scrolling" role="region" aria-label={t('tableRows', { label })} tabIndex={0}>
      {children}
    </div>
  );
}
