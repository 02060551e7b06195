import { useEffect, useRef, type ComponentProps, type ReactNode } from 'react';
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

const LOOK_AGAIN_MS = 5_000;
const idOf = ({ id }: WorkerSummary) => id;
/** Any connected worker may begin, end or fall silent at any moment. */
const CONNECTED_MOVE = { idOf, moves: () => true, everyMs: LOOK_AGAIN_MS };
/** Nothing changes about a worker that is away until it is connected again. */
const OFFLINE_REST = { ...CONNECTED_MOVE, moves: () => false };

interface TableProperties {
  readonly title: string;
  readonly workers: readonly WorkerSummary[];
  readonly end: ComponentProps<typeof ReadOn>['list'];
}

function WorkersTable({ title, workers, end }: TableProperties) {
  const { t } = useTranslation('governance');
  if (workers.length === 0) return null;
  return (
    <Panel title={title}>
      <Scrolling label={title}>
        <table className="plain-table stacked-on-phones">
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
              <WorkerRow key={worker.id} worker={worker} />
            ))}
          </tbody>
        </table>
      </Scrolling>
      <ReadOn list={end} />
    </Panel>
  );
}

/** What a worker says of itself stays as it is in every language. */
const RAW = new Set<(typeof COLUMNS)[number]>(['device', 'adapter', 'version']);

function Cell({ column, children }: { readonly column: (typeof COLUMNS)[number]; readonly children: ReactNode }) {
  const { t } = useTranslation('governance');
  return (
    <td data-label={t(`workers.${column}`)} data-raw={RAW.has(column) || undefined}>
      {children}
    </td>
  );
}

function WorkerRow({ worker }: { readonly worker: WorkerSummary }) {
  const { t } = useTranslation('governance');
  return (
    <tr>
      <th scope="row" data-raw>
        {worker.name}
      </th>
      <td>
        <span className={`mark ${TONES[worker.state]}`}>
          <span aria-hidden="true">{SHAPES[worker.state]}</span> {t(`workers.${worker.state}`)}
        </span>
      </td>
      <Cell column="device">{worker.device}</Cell>
      <Cell column="adapter">{worker.adapter || NOTHING}</Cell>
      <Cell column="cores">{worker.cores}</Cell>
      <Cell column="memory">{formatBytes(worker.memoryBytes)}</Cell>
      <Cell column="speed">
        {worker.matrixFlopsPerSecond === null
          ? NOTHING
          : t('workers.flops', { value: formatNumber(worker.matrixFlopsPerSecond / 1e9) })}
      </Cell>
      <Cell column="rates">
        <WorkerRatesCell worker={worker} />
      </Cell>
      <Cell column="version">{worker.version}</Cell>
      <Cell column="seen">
        <Ago moment={worker.lastSeenAt} />
      </Cell>
    </tr>
  );
}

/**
 * The workers that are connected, looked at again and again, and those that are away, which are read again where one came or went. They
 * are read after the connected ones: whoever falls silent in between stands in both until the next look, instead of in neither.
 */
function useWorkers() {
  const here = useMovingPages(workersQuery('connected'), CONNECTED_MOVE);
  const first = here.list.data?.pages[0];
  const away = useMovingPages(
    {
      ...workersQuery('offline'),
      enabled: first !== undefined,
      // Until it is read, whoever just fell silent stands nowhere.
      refetchInterval: ({ state }) => (state.data !== undefined && state.error !== null ? LOOK_AGAIN_MS : false),
    },
    OFFLINE_REST,
  );
  const present = first && [first.connected, ...first.items.map(idOf)].join(' ');
  const presentBefore = useRef(present);
  const { refetch } = away.list;
  useEffect(() => {
    if (presentBefore.current !== undefined && presentBefore.current !== present) void refetch();
    presentBefore.current = present;
  }, [present, refetch]);
  return { here, away };
}

/** The training machines and whether they are at work; those that are there first, however many came and went since. */
export function WorkersPage() {
  const { t } = useTranslation('governance');
  const { here, away } = useWorkers();
  const error = here.list.error ?? away.list.error;
  if (!here.list.data || !away.list.data) {
    if (error === null) return <PageSkeleton />;
    return <PageError error={error} onRetry={() => void Promise.all([here.list.refetch(), away.list.refetch()])} />;
  }
  const [connected, offline] = [here, away].map(({ list }) => list.data?.pages.flatMap(({ items }) => items) ?? []);
  const { connected: count = 0, busy = 0 } = here.list.data.pages[0] ?? {};
  return (
    <Page
      title={t('workers.title')}
      documentTitle={t('workers.title')}
      verdict={count === 0 ? t('workers.none') : t('workers.verdict', { count, busy })}
    >
      {connected?.length === 0 && offline?.length === 0 && <EmptyState reason={t('workers.empty')} />}
      <WorkersTable title={t('workers.connected')} workers={connected ?? []} end={here.end} />
      <WorkersTable title={t('workers.offline')} workers={offline ?? []} end={away.end} />
    </Page>
  );
}
