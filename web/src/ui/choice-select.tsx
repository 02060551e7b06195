import { Select, type SelectProps } from 'antd';
import { useEffect, useState, type ReactElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Choices } from '../api/use-choices.ts';
import { ErrorNotice } from './error-notice.tsx';

interface Option {
  readonly value: string;
  readonly label: string;
}

interface Properties extends Omit<
  SelectProps<string, Option>,
  'options' | 'showSearch' | 'labelRender' | 'onActive' | 'popupRender'
> {
  readonly choices: Choices<unknown>;
  readonly options: readonly Option[];
}

/** As many hits as somebody looks through; more are read while there are fewer. */
const ENOUGH_HITS = 8;
/** A list is at least so wide, in pixels, also where its field is narrower: on a phone, names would be three letters. */
const LIST_WIDTH = 280;
/** From here on, in pixels, the end of the list is near. */
const NEAR_END = 80;

function withNote(menu: ReactElement, note: ReactNode): ReactElement {
  return (
    <>
      {menu}
      {note}
    </>
  );
}

/** A choice from a paged list: older things are read at the end of the list, by wheel or by keys, and while a text is looked for. */
export function ChoiceSelect({ choices, options, ...select }: Properties) {
  const { t } = useTranslation();
  const { items, hasMore, isReading, isReadingMore, readMore, error, retry } = choices;
  const [text, setText] = useState('');
  const wanted = text.trim().toLowerCase();
  const hits = options.filter(({ label }) => label.toLowerCase().includes(wanted)).length;
  const isShort = wanted !== '' && hits < ENOUGH_HITS && hasMore && !isReadingMore;
  useEffect(() => {
    if (isShort) readMore();
  });
  // A failed look at what is complete here already leaves nothing out.
  const failure = isReading || !(hasMore || (items ?? []).length === 0) ? null : error;
  const none = t(failure === null ? 'choices.none' : 'choices.noneYet');
  const note =
    failure !== null ? (
      <div className="choice-more">
        <p>{t('choices.unread')}</p>
        <ErrorNotice error={failure} onRetry={() => void retry()} />
      </div>
    ) : (
      (hasMore || (isReading && options.length > 0)) && (
        <p className="choice-more secondary" aria-live="polite">
          {t(isReading ? 'choices.reading' : 'choices.more', { count: items?.length ?? 0 })}
        </p>
      )
    );
  return (
    <Select<string, Option>
      {...select}
      options={[...options]}
      showSearch={{
        searchValue: text,
        onSearch: setText,
        filterOption: (_, option) => option?.label.toLowerCase().includes(wanted) === true,
      }}
      loading={isReading}
      // What was chosen before may lie further back, and an id is no name.
      labelRender={({ label, value }) => label ?? (isReading ? '…' : value)}
      notFoundContent={isReading ? t('choices.reading') : (select.notFoundContent ?? none)}
      onOpenChange={(isOpen) => {
        select.onOpenChange?.(isOpen);
        if (!isOpen) setText('');
        // Who has only keys tries again by opening the choice again.
        else if (failure !== null) void retry();
      }}
      onActive={(value) => {
        if (value === options.at(-1)?.value) readMore();
      }}
      onPopupScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        if (scrollHeight - scrollTop - clientHeight < NEAR_END) readMore();
      }}
      popupMatchSelectWidth={LIST_WIDTH}
      classNames={{ popup: { root: 'choice-list' } }}
      popupRender={(menu) => withNote(menu, note)}
    />
  );
}
