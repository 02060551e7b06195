import type { PersonalLabels } from '@greenlight/shared/stages/data/personal-labels.ts';
import { useEffect, useState } from 'react';
import type { PlacedItem } from './split-texts.ts';

const NONE: PersonalLabels = { count: 0, examples: [] };

/** Labels of items that look like personal data, with masked examples; none while they are looked for. */
export function usePersonalLabels(items: readonly PlacedItem[] | null): PersonalLabels {
  const [found, setFound] = useState({ items, labels: NONE });
  useEffect(() => {
    let isCurrent = true;
    const look = async () => {
      if (items === null) return;
      // The names and words that are looked for come when a file does.
      const [{ labelsOfItem, personalLabelsOf }, { maskedWhole }] = await Promise.all([
        import('@greenlight/shared/stages/data/find-personal-labels.ts'),
        import('@greenlight/shared/stages/data/masked-text.ts'),
      ]);
      const { count, examples } = personalLabelsOf(items.flatMap(labelsOfItem));
      if (isCurrent) setFound({ items, labels: { count, examples: examples.map(maskedWhole) } });
    };
    void look();
    return () => {
      isCurrent = false;
    };
  }, [items]);
  return found.items === items ? found.labels : NONE;
}
