import { useQuery } from '@tanstack/react-query';
import { Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { Count } from '../../../ui/count.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Scrolling } from '../../../ui/scrolling.tsx';
import { datasetComparisonQuery } from '../queries.ts';

interface Properties {
  readonly versionId: string;
  readonly before: string;
}

/** What changed from one version to another: counts and masked examples. */
export function VersionComparison({ versionId, before }: Properties) {
  const { t } = useTranslation('data');
  const { data, error, refetch } = useQuery(datasetComparisonQuery(versionId, before));
  if (!data) return error ? <ErrorNotice error={error} onRetry={() => void refetch()} /> : <Skeleton active />;
  const { samples } = data;
  return (
    <>
      <Scrolling label={t('history.changes')}>
        <table className="plain-table" data-testid="comparison">
          <thead>
            <tr>
              <th scope="col">{t('history.kind')}</th>
              <th scope="col" className="number">
                {t('history.count')}
              </th>
              <th scope="col" className="wide">
                {t('history.samples')}
              </th>
            </tr>
          </thead>
          <tbody>
            {(['kept', 'added', 'removed', 'moved', 'relabelled'] as const).map((kind) => (
              <tr key={kind}>
                <th scope="row">{t(`history.${kind}`)}</th>
                <td className="number">
                  <Count value={data[kind]} />
                </td>
                <td>
                  {kind !== 'kept' && samples[kind].length > 0 && (
                    <ul className="preview" data-raw>
                      {samples[kind].map((text, index) => (
                        // oxlint-disable-next-line react/no-array-index-key -- the same text may come twice
                        <li key={index}>{text}</li>
                      ))}
                    </ul>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolling>
      <p className="secondary">
        {t('history.explanation')} {t('masked')}
      </p>
    </>
  );
}
