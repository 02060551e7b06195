import type { LocalizedText } from '../../api/localized-text.ts';

/** The name of a run to which nobody gave one. */
export function defaultRunName(number: number): Required<LocalizedText> {
  return { zh: `第 ${number} 次训练运行`, en: `Run ${number}` };
}

/** Whether a run's name is only its number: then the number need not stand beside it once more. */
export function isDefaultRunName(name: LocalizedText, number: number): boolean {
  const { zh, en } = defaultRunName(number);
  return name.zh === zh && name.en === en;
}
