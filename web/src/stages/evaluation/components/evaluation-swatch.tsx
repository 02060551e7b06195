import { colorOf } from '../../../charts/palette.ts';
import { useAppearance } from '../../../ui/appearance.tsx';

/** The colour that an evaluation has in the charts of the page. */
export function EvaluationSwatch({ color }: { readonly color: number }) {
  const { isDark } = useAppearance();
  return (
    <svg className="swatch" width="12" height="12" aria-hidden="true">
      <rect width="12" height="12" rx="2" fill={colorOf(color, isDark)} />
    </svg>
  );
}
