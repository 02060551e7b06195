import type { Tokenizer } from '@greenlight/shared/stages/data/tokenizer-contract.ts';
import { useTranslation } from 'react-i18next';
import { formatExactCount } from '../../ui/numbers.ts';

/** What a tokenizer is called: its file where it was brought along, its kind, how many tokens it has, and what it does to texts. */
export function useTokenizerName(): (tokenizer: Pick<Tokenizer, 'settings' | 'size' | 'upload'>) => string {
  const { t } = useTranslation('tokenizers');
  return ({ settings: { kind, lowercase, stripAccents }, size, upload }) =>
    [
      ...(upload === null ? [] : [upload.fileName]),
      t(`kind.${kind}`),
      t('tokens', { size: formatExactCount(size) }),
      ...(lowercase ? [t('form.lowercase')] : []),
      ...(stripAccents ? [t('form.stripAccents')] : []),
    ].join(' · ');
}
