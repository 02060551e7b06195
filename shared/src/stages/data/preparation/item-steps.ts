import { MAX_ITEM_LENGTH } from '../content.ts';
import { stripHtml } from './html.ts';
import { findInColumns, type ColumnFindings } from './personal-data/find-in-columns.ts';
import { findPersonalData, maskFindings } from './personal-data/find.ts';
import { PERSONAL_DATA_KINDS, type PersonalDataFinding, type PersonalDataKind } from './personal-data/kinds.ts';
import { isBlank, type SourceItem } from './reading/item-reader.ts';
import type { ItemStep, RecipeStep, StepCount } from './recipe.ts';
import { features, readFeatures } from './text-features.ts';

const INVISIBLE = /[[\p{Cc}\p{Cf}\p{Cs}\ufe00-\ufe0f]--[\t\n]]/v;
const EVERY_INVISIBLE = new RegExp(INVISIBLE, 'gv');
/** Runs of white space that are no single space. */
const WIDE_SPACE = /[^\S ]\s*| \s+/g;
/** What composition can change begins with the combining marks. */
const MAY_COMPOSE = /[\u0300-\uffff]/;

/** Counts of a step that has seen nothing. */
export function emptyStepCount(step: number, { type }: RecipeStep): StepCount {
  return { step, type, items: 0, changed: 0, dropped: 0, ...(type === 'personal-data' ? { findings: {} } : {}) };
}

function addFindings(count: StepCount, kind: PersonalDataKind, found: number): void {
  count.findings ??= {};
  count.findings[kind] = (count.findings[kind] ?? 0) + found;
}

function halfWidth(text: string): string {
  return text.replaceAll(/[\uff01-\uff5e\u3000]/g, (sign) =>
    sign === '\u3000' ? ' ' : String.fromCharCode(sign.charCodeAt(0) - 0xfee0),
  );
}

function fullWidth(text: string): string {
  return text.replaceAll(/[ -~]/g, (sign) =>
    sign === ' ' ? '\u3000' : String.fromCharCode(sign.charCodeAt(0) + 0xfee0),
  );
}

/** The latest text that is known to hold no personal data of any kind. */
interface CleanText {
  text: string | null;
}

type Apply = (item: SourceItem, count: StepCount, clean: CleanText) => SourceItem | null;

const NOTHING: readonly PersonalDataFinding[] = [];

function onText(change: (text: string) => string): Apply {
  return (item) => {
    const text = change(item.text);
    if (text === item.text) return item;
    // Normalisation can make a text longer than an item may be.
    return isBlank(text) || text.length > MAX_ITEM_LENGTH ? null : { ...item, text };
  };
}

function mapLabels(step: Extract<ItemStep, { type: 'map-labels' }>): Apply {
  const map = new Map(Object.entries(step.map));
  return (item) => {
    if (item.labels === undefined) return step.dropUnlabelled ? null : item;
    const mapped = item.labels.flatMap(
      (label) => map.get(label) ?? (map.has(label) || step.others === 'remove' ? [] : [label]),
    );
    const labels = [...new Set(mapped)];
    if (labels.length === 0 && step.dropUnlabelled) return null;
    const isSame =
      labels.length === item.labels.length && labels.every((label, index) => label === item.labels![index]);
    return isSame ? item : { ...item, labels };
  };
}

function onPersonalData({ kinds, action }: Extract<ItemStep, { type: 'personal-data' }>): Apply {
  const wanted = new Set(kinds);
  return (item, count, clean) => {
    const findings = item.text === clean.text ? NOTHING : findPersonalData(item.text, wanted);
    if (findings.length === 0 && wanted.size === PERSONAL_DATA_KINDS.length) clean.text = item.text;
    for (const { kind } of findings) addFindings(count, kind, 1);
    // Other columns came with the item and hold whatever people wrote there.
    const columns = findInColumns(item.columns, wanted);
    const inColumns = columns.flatMap(({ inName, inValue }) => [...inName, ...inValue]);
    for (const { kind } of inColumns) addFindings(count, kind, 1);
    if (findings.length === 0 && inColumns.length === 0) return item;
    // What a column is called says nothing of the one item.
    const isOfItem = findings.length > 0 || columns.some(({ inValue }) => inValue.length > 0);
    if (action === 'drop' && isOfItem) return null;
    const text = maskFindings(item.text, findings).slice(0, MAX_ITEM_LENGTH);
    return { ...item, text, ...(inColumns.length > 0 ? { columns: maskedColumns(columns) } : {}) };
  };
}

/** Columns without the personal data in their names and values; names that become the same are told apart by numbers. */
function maskedColumns(columns: readonly ColumnFindings[]): Record<string, string> {
  const masked = new Map<string, string>();
  for (const { name, value, inName, inValue } of columns) {
    const plain = maskFindings(name, inName);
    let free = plain;
    for (let number = 2; masked.has(free); number++) free = `${plain} ${number}`;
    masked.set(free, maskFindings(value, inValue).slice(0, 2000));
  }
  return Object.fromEntries(masked);
}

function isLengthWithin(text: string, step: Extract<ItemStep, { type: 'filter-length' }>): boolean {
  const { unit, minimum } = step;
  const maximum = step.maximum ?? Infinity;
  // A character has one or two UTF-16 units: most texts need not be read.
  if (unit === 'characters' && text.length >= 2 * minimum && text.length <= maximum) return true;
  readFeatures(text);
  return features[unit] >= minimum && features[unit] <= maximum;
}

function applyOf(step: ItemStep): Apply {
  switch (step.type) {
    case 'normalise-unicode':
      return onText(
        step.form === 'NFC'
          ? (text) => (MAY_COMPOSE.test(text) ? text.normalize('NFC') : text)
          : (text) => text.normalize(step.form),
      );
    case 'width':
      return onText(step.to === 'half' ? halfWidth : fullWidth);
    case 'strip-white-space':
      return onText((text) => (step.collapse ? text.trim().replaceAll(WIDE_SPACE, ' ') : text.trim()));
    case 'remove-control-characters':
      return onText((text) => (INVISIBLE.test(text) ? text.replaceAll(EVERY_INVISIBLE, '') : text));
    case 'strip-html':
      return onText(stripHtml);
    case 'lowercase':
      return onText((text) => text.toLowerCase());
    case 'filter-length':
      return (item) => (isLengthWithin(item.text, step) ? item : null);
    case 'filter-language':
      return (item) => {
        readFeatures(item.text);
        return step.keep.includes(features.language) ? item : null;
      };
    case 'personal-data':
      return onPersonalData(step);
    case 'map-labels':
      return mapLabels(step);
  }
}

/** Applies steps that look at one item alone, one after another, and counts what each does. */
export class ItemSteps {
  readonly counts: readonly StepCount[];
  readonly #applies: readonly Apply[];
  readonly #clean: CleanText = { text: null };

  /** `steps` with their places in the recipe. */
  constructor(steps: readonly { readonly step: ItemStep; readonly place: number }[]) {
    this.counts = steps.map(({ step, place }) => emptyStepCount(place, step));
    this.#applies = steps.map(({ step }) => applyOf(step));
  }

  /**
   * The item after all steps, the very same object where none changed it; or the place of the step that dropped it. `isClean` where
   * its text is known to hold no personal data.
   */
  apply(item: SourceItem, isClean = false): SourceItem | number {
    this.#clean.text = isClean ? item.text : null;
    let current = item;
    for (const [index, apply] of this.#applies.entries()) {
      const count = this.counts[index]!;
      count.items++;
      const next = apply(current, count, this.#clean);
      if (next === null) {
        count.dropped++;
        return count.step;
      }
      if (next !== current) count.changed++;
      current = next;
    }
    return current;
  }

  /** Whether a text, after `apply`, is known to hold no personal data. */
  isClean(text: string): boolean {
    return text === this.#clean.text;
  }
}

/** Adds what a part of the items gave to the counts of the same step. */
export function addStepCount(total: StepCount, part: StepCount): void {
  total.items += part.items;
  total.changed += part.changed;
  total.dropped += part.dropped;
  for (const [kind, found] of Object.entries(part.findings ?? {})) addFindings(total, kind as PersonalDataKind, found);
}
