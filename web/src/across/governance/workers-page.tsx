import { useTranslation } from 'react-i18next';
import type { WorkerSummary } from '@greenlight/shared/across/governance/contract.ts';
import { useMovingPages } from '../../api/use-moving-pages.ts';
import { Ago } from '../../ui/ago.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatBytes, formatNumber } from '../../ui/numbers.ts';
import { Page } from '../../ui/page.tsx';
import { PageError } from '../../ui/page-error.tsx';
import { PageSkeleton } from '../../ui/page-skeleton.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ReadOn } from '../../ui/read-on.tsx';
import { Scrolling } from '../../ui/scrolling.tsx';
import { WorkerRatesCell } from './components/worker-rates.tsx';
import { workersQuery } from './queries.ts';
import { NOTHING } from '../../ui/nothing.ts';

const TONES = { idle: 'mark-pass', busy: 'mark-active', offline: 'mark-none' } as const;
const SHAPES = { idle: '●', busy: '◐', offline: '○' } as const;
const COLUMNS = ['name', 'state', 'device', 'adapter', 'cores', 'memory', 'speed', 'rates', 'version', 'seen'] as const;

/** Any worker may come, begin, end or fall silent at any moment. */
const WORKERS_MOVE = { idOf: ({ id }: WorkerSummary) => id, moves: () => true, everyMs: 5_000 };

/** The training machines and whether they are at work. */
export function WorkersPage() {
  const { t } = useTranslation('governance');
  const { list, end } = useMovingPages(workersQuery, WORKERS_MOVE);
  const { data, error, refetch } = list;
  if (!data) return error ? <PageError error={error} onRetry={() => void refetch()} /> : <PageSkeleton />;
  const workers = data.pages.flatMap(({ items }) => items);
  const { connected = 0, busy = 0 } = data.pages[0] ?? {};
  return (
    <Page
      title={t('workers.title')}
      documentTitle={t('workers.title')}
      verdict={connected === 0 ? t('workers.none') : t('workers.verdict', { count: connected, busy })}
    >
      {workers.length === 0 ? (
        <EmptyState reason={t('workers.empty')} />
      ) : (
        <Panel title={t('workers.title')}>
          <Scrolling label={t('workers.title')}>
            <table className="plain-table">
              <thead>
                <tr>
                  {COLUMNS.map((column) => (
                    <th scope="col" key={column}>
                      {t(`workers.${column}`)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {workers.map((worker) => (
                  <tr key={worker.id}>
                    <th scope="row" data-raw>
                      {worker.name}
                    </th>
                    <td>
                      <span className={`mark ${TONES[worker.state]}`}>
                        <span aria-hidden="true">{SHAPES[worker.state]}</span> {t(`workers.${worker.state}`)}
                      </span>
                    </td>
                    <td data-raw>{worker.device}</td>
                    <td data-raw>{worker.adapter}</td>
                    <td>{worker.cores}</td>
                    <td>{formatBytes(worker.memoryBytes)}</td>
                    <td>
                      {worker.matrixFlopsPerSecond === null
                        ? NOTHING
                        : t('workers.flops', { value: formatNumber(worker.matrixFlopsPerSecond / 1e9) })}
                    </td>
                    <td>
                      <WorkerRatesCell worker={worker} />
                    </td>
                    <td data-raw>{worker.version}</td>
                    <td>
                      <Ago moment={worker.lastSeenAt} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scrolling>
          <ReadOn list={end} />
        </Panel>
      )}
    </Page>
  );
}
