import type { DatasetItem } from '@greenlight/shared/stages/data/content.ts';
import type { ItemFilter, ShownItem } from '@greenlight/shared/stages/data/items-contract.ts';
import { maskedColumn } from '@greenlight/shared/stages/data/masked-text.ts';
import { findInColumns } from '@greenlight/shared/stages/data/preparation/personal-data/find-in-columns.ts';
import { findPersonalData, maskFindings } from '@greenlight/shared/stages/data/preparation/personal-data/find.ts';
import type {
  PersonalDataFinding,
  PersonalDataKind,
} from '@greenlight/shared/stages/data/preparation/personal-data/kinds.ts';
import type { LabelMasks } from './label-masks-service.ts';
import type { NumberedItem } from './read-items.ts';

const SHOWN_MASKED = 500;
const SHOWN_RAW = 10_000;

/** The kinds of personal data in an item's text, where it was found already, and its columns and labels, each once. */
function kindsIn(
  { columns, labels = [], tasks = {} }: DatasetItem,
  inText: readonly PersonalDataFinding[],
): Set<PersonalDataKind> {
  const answers = Object.values(tasks)
    .flat()
    .filter((answer) => typeof answer === 'string');
  const inWords = [...labels, ...answers].flatMap((one) => findPersonalData(one));
  const inColumns = findInColumns(columns).flatMap(({ inName, inValue }) => [...inName, ...inValue]);
  return new Set([...inText, ...inWords, ...inColumns].map(({ kind }) => kind));
}

/** Whether an item holds personal data. */
export function holdsPersonalData(item: DatasetItem): boolean {
  return kindsIn(item, findPersonalData(item.text)).size > 0;
}

/**
 * The item as it is shown, or null where the filter leaves it out. What is masked cannot be searched for either: whether
 * a number occurs would already say something about a person.
 */
export function shownItem(
  { number, item }: NumberedItem,
  filter: ItemFilter,
  isRaw: boolean,
  masks: Pick<LabelMasks, 'shown' | 'shownPath'>,
): ShownItem | null {
  const { split, text, labels, value, tasks, columns, image } = item;
  if (filter.split !== undefined && filter.split !== split) return null;
  const isAskedFor = (label: string) => masks.shown(label) === filter.label || (isRaw && label === filter.label);
  if (filter.label !== undefined && labels?.some(isAskedFor) !== true) return null;
  const words = filter.text?.toLowerCase() ?? '';
  if (words !== '' && !text.toLowerCase().includes(words)) return null;
  const found = findPersonalData(text);
  const kinds = kindsIn(item, found);
  if (filter.personalData !== undefined && (filter.personalData === 'with') !== kinds.size > 0) return null;
  const plain = isRaw || image === undefined ? text : masks.shownPath(text);
  const whole = isRaw ? text : maskFindings(plain, plain === text ? found : findPersonalData(plain));
  if (words !== '' && !whole.toLowerCase().includes(words)) return null;
  const length = isRaw ? SHOWN_RAW : SHOWN_MASKED;
  const shownColumns =
    columns &&
    Object.fromEntries(
      Object.entries(columns).map(([name, given]) =>
        // A file without a header may have had its first row taken for one.
        isRaw ? [name, given] : [masks.shown(name), maskedColumn(name, given)],
      ),
    );
  return {
    number,
    split,
    text: whole.slice(0, length),
    isCut: whole.length > length,
    ...(labels === undefined ? {} : { labels }),
    ...(value === undefined ? {} : { value }),
    ...(tasks === undefined ? {} : { tasks }),
    ...(shownColumns === undefined ? {} : { columns: shownColumns }),
    ...(image === undefined ? {} : { image }),
    personalData: [...kinds],
  };
}
