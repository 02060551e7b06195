import { usePlotArea, XAxis } from 'recharts';
import { placeTicks, tickText } from './ticks.ts';

interface Properties {
  readonly from: number;
  readonly to: number;
  /** True where nothing lies between two whole numbers, as between steps. */
  readonly isWhole: boolean;
  readonly label: string;
  readonly ink: string;
}

/** Width of a drawing that was not measured yet. */
const LIKELY_WIDTH = 300;

/** The horizontal axis of lines. */
export function PlaceAxis({ from, to, isWhole, label, ink }: Properties) {
  const width = usePlotArea()?.width ?? LIKELY_WIDTH;
  return (
    <XAxis
      dataKey="x"
      type="number"
      domain={[from, to]}
      ticks={placeTicks(from, to, width, isWhole)}
      interval={0}
      tickFormatter={tickText}
      stroke={ink}
      fontSize={12}
      tickLine={false}
      label={{ value: label, position: 'insideBottom', offset: -12, fontSize: 12, fill: ink }}
    />
  );
}
