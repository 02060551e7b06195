import {
  BarChartOutlined,
  DotChartOutlined,
  DownloadOutlined,
  LineChartOutlined,
  TableOutlined,
} from '@ant-design/icons';
import { Button, Dropdown, Skeleton } from 'antd';
import { Suspense, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Panel } from '../ui/panel.tsx';
import { savePicture, saveText, svgTextOf } from './export.ts';

/** What every chart has around its drawing. */
export interface ChartFrameProperties {
  readonly title: ReactNode;
  /** Beside the title: when the last point came, which evaluation point is shown. */
  readonly extra?: ReactNode;
  /** Below the drawing. */
  readonly children?: ReactNode;
  readonly testId: string;
  readonly emptyText?: string | undefined;
  /** True while the values are read: nobody knows yet whether there are any. */
  readonly isReading?: boolean | undefined;
  /** Exact facts for those who measure the page. */
  readonly data?: Readonly<Record<`data-${string}`, string | number | undefined>> | undefined;
}

interface Properties extends ChartFrameProperties {
  readonly kind: keyof typeof ICONS;
  readonly isEmpty: boolean;
  /** The drawing fills the room that the frame keeps for it, whether its code and its values are there or not. */
  readonly drawing: ReactNode;
  /** Room for the drawing, in pixels, where it is not that of every chart. */
  readonly height?: number | undefined;
  /** Under the drawing: what the reader may do or did with it, or what its colours mean. */
  readonly note?: ReactNode;
  readonly table: ReactNode;
  readonly csv: () => string;
  /** Buttons of the chart itself, such as one that undoes a zoom. */
  readonly tools?: ReactNode;
}

const ICONS = { line: <LineChartOutlined />, bar: <BarChartOutlined />, scatter: <DotChartOutlined /> } as const;

function OnItsWay() {
  return (
    <div className="chart-empty">
      <Skeleton.Node active />
    </div>
  );
}

/** A chart's title, table view and exports around its drawing, which is loaded when it is first shown. */
export function ChartFrame(properties: Properties) {
  const { title, extra, children, testId, emptyText, isReading, data } = properties;
  const { kind, isEmpty, drawing, height, note, table, csv, tools } = properties;
  const { t } = useTranslation('charts');
  const [isTable, setTable] = useState(false);
  const container = useRef<HTMLDivElement>(null);

  function withDrawing(work: (element: SVGSVGElement, ground: string) => void): void {
    const element = container.current?.querySelector<SVGSVGElement>('.recharts-surface');
    if (element) work(element, getComputedStyle(document.documentElement).getPropertyValue('--surface'));
  }
  const exports = [
    { key: 'csv', label: t('csv'), onClick: () => saveText(csv(), 'text/csv', `${testId}.csv`) },
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
          {tools}
          <Button
            size="small"
            type="text"
            icon={isTable ? ICONS[kind] : <TableOutlined />}
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
        {isTable && !isEmpty ? (
          table
        ) : (
          <div className="chart-area" style={height === undefined ? undefined : { height }}>
            {isEmpty ? (
              isReading ? (
                <OnItsWay />
              ) : (
                <div className="chart-empty">{emptyText ?? t('waiting')}</div>
              )
            ) : (
              <Suspense fallback={<OnItsWay />}>{drawing}</Suspense>
            )}
          </div>
        )}
        <div className="chart-note">{!isEmpty && !isTable && note}</div>
        {children}
      </div>
    </Panel>
  );
}
