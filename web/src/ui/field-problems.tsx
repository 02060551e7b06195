import { inLanguage, localizedText } from '@greenlight/shared/api/localized-text.ts';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { ApiError } from '../api/api-error.ts';
import { useLanguage } from '../i18n/language.ts';

const refusal = z.object({
  fields: z.array(z.object({ field: z.string(), message: z.union([z.string(), localizedText]) })),
});

/** The fields or keys of a file that a refusal names, with what is wrong with each. */
export function fieldProblemsOf(error: unknown): z.infer<typeof refusal>['fields'] {
  const details = error instanceof ApiError ? refusal.safeParse(error.details) : undefined;
  return details?.data?.fields ?? [];
}

interface Properties {
  readonly error: unknown;
  /** The name of a field on the page, where it has one. */
  readonly nameOf?: ((field: string) => string | undefined) | undefined;
}

/** The fields or keys of a file that a refusal names, with what is wrong; nothing where it names none. */
export function FieldProblems({ error, nameOf }: Properties) {
  const { t } = useTranslation();
  const language = useLanguage();
  const problems = fieldProblemsOf(error);
  if (problems.length === 0) return null;
  return (
    <ul className="field-problems" data-testid="field-problems">
      {problems.map(({ field, message }) => {
        const text = typeof message === 'string' ? message : inLanguage(message, language);
        return (
          <li key={`${field} ${text}`} data-raw>
            {t('labelled', { label: nameOf?.(field) ?? field, value: text })}
          </li>
        );
      })}
    </ul>
  );
}
