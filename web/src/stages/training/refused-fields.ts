import { ApiError } from '../../api/api-error.ts';

/** The settings that a refusal names in its details, whichever shape of path they come in. */
export function refusedFields(error: unknown): string[] {
  if (!(error instanceof ApiError) || !Array.isArray(error.details)) return [];
  return error.details.flatMap((detail: unknown) => {
    if (typeof detail !== 'object' || detail === null) return [];
    const place = 'path' in detail ? detail.path : 'field' in detail ? detail.field : undefined;
    const parts = Array.isArray(place) ? place.map(String) : typeof place === 'string' ? place.split(/[./]/) : [];
    const name = parts.filter((part) => part !== '' && part !== 'body' && part !== 'configuration').at(0);
    return name === undefined ? [] : [name];
  });
}
