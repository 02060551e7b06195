import type { ShownItem } from '@greenlight/shared/stages/data/items-contract.ts';
import { Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Scrolling } from './scrolling.tsx';
import { TaskAnswers } from './task-answers.tsx';
import { NOTHING } from './nothing.ts';

/** Further columns that are shown at once; a table may have hundreds. */
const SHOWN_COLUMNS = 6;

interface ColumnsProperties {
  readonly columns: readonly (readonly [name: string, content: string])[];
}

/** The further columns of an item, beyond the first ones on demand. */
function Columns({ columns }: ColumnsProperties) {
  const { t } = useTranslation('privacy');
  const [isOpen, setOpen] = useState(false);
  const linesOf = (part: ColumnsProperties['columns']) =>
    part.map(([name, content]) => (
      <div key={name} className="secondary">
        {name}: {content}
      </div>
    ));
  const rest = columns.slice(SHOWN_COLUMNS);
  return (
    <>
      {linesOf(columns.slice(0, SHOWN_COLUMNS))}
      {rest.length > 0 && (
        <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary className="secondary">{t('items.moreColumns', { count: rest.length })}</summary>
          {isOpen && linesOf(rest)}
        </details>
      )}
    </>
  );
}

/** Items with their split, labels and the kinds of personal data found in them. */
export function ItemTable({ items }: { readonly items: readonly ShownItem[] }) {
  const { t } = useTranslation(['privacy', 'common']);
  if (items.length === 0) return <p>{t('items.none')}</p>;
  return (
    <Scrolling label={t('items.title')}>
      <table className="plain-table" data-testid="items">
        <thead>
          <tr>
            <th scope="col" className="number">
              {t('items.number')}
            </th>
            <th scope="col" className="wide">
              {t('items.text')}
            </th>
            <th scope="col">{t('items.split')}</th>
            <th scope="col">{t('items.labels')}</th>
            <th scope="col">{t('items.personalData')}</th>
          </tr>
        </thead>
        <tbody>
          {items.map(({ number, text, isCut, split, labels, value, tasks = {}, columns = {}, personalData }) => (
            <tr key={number}>
              <td className="number">{number}</td>
              <td data-raw className="item-text">
                {text}
                {isCut && '…'}
                <Columns columns={Object.entries(columns)} />
              </td>
              <td>{t(`common:split.${split}`)}</td>
              <td data-raw>
                {labels?.join(', ') ?? value ?? NOTHING}
                <TaskAnswers tasks={tasks} />
              </td>
              <td>
                {personalData.length === 0
                  ? NOTHING
                  : personalData.map((kind) => <Tag key={kind}>{t(`kind.${kind}`)}</Tag>)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}
