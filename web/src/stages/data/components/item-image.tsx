import { pathOf } from '@greenlight/shared/api/define-route.ts';
import { getItemImage, type ShownItem } from '@greenlight/shared/stages/data/items-contract.ts';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatBytes } from '../../../ui/numbers.ts';

interface Properties {
  readonly versionId: string;
  readonly number: number;
  readonly image: NonNullable<ShownItem['image']>;
  /** Whether the person may see images, which can show people. */
  readonly isShown: boolean;
}

/** The image of an item, small, with its form, sides and size; it opens as it is. */
export function ItemImage({ versionId, number, image, isShown }: Properties) {
  const { t } = useTranslation('privacy');
  const [hasFailed, setFailed] = useState(false);
  const { mediaType, width, height, sizeBytes } = image;
  const address = pathOf(getItemImage.path, { datasetVersionId: versionId, number: String(number) });
  return (
    <>
      {isShown && !hasFailed && (
        <a className="item-image" href={address} target="_blank" rel="noreferrer">
          <img
            src={address}
            alt={t('items.imageOf', { number })}
            loading="lazy"
            decoding="async"
            onError={() => setFailed(true)}
          />
        </a>
      )}
      {hasFailed && <div role="alert">{t('items.imageFailed')}</div>}
      <div className="secondary">
        {mediaType.replace('image/', '').toUpperCase()} · {width} × {height} · {formatBytes(sizeBytes)}
      </div>
    </>
  );
}
