import type { ShownItem } from '@greenlight/shared/stages/data/items-contract.ts';
import { ItemGallery } from './item-gallery.tsx';
import { ItemTable } from '../../../ui/item-table.tsx';

interface Properties {
  readonly versionId: string;
  readonly items: readonly ShownItem[];
  /** Whether the person may see images. */
  readonly showsImages: boolean;
}

/** Items side by side where they are images, else one under another. */
export function ItemsShown({ versionId, items, showsImages }: Properties) {
  return items.some(({ image }) => image !== undefined) ? (
    <ItemGallery versionId={versionId} items={items} showsImages={showsImages} />
  ) : (
    <ItemTable items={items} />
  );
}
