import { DownloadOutlined, LineChartOutlined, TableOutlined, ZoomOutOutlined } from '@ant-design/icons';
import { Button, Dropdown, Skeleton } from 'antd';
import { lazy, Suspense, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Panel } from '../ui/panel.tsx';
import { ChartTable } from './chart-table.tsx';
import { csvOf, savePicture, saveText, svgTextOf } from './export.ts';
import type { LineDrawingProperties } from './line-drawing.tsx';

const LineDrawing = lazy(() => import('./line-drawing.tsx'));

interface Properties extends LineDrawingProperties {
  readonly title: ReactNode;
  /** Beside the title: when the last point came, which evaluation point is shown. */
  readonly extra?: ReactNode;
  /** Below the drawing. */
  readonly children?: ReactNode;
  readonly testId: string;
  readonly emptyText?: string;
  /** Exact facts for those who measure the page. */
  readonly data?: Readonly<Record<`data-${string}`, string | number | undefined>>;
}

/** A chart with its title, table view and export; it keeps its height whatever it shows. */
export function LineChart({ title, extra, children, testId, emptyText, data, ...drawing }: Properties) {
  const { t } = useTranslation('charts');
  const [isTable, setTable] = useState(false);
  const container = useRef<HTMLDivElement>(null);
  const isEmpty = drawing.series.every((series) => series.x.length === 0);

  function withDrawing(work: (element: SVGSVGElement, ground: string) => void): void {
    const element = container.current?.querySelector<SVGSVGElement>('.recharts-surface');
    if (element) work(element, getComputedStyle(document.documentElement).getPropertyValue('--surface'));
  }
  const exports = [
    {
      key: 'csv',
      label: t('csv'),
      onClick: () => saveText(csvOf(drawing.xLabel, drawing.series), 'text/csv', `${testId}.csv`),
    },
    {
      key: 'svg',
      label: t('svg'),
      disabled: isTable,
      onClick: () =>
        withDrawing((element, ground) => saveText(svgTextOf(element, ground), 'image/svg+xml', `${testId}.svg`)),
    },
    {
      key: 'png',
      label: t('png'),
      disabled: isTable,
      onClick: () => withDrawing((element, ground) => void savePicture(element, ground, `${testId}.png`)),
    },
  ];
  const switchLabel = t(isTable ? 'drawing' : 'table');
  return (
    <Panel
      title={title}
      extra={
        <span className="chart-tools">
          {extra}
          {drawing.zoom && (
            <Button
              size="small"
              type="text"
              icon={<ZoomOutOutlined />}
              title={t('resetZoom')}
              aria-label={t('resetZoom')}
              onClick={() => drawing.onZoom?.(undefined)}
            />
          )}
          <Button
            size="small"
            type="text"
            icon={isTable ? <LineChartOutlined /> : <TableOutlined />}
            title={switchLabel}
            aria-label={switchLabel}
            aria-pressed={isTable}
            onClick={() => setTable(!isTable)}
          />
          <Dropdown menu={{ items: exports }} trigger={['click']} disabled={isEmpty}>
            <Button size="small" type="text" icon={<DownloadOutlined />} title={t('export')} aria-label={t('export')} />
          </Dropdown>
        </span>
      }
    >
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- a shortcut for what the button above does */}
      <div
        ref={container}
        className="chart"
        data-testid={testId}
        {...data}
        onKeyDown={(event) => {
          if (event.key === 't' && !event.ctrlKey && !event.metaKey && !event.altKey) setTable(!isTable);
        }}
      >
        {isEmpty ? (
          <div className="chart-empty">{emptyText ?? t('waiting')}</div>
        ) : isTable ? (
          <ChartTable label={drawing.label} xLabel={drawing.xLabel} series={drawing.series} zoom={drawing.zoom} />
        ) : (
          <Suspense
            fallback={
              <div className="chart-empty">
                <Skeleton.Node active />
              </div>
            }
          >
            <LineDrawing {...drawing} />
          </Suspense>
        )}
        {children}
      </div>
    </Panel>
  );
}
