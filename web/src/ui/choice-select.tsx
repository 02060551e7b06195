import { Select, type SelectProps } from 'antd';
import { useEffect, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Choices } from '../api/use-choices.ts';

interface Option {
  readonly value: string;
  readonly label: string;
}

interface Properties extends Omit<SelectProps<string, Option>, 'options' | 'showSearch' | 'onActive' | 'popupRender'> {
  readonly choices: Pick<Choices<unknown>, 'hasMore' | 'isReadingMore' | 'readMore'>;
  readonly options: readonly Option[];
}

/** As many hits as somebody looks through; more are read while there are fewer. */
const ENOUGH_HITS = 8;
/** From here on, in pixels, the end of the list is near. */
const NEAR_END = 80;

function withNote(menu: ReactElement, note: string | false): ReactElement {
  return (
    <>
      {menu}
      {note !== false && (
        <p className="choice-more secondary" aria-live="polite">
          {note}
        </p>
      )}
    </>
  );
}

/** A choice from a paged list: older things are read at the end of the list, by wheel or by keys, and while a text is looked for. */
export function ChoiceSelect({ choices, options, ...select }: Properties) {
  const { t } = useTranslation();
  const { hasMore, isReadingMore, readMore } = choices;
  const [text, setText] = useState('');
  const wanted = text.trim().toLowerCase();
  const hits = options.filter(({ label }) => label.toLowerCase().includes(wanted)).length;
  const isShort = wanted !== '' && hits < ENOUGH_HITS && hasMore && !isReadingMore;
  useEffect(() => {
    if (isShort) readMore();
  });
  return (
    <Select<string, Option>
      {...select}
      options={[...options]}
      showSearch={{
        searchValue: text,
        onSearch: setText,
        filterOption: (_, option) => option?.label.toLowerCase().includes(wanted) === true,
      }}
      loading={isReadingMore}
      notFoundContent={isReadingMore ? t('choices.reading') : (select.notFoundContent ?? t('choices.none'))}
      onOpenChange={(isOpen) => {
        if (!isOpen) setText('');
      }}
      onActive={(value) => {
        if (value === options.at(-1)?.value) readMore();
      }}
      onPopupScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        if (scrollHeight - scrollTop - clientHeight < NEAR_END) readMore();
      }}
      popupRender={(menu) =>
        withNote(menu, hasMore && t(isReadingMore ? 'choices.reading' : 'choices.more', { count: options.length }))
      }
    />
  );
}
