import type { ShownItem } from '@greenlight/shared/stages/data/items-contract.ts';
import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Scrolling } from '../../../ui/scrolling.tsx';
import { ItemImage } from './item-image.tsx';

interface Properties {
  readonly versionId: string;
  readonly items: readonly ShownItem[];
  /** Whether the person may see images. */
  readonly showsImages: boolean;
}

/** Items with their images, split, labels and the kinds of personal data found in them. */
export function ItemTable({ versionId, items, showsImages }: Properties) {
  const { t } = useTranslation(['privacy', 'common']);
  if (items.length === 0) return <p>{t('items.none')}</p>;
  const hasImages = items.some(({ image }) => image !== undefined);
  return (
    <Scrolling label={t('items.title')}>
      <table className="plain-table" data-testid="items">
        <thead>
          <tr>
            <th scope="col" className="number">
              {t('items.number')}
            </th>
            {hasImages && <th scope="col">{t('items.image')}</th>}
            <th scope="col" className="wide">
              {t(hasImages ? 'items.path' : 'items.text')}
            </th>
            <th scope="col">{t('items.split')}</th>
            <th scope="col">{t('items.labels')}</th>
            <th scope="col">{t('items.personalData')}</th>
          </tr>
        </thead>
        <tbody>
          {items.map(({ number, text, isCut, split, labels, value, columns = {}, image, personalData }) => (
            <tr key={number}>
              <td className="number">{number}</td>
              {hasImages && (
                <td>
                  {image && <ItemImage versionId={versionId} number={number} image={image} isShown={showsImages} />}
                </td>
              )}
              <td data-raw className="item-text">
                {text}
                {isCut && '…'}
                {Object.entries(columns).map(([name, content]) => (
                  <div key={name} className="secondary">
                    {name}: {content}
                  </div>
                ))}
              </td>
              <td>{t(`common:split.${split}`)}</td>
              <td data-raw>{labels?.join(', ') ?? value ?? '–'}</td>
              <td>
                {personalData.length === 0
                  ? '–'
                  : personalData.map((kind) => <Tag key={kind}>{t(`kind.${kind}`)}</Tag>)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}
