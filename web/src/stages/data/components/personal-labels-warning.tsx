import type { PersonalLabels } from '@greenlight/shared/stages/data/personal-labels.ts';
import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { MaskedLabelsHint } from './masked-labels-hint.tsx';

/** Says before a version is made that labels look like personal data, with masked examples; nothing where none do. */
export function PersonalLabelsWarning({ count, examples }: PersonalLabels) {
  const { t } = useTranslation('privacy');
  if (count === 0) return null;
  return (
    <Alert
      type="warning"
      showIcon
      data-testid="personal-labels"
      title={t('labels.warning', { count })}
      description={
        <>
          <p data-raw className="prose">
            {examples.join(t('labels.between'))}
            {count > examples.length && ' …'}
          </p>
          <MaskedLabelsHint labels={examples} />
          <p>{t('labels.advice')}</p>
        </>
      }
    />
  );
}
