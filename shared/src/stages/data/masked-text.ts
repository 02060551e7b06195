import { findPersonalData, maskFindings } from './preparation/personal-data/find.ts';

/** Longest part of a text that is shown, in UTF-16 units. */
const SHOWN = 500;

/** The beginning of a text with its personal data masked, as everybody in a project may see it. */
export function maskedText(text: string): string {
  // Cut after masking: half a number would no longer be found.
  return maskFindings(text.slice(0, 4 * SHOWN), findPersonalData(text.slice(0, 4 * SHOWN))).slice(0, SHOWN);
}
