import type { ShownItem } from '@greenlight/shared/stages/data/items-contract.ts';
import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { useThumbnails } from '../thumbnails/use-thumbnails.ts';
import { ItemImage } from './item-image.tsx';

interface Properties {
  readonly versionId: string;
  readonly items: readonly ShownItem[];
  readonly showsImages: boolean;
}

/** Images side by side, each with its number, path, label, split and the kinds of personal data found in its path. */
export function ItemGallery({ versionId, items, showsImages }: Properties) {
  const { t } = useTranslation(['privacy', 'common']);
  const thumbnails = useThumbnails();
  return (
    <ul className="item-gallery" aria-label={t('items.title')} data-testid="items">
      {items.map(({ number, text, isCut, split, labels = [], image, personalData }) => (
        <li key={number}>
          {image && (
            <ItemImage
              versionId={versionId}
              number={number}
              image={image}
              isShown={showsImages}
              thumbnails={thumbnails}
            />
          )}
          <div data-raw className="item-path">
            {number}. {text}
            {isCut && '…'}
          </div>
          <div>
            {labels.map((label) => (
              <Tag key={label} color="blue">
                <span data-raw>{label}</span>
              </Tag>
            ))}
            <Tag>{t(`common:split.${split}`)}</Tag>
            {personalData.map((kind) => (
              <Tag key={kind} color="warning">
                {t(`kind.${kind}`)}
              </Tag>
            ))}
          </div>
        </li>
      ))}
    </ul>
  );
}
