import { useId, type ReactNode } from 'react';

interface Properties {
  readonly title: ReactNode;
  readonly extra?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A titled part of a page. */
export function Panel({ title, extra, className = '', children }: Properties) {
  const titleId = useId();
  return (
    <section className={`panel ${className}`} aria-labelledby={titleId}>
      <div className="panel-header">
        <h2 id={titleId}>{title}</h2>
        {extra}
      </div>
      {children}
    </section>
  );
}
