import { AppError } from './app-error.ts';

/**
 * Path of the first string inside a parsed value that PostgreSQL cannot store: one with a NUL character or with half of
 * a surrogate pair. Undefined where there is none. Iterative, so that deep nesting cannot exhaust the stack.
 */
export function unstorableTextPath(value: unknown): string | undefined {
  const pending: { value: unknown; path: string }[] = [{ value, path: '' }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value: current, path } = next;
    if (typeof current === 'string') {
      if (current.includes('\0') || !current.isWellFormed()) return path;
    } else if (typeof current === 'object' && current !== null) {
      for (const [key, member] of Object.entries(current)) {
        const memberPath = path === '' ? key : `${path}.${key}`;
        if (key.includes('\0') || !key.isWellFormed()) return path;
        pending.push({ value: member, path: memberPath.slice(0, 200) });
      }
    }
  }
  return undefined;
}

/** Whether JSON text could hold such a string at all: only escapes can bring one in. */
export function mayHoldUnstorableText(json: string): boolean {
  return /\\u(0000|[dD][89a-fA-F])/.test(json);
}

/** The refusal of such a string at its place. */
export function unstorableText(field: string): AppError {
  const message = {
    en: 'This text has a NUL character or half of a character, which cannot be stored.',
    zh: '文本中有 NUL 字符或不完整的字符，无法保存。',
  };
  return new AppError('bad-request', { fields: [{ field, message }] });
}
