import { pathOf } from '@greenlight/shared/api/define-route.ts';
import { getItemImage, getItemThumbnail, type ShownItem } from '@greenlight/shared/stages/data/items-contract.ts';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatBytes } from '../../../ui/numbers.ts';
import { TooLarge } from '../thumbnails/make-thumbnail.ts';
import { Thumbnail } from '../thumbnails/thumbnail.tsx';
import type { Thumbnails } from '../thumbnails/use-thumbnails.ts';

interface Properties {
  readonly versionId: string;
  readonly number: number;
  readonly image: NonNullable<ShownItem['image']>;
  /** Whether the person may see images, which can show people. */
  readonly isShown: boolean;
  readonly thumbnails: Thumbnails;
}

/** The image of an item, small, with its form, sides and size; it opens as it is. */
export function ItemImage({ versionId, number, image, isShown, thumbnails }: Properties) {
  const { t } = useTranslation('privacy');
  const [error, setError] = useState<unknown>(null);
  const { mediaType, width, height, sizeBytes } = image;
  const addresses = useMemo(() => {
    const params = { datasetVersionId: versionId, number: String(number) };
    return { whole: pathOf(getItemImage.path, params), thumbnail: pathOf(getItemThumbnail.path, params) };
  }, [versionId, number]);
  const isTooLarge = error instanceof TooLarge;
  return (
    <>
      {isShown && (error === null || isTooLarge) && (
        <a className="item-image" href={addresses.whole} target="_blank" rel="noreferrer">
          {isTooLarge ? (
            <span className="item-image-large">{t('items.imageLarge', { number })}</span>
          ) : (
            <Thumbnail
              addresses={addresses}
              image={image}
              name={t('items.imageOf', { number })}
              thumbnails={thumbnails}
              onFailed={setError}
            />
          )}
        </a>
      )}
      {error !== null && !isTooLarge && <div role="alert">{t('items.imageFailed')}</div>}
      <div className="secondary">
        {mediaType.replace('image/', '').toUpperCase()} · {width} × {height} · {formatBytes(sizeBytes)}
      </div>
    </>
  );
}
