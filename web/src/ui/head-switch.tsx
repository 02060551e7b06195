import { Segmented } from 'antd';
import { useTranslation } from 'react-i18next';

interface Properties {
  /** The further heads by the names of their tasks. */
  readonly heads: readonly string[];
  /** The head that is shown; undefined for the first. */
  readonly shown: string | undefined;
  readonly onShow: (head: string | undefined) => void;
}

/** Chooses which head of a classifier is shown; nothing where there is only one. */
export function HeadSwitch({ heads, shown, onShow }: Properties) {
  const { t } = useTranslation();
  if (heads.length === 0) return null;
  const options = [
    { value: '', label: t('head.first') },
    ...heads.map((name) => ({ value: name, label: <span data-raw>{name}</span> })),
  ];
  return (
    <div className="head-switch" data-testid="head-switch">
      <span id="head-switch-label" className="secondary">
        {t('head.shown')}
      </span>
      <Segmented
        aria-labelledby="head-switch-label"
        options={options}
        value={shown ?? ''}
        onChange={(head) => onShow(head === '' ? undefined : head)}
      />
    </div>
  );
}
