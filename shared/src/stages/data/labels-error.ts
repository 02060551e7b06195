/** Most different labels that a dataset version, or one task of it, may have. */
export const MAX_LABELS = 1000;

/** Why items cannot be one dataset: they are not all labelled in the same way. */
export class LabelsError extends Error {
  override readonly name = 'LabelsError';
  readonly inChinese: string;

  constructor(inEnglish: string, inChinese: string) {
    super(inEnglish);
    this.inChinese = inChinese;
  }
}
