import { expect, test } from 'vitest';
import { en, zh } from '../i18n/resources.ts';

test.each([
  ['en', en],
  ['zh', zh],
])('no two links of the rail have one name (%s)', (_, { frame, common }) => {
  const { label: _label, across: _across, ...nav } = frame.nav;
  const { title: _title, ...governance } = frame.governance;
  const names = [nav, governance, common.stage].flatMap((texts) => Object.values<string>(texts));
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
