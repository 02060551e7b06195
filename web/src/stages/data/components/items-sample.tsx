import { useTranslation } from 'react-i18next';
import { Scrolling } from '../../../ui/scrolling.tsx';
import type { GivenItem } from '../split-texts.ts';
import { TaskAnswers } from '../../../ui/task-answers.tsx';
import { NOTHING } from '../../../ui/nothing.ts';

const SHOWN_ITEMS = 3;
const SHOWN_CHARACTERS = 160;

/** The first items of a file, so that a wrong column or encoding is seen before anything is kept. */
export function ItemsSample({ items }: { readonly items: readonly GivenItem[] }) {
  const { t } = useTranslation('data');
  const shown = items.slice(0, SHOWN_ITEMS).map((item) => (typeof item === 'string' ? { text: item } : item));
  return (
    <Scrolling label={t('file.sample')}>
      <table className="plain-table preview" data-testid="file-sample">
        <caption className="visually-hidden">{t('file.sample')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('file.text')}</th>
            <th scope="col">{t('file.label')}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ text, labels, value, tasks = {} }, index) => (
            // The sample is never reordered.
            <tr key={`${index} ${text}`}>
              <td>{text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text}</td>
              <td>
                {labels?.join(', ') ?? value ?? NOTHING}
                <TaskAnswers tasks={tasks} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}
