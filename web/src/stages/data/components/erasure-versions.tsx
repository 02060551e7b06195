import type { Erasure } from '@greenlight/shared/stages/data/erasure/erasure-contract.ts';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Count } from '../../../ui/count.tsx';
import { Localized } from '../../../ui/localized.tsx';
import { Scrolling } from '../../../ui/scrolling.tsx';
import { NOTHING } from '../../../ui/nothing.ts';

interface Properties {
  readonly projectId: string;
  readonly versions: Erasure['versions'];
}

/** Where the person was found, with masked examples, and what became of each version. */
export function ErasureVersions({ projectId, versions }: Properties) {
  const { t } = useTranslation('privacy');
  // The examples are forgotten once the erasure has ended.
  const hasSamples = versions.some(({ samples }) => samples.length > 0);
  return (
    <Scrolling label={t('erase.found')}>
      <table className="plain-table" data-testid="erasure-versions">
        <thead>
          <tr>
            <th scope="col">{t('certificate.field.version')}</th>
            <th scope="col" className="number">
              {t('erase.found')}
            </th>
            {hasSamples && (
              <th scope="col" className="wide">
                {t('erase.samples')}
              </th>
            )}
            <th scope="col">{t('erase.outcome')}</th>
          </tr>
        </thead>
        <tbody>
          {versions.map((one) => (
            <tr key={one.datasetVersionId}>
              <th scope="row">
                <Link to="/projects/$projectId/data" params={{ projectId }} search={{ version: one.datasetVersionId }}>
                  <Localized text={one.datasetName} /> v{one.version}
                </Link>
              </th>
              <td className="number">
                <Count value={one.found} /> / <Count value={one.items} />
              </td>
              {hasSamples && (
                <td>
                  <ul className="preview" data-raw>
                    {one.samples.map((text, index) => (
                      // oxlint-disable-next-line react/no-array-index-key -- the same text may come twice
                      <li key={index}>{text}</li>
                    ))}
                  </ul>
                </td>
              )}
              <td>
                {one.isHeld && !one.isErased && t('erase.held')}
                {one.isErased &&
                  (one.successorId === null ? (
                    t('erase.nothingLeft')
                  ) : (
                    <Link to="/projects/$projectId/data" params={{ projectId }} search={{ version: one.successorId }}>
                      {t('erase.successor')}
                    </Link>
                  ))}
                {!one.isErased && !one.isHeld && NOTHING}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}
