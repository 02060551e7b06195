import { findPersonalData } from './find.ts';
import { PERSONAL_DATA_KINDS, type PersonalDataFinding, type PersonalDataKind } from './kinds.ts';

const ALL_KINDS: ReadonlySet<PersonalDataKind> = new Set(PERSONAL_DATA_KINDS);
const NOTHING: readonly PersonalDataFinding[] = [];

/** Names of columns whose values are people's names, or parts of one, and nothing else. */
const NAMES_OF_PEOPLE = new RegExp(
  '^(?:(?:客户|顾客|用户|会员|患者|病人|学生|员工|联系人|收件人|收货人|寄件人|发件人|申请人|投诉人|负责人|经办人|持卡人|家属|家长|业主|法人|真实|中文|英文)?(?:姓名|姓氏)|' +
    '姓|名|(?:客户|用户|患者)?全名|联系人|收件人|收货人|寄件人|发件人|签收人|持卡人|户名|' +
    '(?:(?:customer|client|patient|user|employee|contact|student)[ _-]?)?(?:first|last|given|family|full|middle)[ _-]?name|sur[ _-]?name|' +
    '(?:customer|client|patient|employee|student|recipient|sender|contact|cardholder)[ _-]?name)$',
  'iu',
);
/** What a name can look like in such a column: letters of any script, with the signs that stand within names. */
const LOOKS_LIKE_NAME = /^[\p{L}\p{M}][\p{L}\p{M} .,'’·•・-]{0,39}$/u;
/** What stands there where nobody is named. */
const NOBODY =
  /^(?:无|未知|匿名|未填|空|暂无|不详|本人|男|女|先生|女士|小姐|其他|是|否|none|null|nan|n\.?a\.?|unknown|anonymous|yes|no|true|false|mr|mrs|ms|test|other)\.?$/iu;

const KEPT_NAMES = 1000;

/** What the name of a column says: the personal data in it, and whether its values are names. */
interface ColumnName {
  readonly label: string;
  readonly findings: readonly PersonalDataFinding[];
  readonly holdsNames: boolean;
}

/** Names of columns come back with every item. */
const known = new Map<string, ColumnName>();

function columnName(name: string): ColumnName {
  const found = known.get(name);
  if (found !== undefined) return found;
  const read = {
    label: `${name}: `,
    findings: findPersonalData(name),
    holdsNames: NAMES_OF_PEOPLE.test(name.trim().replaceAll(/\s+/g, ' ')),
  };
  if (known.size >= KEPT_NAMES) known.clear();
  known.set(name, read);
  return read;
}

/** Personal data in the value of a named column, in order of place; the name counts as the words before it ("phone: …"). */
export function findInColumn(
  name: string,
  value: string,
  kinds: ReadonlySet<PersonalDataKind> = ALL_KINDS,
): readonly PersonalDataFinding[] {
  if (value === '') return NOTHING;
  const { label, holdsNames } = columnName(name);
  if (holdsNames && kinds.has('name')) {
    const start = value.length - value.trimStart().length;
    const plain = value.trim();
    if (LOOKS_LIKE_NAME.test(plain) && !NOBODY.test(plain)) return [{ kind: 'name', start, end: start + plain.length }];
  }
  const found = findPersonalData(label + value, kinds).filter(({ end }) => end > label.length);
  if (found.length === 0) return NOTHING;
  // What begins in the name and ends in the value is neither's.
  if (found[0]!.start < label.length) return findPersonalData(value, kinds);
  return found.map(({ kind, start, end }) => ({ kind, start: start - label.length, end: end - label.length }));
}

/** What was found in the name of a column and in its value. */
export interface ColumnFindings {
  readonly name: string;
  readonly value: string;
  readonly inName: readonly PersonalDataFinding[];
  readonly inValue: readonly PersonalDataFinding[];
}

/** Personal data in the further columns of an item, in their names too. */
export function findInColumns(
  columns: Readonly<Record<string, string>> | undefined,
  kinds: ReadonlySet<PersonalDataKind> = ALL_KINDS,
): ColumnFindings[] {
  if (columns === undefined) return [];
  return Object.entries(columns).map(([name, value]) => ({
    name,
    value,
    inName: columnName(name).findings.filter(({ kind }) => kinds.has(kind)),
    inValue: findInColumn(name, value, kinds),
  }));
}
