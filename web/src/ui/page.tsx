import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface Properties {
  readonly title: ReactNode;
  /** The title of the browser's tab, where the title is not plain text. */
  readonly documentTitle: string;
  /** The state beside the title. */
  readonly state?: ReactNode;
  /** The one primary action, at the right. */
  readonly action?: ReactNode;
  /** One sentence that says the verdict in words. */
  readonly verdict?: ReactNode;
  readonly children: ReactNode;
}

/** A page: title line with state and action, one sentence with the verdict, then the content. */
export function Page({ title, documentTitle, state, action, verdict, children }: Properties) {
  const { t } = useTranslation();
  const product = t('product');
  useEffect(() => {
    document.title = `${documentTitle} · ${product}`;
  }, [documentTitle, product]);
  return (
    <div className="page">
      <header className="page-header">
        <div className="page-title">
          <h1>{title}</h1>
          {state}
        </div>
        {action && <div className="page-action">{action}</div>}
      </header>
      {verdict && <p className="page-verdict">{verdict}</p>}
      {children}
    </div>
  );
}
