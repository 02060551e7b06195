import type { Language } from '@greenlight/shared/api/localized-text.ts';

/** The product's language that an Accept-Language header prefers; English where it names neither. */
export function preferredLanguage(acceptLanguage: string | undefined): Language {
  let best: { language: Language; weight: number } = { language: 'en', weight: 0 };
  for (const part of (acceptLanguage ?? '').slice(0, 500).split(',')) {
    const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
    const quality = parameters.map((parameter) => /^\s*q=([01](\.\d{1,3})?)\s*$/.exec(parameter)?.[1]).find(Boolean);
    const weight = quality === undefined ? 1 : Number(quality);
    const primary = tag.split('-')[0];
    if ((primary === 'zh' || primary === 'en') && weight > best.weight) best = { language: primary, weight };
  }
  return best.language;
}
