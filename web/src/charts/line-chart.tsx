import { ZoomOutOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { lazy, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { ChartFrame, type ChartFrameProperties } from './chart-frame.tsx';
import { ChartTable } from './chart-table.tsx';
import { csvOf } from './export.ts';
import type { LineDrawingProperties } from './line-drawing.tsx';

const loadDrawing = () => import('./line-drawing.tsx');
const LineDrawing = lazy(loadDrawing);

type Properties = LineDrawingProperties & ChartFrameProperties;

/** A chart with its title, table view and export; it keeps its height whatever it shows. */
export function LineChart({ title, extra, children, testId, emptyText, data, ...drawing }: Properties) {
  const { t } = useTranslation('charts');
  const { label, xLabel, series, zoom } = drawing;
  // A chart that waits for its first points has time for what draws them: when they come, their run needs the processor.
  useEffect(() => void loadDrawing().catch(() => undefined), []);
  return (
    <ChartFrame
      {...{ title, extra, testId, emptyText, data }}
      kind="line"
      isEmpty={series.every((line) => line.x.length === 0)}
      drawing={<LineDrawing {...drawing} />}
      table={<ChartTable label={label} xLabel={xLabel} series={series} zoom={zoom} />}
      csv={() => csvOf(xLabel, series)}
      tools={
        zoom && (
          <Button
            size="small"
            type="text"
            icon={<ZoomOutOutlined />}
            title={t('resetZoom')}
            aria-label={t('resetZoom')}
            onClick={() => drawing.onZoom?.(undefined)}
          />
        )
      }
    >
      {children}
    </ChartFrame>
  );
}
