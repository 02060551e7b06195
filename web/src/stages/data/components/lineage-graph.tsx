import type { DatasetLineage } from '@greenlight/shared/stages/data/lineage-contract.ts';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Count } from '../../../ui/count.tsx';
import { Localized } from '../../../ui/localized.tsx';
import { Scrolling } from '../../../ui/scrolling.tsx';
import { lineageLayers } from '../lineage-layers.ts';

interface Properties {
  readonly projectId: string;
  readonly lineage: DatasetLineage;
  readonly shown: string;
}

/** Versions from left to right in the order in which they were made of one another, with the runs that used each. */
export function LineageGraph({ projectId, lineage, shown }: Properties) {
  const { t } = useTranslation(['data', 'preparation', 'privacy']);
  const nameOf = new Map(lineage.versions.map((version) => [version.id, version]));
  return (
    <Scrolling label={t('history.graph')}>
      <ol className="lineage" data-testid="lineage">
        {lineageLayers(lineage).map((layer) => (
          <li key={layer[0]!.id}>
            {layer.map(({ id, datasetName, version, items }) => {
              const runs = lineage.runs.filter(({ datasetVersionId }) => datasetVersionId === id);
              const origins = lineage.preparations.filter(({ from, to }) => to === id && from !== id);
              const erasedFrom = lineage.erasures.filter(({ from, to }) => to === id && from !== id);
              return (
                <div className="lineage-version" key={id} aria-current={id === shown}>
                  {origins.map(({ jobId, from, steps }) => (
                    <p className="secondary" key={jobId}>
                      ← v{nameOf.get(from)?.version}
                      {' · '}
                      <Link to="/projects/$projectId/data/prepare" params={{ projectId }} search={{ from, job: jobId }}>
                        {t('history.preparedBy', { count: steps.length })}
                      </Link>
                    </p>
                  ))}
                  {erasedFrom.map(({ erasureId, from }) => (
                    <p className="secondary" key={erasureId}>
                      ← v{nameOf.get(from)?.version}
                      {' · '}
                      <Link
                        to="/projects/$projectId/data/erasures"
                        params={{ projectId }}
                        search={{ erasure: erasureId }}
                      >
                        {t('privacy:erase.edge')}
                      </Link>
                    </p>
                  ))}
                  <p>
                    <Link to="/projects/$projectId/data/history" params={{ projectId }} search={{ version: id }}>
                      <Localized text={datasetName} /> v{version}
                    </Link>
                  </p>
                  <p className="secondary">
                    {t('items')}: <Count value={items} />
                  </p>
                  {runs.length > 0 && (
                    <p className="secondary">
                      {t('history.runs')}:{' '}
                      {runs.map(({ id: runId, number }) => (
                        <Link
                          key={runId}
                          to="/projects/$projectId/training/runs/$runId"
                          params={{ projectId, runId }}
                          className="lineage-run"
                        >
                          #{number}
                        </Link>
                      ))}
                    </p>
                  )}
                </div>
              );
            })}
          </li>
        ))}
      </ol>
    </Scrolling>
  );
}
