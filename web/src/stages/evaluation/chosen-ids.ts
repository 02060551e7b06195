import { z } from 'zod';

const SEPARATOR = ',';

/** The ids of evaluations that an address names, each once, in their order; what is no id is left out. */
export function idsIn(text: string | undefined): string[] {
  const named = text?.split(SEPARATOR).filter((part) => z.uuid().safeParse(part).success) ?? [];
  return [...new Set(named)];
}

/** Ids as an address names them; undefined where there are none. */
export function idsText(ids: readonly string[]): string | undefined {
  return ids.length === 0 ? undefined : ids.join(SEPARATOR);
}
