import type { LocalizedText } from '@greenlight/shared/api/localized-text.ts';
import { isDefaultRunName } from '@greenlight/shared/stages/training/run-name.ts';
import { Localized } from './localized.tsx';

/** A run by its number and its name, or by its name alone where that is its number. */
export function NumberedRunName({ number, name }: { readonly number: number; readonly name: LocalizedText }) {
  return (
    <>
      {!isDefaultRunName(name, number) && `#${number} `}
      <Localized text={name} />
    </>
  );
}
