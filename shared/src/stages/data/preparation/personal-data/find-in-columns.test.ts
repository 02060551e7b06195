import { expect, test } from 'vitest';
import { findInColumn } from './find-in-columns.ts';

const found = (name: string, value: string): string =>
  findInColumn(name, value)
    .map(({ kind, start, end }) => `${kind} ${value.slice(start, end)}`)
    .join(', ');

test.each([
  ['姓', '欧阳', 'name 欧阳'],
  ['名', ' 娜娜 ', 'name 娜娜'],
  ['客户姓名', '阿依古丽·买买提', 'name 阿依古丽·买买提'],
  ['First Name', 'Siobhán', 'name Siobhán'],
  ['last_name', "O'Shaughnessy", "name O'Shaughnessy"],
  ['Surname', 'van der Berg', 'name van der Berg'],
  ['卡号', '6222020012345678903', 'bank-card 6222020012345678903'],
  ['联系人', '刘洋 13512345678', 'name 刘洋, phone 13512345678'],
])('finds what a column called %s holds', (name, value, expected) => {
  expect(found(name, value)).toBe(expected);
});

test.each([
  ['姓名', '匿名'],
  ['名', '3'],
  ['last name', 'N/A'],
  ['name', 'Blue Kettle'],
  ['商品名', '保温杯'],
  ['label', '物流'],
  ['phone', 'iPhone 15'],
])('finds nothing in a column called %s with %s', (name, value) => {
  expect(found(name, value)).toBe('');
});
