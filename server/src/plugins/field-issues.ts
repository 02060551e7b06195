import type { Language } from '@greenlight/shared/api/localized-text.ts';
import { z } from 'zod';

/** A validation finding as the validator compiler hands it to the error handler. */
export interface FieldIssue {
  /** The kind of finding in zod's terms, such as `too_big`. */
  readonly keyword?: string;
  readonly instancePath: string;
  readonly message?: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

const CHINESE = z.locales.zhCN().localeError;

/** What a contract's own check says in Chinese. */
const ownParameters = z.object({ zh: z.string() });

/** The field of a finding, as `configuration.heads`, and what is wrong with it in the reader's language. */
export function fieldMessage(issue: FieldIssue, language: Language): { field: string; message: string } {
  const field = issue.instancePath.replace(/^\//, '').replaceAll('/', '.');
  const english = issue.message ?? 'is not valid';
  if (language === 'en') return { field, message: english };
  const own = ownParameters.safeParse(issue.params?.['params']);
  if (own.success) return { field, message: own.data.zh };
  const raw = { path: [], ...issue.params, code: issue.keyword } as unknown as Parameters<typeof CHINESE>[0];
  const localized = raw.code === undefined || raw.code === 'custom' ? undefined : CHINESE(raw);
  const text = typeof localized === 'string' ? localized : localized?.message;
  return { field, message: text ?? english };
}

/** What a schema found, with a message for each field in the reader's language. */
export function fieldMessages({ issues }: z.ZodError, language: Language): { field: string; message: string }[] {
  return issues.map(({ code, path, message, ...params }) =>
    fieldMessage({ keyword: code, instancePath: `/${path.join('/')}`, message, params }, language),
  );
}
