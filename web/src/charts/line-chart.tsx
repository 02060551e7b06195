import { ZoomOutOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { lazy, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ChartFrame, type ChartFrameProperties } from './chart-frame.tsx';
import { ChartTable } from './chart-table.tsx';
import { csvOf } from './export.ts';
import type { LineDrawingProperties } from './line-drawing.tsx';
import { LineLegend } from './line-legend.tsx';
import { readingAt } from './series.ts';
import { formatNumber } from '../ui/numbers.ts';

const loadDrawing = () => import('./line-drawing.tsx');
const LineDrawing = lazy(loadDrawing);

type Properties = Omit<LineDrawingProperties, 'pinned' | 'onPin'> & ChartFrameProperties;

/** A chart with its title, table view and export; it keeps its height whatever it shows. */
export function LineChart({ title, extra, children, testId, emptyText, isReading, data, ...drawing }: Properties) {
  const { t } = useTranslation('charts');
  const { label, xLabel, series, zoom, onZoom } = drawing;
  const [pinned, setPinned] = useState<number>();
  // A chart that waits for its first points has time for what draws them: when they come, their run needs the processor.
  useEffect(() => void loadDrawing().catch(() => undefined), []);
  return (
    <ChartFrame
      {...{ title, extra, testId, emptyText, isReading, data }}
      kind="line"
      isEmpty={series.every((line) => line.x.length === 0)}
      drawing={<LineDrawing {...drawing} pinned={pinned} onPin={setPinned} />}
      table={<ChartTable label={label} xLabel={xLabel} series={series} zoom={zoom} />}
      csv={() => csvOf(xLabel, series)}
      note={
        pinned === undefined
          ? onZoom && t('zoomHint')
          : t('pinned', {
              x: pinned,
              values: readingAt(series, pinned)
                .map(({ series: line, value }) => `${line.label} ${formatNumber(value)}`)
                .join(' · '),
            })
      }
      tools={
        zoom && (
          <Button
            size="small"
            type="text"
            icon={<ZoomOutOutlined />}
            title={t('resetZoom')}
            aria-label={t('resetZoom')}
            onClick={() => onZoom?.(undefined)}
          />
        )
      }
    >
      <LineLegend series={series} />
      {children}
    </ChartFrame>
  );
}
