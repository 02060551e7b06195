import { pathOf } from '@greenlight/shared/api/define-route.ts';
import { getItemImage, type ShownItem } from '@greenlight/shared/stages/data/items-contract.ts';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatBytes } from '../../../ui/numbers.ts';
import { isShownUnasked } from '../thumbnails/make-thumbnail.ts';
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
  const [hasFailed, setFailed] = useState(false);
  const onFailed = useCallback(() => setFailed(true), []);
  const { mediaType, width, height, sizeBytes } = image;
  const address = pathOf(getItemImage.path, { datasetVersionId: versionId, number: String(number) });
  return (
    <>
      {isShown && !hasFailed && (
        <a className="item-image" href={address} target="_blank" rel="noreferrer">
          {isShownUnasked(image) ? (
            <Thumbnail
              address={address}
              image={image}
              name={t('items.imageOf', { number })}
              thumbnails={thumbnails}
              onFailed={onFailed}
            />
          ) : (
            <span className="item-image-large">{t('items.imageLarge', { number })}</span>
          )}
        </a>
      )}
      {hasFailed && <div role="alert">{t('items.imageFailed')}</div>}
      <div className="secondary">
        {mediaType.replace('image/', '').toUpperCase()} · {width} × {height} · {formatBytes(sizeBytes)}
      </div>
    </>
  );
}
