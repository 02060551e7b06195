import { DatePicker } from 'antd';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';

/** Ways to type a day; the first one is shown. */
const DAY_FORMATS = ['YYYY-MM-DD', 'YYYY/M/D', 'YYYY.M.D', 'YYYYMMDD', 'YYYY年M月D日'];
const MOMENT_FORMATS = ['YYYY-MM-DD HH:mm', 'YYYY/M/D H:mm', ...DAY_FORMATS];

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

/** A day as YYYY-MM-DD, chosen or typed, in the language of the page and not of the browser. */
export function DateField({ value, onChange, ...control }: Properties) {
  return (
    <DatePicker
      {...control}
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
  return (
    <DatePicker
      {...control}
      className="full-width"
      format={MOMENT_FORMATS}
      showTime={{ format: 'HH:mm', defaultOpenValue: dayjs('00:00', 'HH:mm') }}
      value={value === undefined ? null : dayjs(value)}
      onChange={(moment) => onChange?.(moment?.toISOString())}
    />
  );
}
