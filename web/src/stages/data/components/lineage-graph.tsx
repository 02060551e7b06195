import type { DatasetLineage } from '@greenlight/shared/stages/data/lineage-contract.ts';
import { ENCODING_NAMES } from '@greenlight/shared/stages/data/preparation/reading/source.ts';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Count } from '../../../ui/count.tsx';
import { Localized } from '../../../ui/localized.tsx';
import { formatExactCount } from '../../../ui/numbers.ts';
import { Scrolling } from '../../../ui/scrolling.tsx';
import { lineageLayers } from '../lineage-layers.ts';
import { RunLinks } from './run-links.tsx';

interface Properties {
  readonly projectId: string;
  readonly lineage: DatasetLineage;
  readonly shown: string;
}

/** Versions from left to right in the order in which they were made of one another, with the tokenizers learned from each and the runs that used either. */
export function LineageGraph({ projectId, lineage, shown }: Properties) {
  const { t } = useTranslation(['data', 'preparation', 'privacy', 'tokenizers']);
  const nameOf = new Map(lineage.versions.map((version) => [version.id, version]));
  return (
    <Scrolling label={t('history.graph')}>
      <ol className="lineage" data-testid="lineage">
        {lineageLayers(lineage).map((layer) => (
          <li key={layer[0]!.id}>
            {layer.map(({ id, datasetName, version, items }) => {
              const runs = lineage.runs.filter(({ datasetVersionId }) => datasetVersionId === id);
              const tokenizers = lineage.tokenizers.filter(({ datasetVersionId }) => datasetVersionId === id);
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
                  {lineage.imports
                    .filter(({ to }) => to === id)
                    .map(({ jobId, fileName, encoding }) => (
                      <p className="secondary" key={jobId} data-testid="lineage-file">
                        ← <span data-raw>{fileName}</span>
                        {encoding !== null && ` · ${ENCODING_NAMES[encoding]}`}
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
                  {tokenizers.map((tokenizer) => (
                    <p className="secondary" key={tokenizer.id} data-testid="lineage-tokenizer">
                      →{' '}
                      <Link
                        to="/projects/$projectId/data/tokenizers"
                        params={{ projectId }}
                        search={{ version: id, tokenizer: tokenizer.id }}
                      >
                        {t('tokenizers:lineage', {
                          kind: t(`tokenizers:kind.${tokenizer.kind}`),
                          size: formatExactCount(tokenizer.size),
                        })}
                      </Link>{' '}
                      <RunLinks
                        projectId={projectId}
                        runs={lineage.runs.filter(({ tokenizerId }) => tokenizerId === tokenizer.id)}
                      />
                    </p>
                  ))}
                  {runs.length > 0 && (
                    <p className="secondary">
                      {t('history.runs')}: <RunLinks projectId={projectId} runs={runs} />
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
