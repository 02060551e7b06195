import { SPLITS, type Split } from '../../content.ts';

const OTHER_NAMES: Readonly<Record<string, Split>> = {
  val: 'validation',
  valid: 'validation',
  dev: 'validation',
  training: 'train',
};

/** The split that files call so, in whatever case; undefined where it is none. */
export function splitNamed(name: string): Split | undefined {
  const known = name.trim().toLowerCase();
  return (
    SPLITS.find((split) => split === known) ?? (Object.hasOwn(OTHER_NAMES, known) ? OTHER_NAMES[known] : undefined)
  );
}
