import { DatePicker } from 'antd';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { useState, type FocusEvent } from 'react';

/** Ways to type a day; the first one is shown. */
const DAY_FORMATS = ['YYYY-MM-DD', 'YYYY/M/D', 'YYYY.M.D', 'YYYYMMDD'];
/** Ways to type a moment; without a time it is the day's beginning. */
const MOMENT_FORMATS = ['YYYY-MM-DD HH:mm', 'YYYY/M/D H:mm', ...DAY_FORMATS];

/** Anything that one of the formats may read, or nothing at all. */
const READABLE = /^(\d{4}[-/.]?\d{1,2}[-/.]?\d{1,2}( \d{1,2}:\d\d)?)?$/;

const FIRST = dayjs('2000-01-01');
const LAST = dayjs('2999-12-31');

interface Properties {
  readonly id?: string;
  readonly 'aria-describedby'?: string;
  readonly 'aria-invalid'?: boolean;
  readonly status?: 'error' | '';
  readonly value?: string | undefined;
  readonly onChange?: (value: string | undefined) => void;
}

/** What both fields show, and what a field does that is left with a text the picker itself would keep: an emptied one is empty, an unreadable one shows its value again. */
function useLeaving({ value, onChange }: Pick<Properties, 'value' | 'onChange'>) {
  const [remade, setRemade] = useState({ times: 0, isStaying: false });
  function onBlur({ target, relatedTarget }: FocusEvent<HTMLElement>): void {
    if (!(target instanceof HTMLInputElement)) return;
    const text = target.value.trim();
    if (text === '' && value !== undefined) onChange?.(undefined);
    const isStaying = target.closest('.ant-picker')?.contains(relatedTarget) === true;
    if (!READABLE.test(text)) setRemade({ times: remade.times + 1, isStaying });
  }
  return {
    key: remade.times,
    picker: {
      ...{ onBlur, autoFocus: remade.isStaying, className: 'full-width' },
      value: value === undefined ? null : dayjs(value),
    },
  };
}

/** A day as YYYY-MM-DD, chosen or typed, in the language of the page and not of the browser. */
export function DateField({ value, onChange, ...control }: Properties) {
  const { key, picker } = useLeaving({ value, onChange });
  return (
    <DatePicker
      {...control}
      {...picker}
      key={key}
      format={DAY_FORMATS}
      minDate={FIRST}
      maxDate={LAST}
      onChange={(day) => onChange?.(day?.format('YYYY-MM-DD'))}
    />
  );
}

/** A moment in ISO 8601, chosen or typed in the reader's time zone. */
export function MomentField({ value, onChange, ...control }: Properties) {
  const { key, picker } = useLeaving({ value, onChange });
  return (
    <DatePicker
      {...control}
      {...picker}
      key={key}
      format={MOMENT_FORMATS}
      showTime={{ format: 'HH:mm', defaultOpenValue: dayjs('00:00', 'HH:mm') }}
      onChange={(moment) => onChange?.(moment?.toISOString())}
    />
  );
}
