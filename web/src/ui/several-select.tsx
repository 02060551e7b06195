import { Select, type SelectProps } from 'antd';

/** A choice of several where Tab only goes on: the library's own takes back the option that was chosen last. */
export function SeveralSelect<Value extends string>(properties: Omit<SelectProps<Value[]>, 'mode'>) {
  return (
    <div onKeyDownCapture={(event) => event.key === 'Tab' && event.stopPropagation()}>
      <Select<Value[]> {...properties} mode="multiple" />
    </div>
  );
}
