import type { LocalizedText } from '@greenlight/shared/api/localized-text.ts';
import type { TFunction } from 'i18next';
import { fieldProblemsOf } from '../../ui/field-problems.tsx';
import { SETTING_GROUPS, type SettingName } from './settings.ts';

const SETTINGS = new Set<string>(SETTING_GROUPS.flatMap(({ fields }) => fields.map(({ name }) => name)));

/** A setting of the form by the field that a refusal names, such as `configuration.samplePrompts.0`. */
function settingOf(field: string): string {
  return field.replace(/^configuration\./, '').split('.')[0] ?? '';
}

/** The settings that a refusal names in its details, with what is wrong with each. */
export function refusedFields(error: unknown): { name: string; message: string | LocalizedText }[] {
  return fieldProblemsOf(error).map(({ field, message }) => ({ name: settingOf(field), message }));
}

/** The name in the form of a field that a refusal names. */
export function refusedName(field: string, t: TFunction<'training'>): string | undefined {
  const name = settingOf(field);
  if (name === 'datasetVersionId') return t('form.dataset');
  return SETTINGS.has(name) ? t(`setting.${name as SettingName}`) : undefined;
}
