import { DatePicker } from 'antd';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { useState, type FocusEvent } from 'react';
import { DAY_FORMATS, MOMENT_FORMATS, READABLE } from './date-formats.ts';

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

/** Lets a field that is left with something unreadable show its value again: the picker keeps such a text. */
function useUnreadable() {
  const [left, setLeft] = useState(0);
  const onBlur = ({ target }: FocusEvent<HTMLElement>) => {
    if (target instanceof HTMLInputElement && !READABLE.test(target.value.trim())) setLeft(left + 1);
  };
  return { key: left, onBlur };
}

/** A day as YYYY-MM-DD, chosen or typed, in the language of the page and not of the browser. */
export function DateField({ value, onChange, ...control }: Properties) {
  const { key, onBlur } = useUnreadable();
  return (
    <DatePicker
      {...control}
      key={key}
      onBlur={onBlur}
      className="full-width"
      format={DAY_FORMATS}
      minDate={FIRST}
      maxDate={LAST}
      value={value === undefined ? null : dayjs(value)}
      onChange={(day) => onChange?.(day?.format('YYYY-MM-DD'))}
    />
  );
}

/** A moment in ISO 8601, chosen or typed in the reader's time zone. */
export function MomentField({ value, onChange, ...control }: Properties) {
  const { key, onBlur } = useUnreadable();
  return (
    <DatePicker
      {...control}
      key={key}
      onBlur={onBlur}
      className="full-width"
      format={MOMENT_FORMATS}
      showTime={{ format: 'HH:mm', defaultOpenValue: dayjs('00:00', 'HH:mm') }}
      value={value === undefined ? null : dayjs(value)}
      onChange={(moment) => onChange?.(moment?.toISOString())}
    />
  );
}
