/** The title of a vertical axis, written upwards at its left or downwards at its right. */
export function sideTitle(value: string, ink: string, side: 'left' | 'right' = 'left') {
  return {
    ...{ value, fontSize: 12, fill: ink },
    ...(side === 'left'
      ? ({ angle: -90, position: 'insideLeft' } as const)
      : ({ angle: 90, position: 'insideRight' } as const)),
    style: { textAnchor: 'middle' as const },
  };
}
