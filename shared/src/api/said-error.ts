import type { InBothLanguages } from './localized-text.ts';

/** An error whose reason is told to people, in both languages; its message is the English one. */
export class SaidError extends Error {
  override readonly name: string = 'SaidError';
  readonly said: InBothLanguages;

  constructor(said: InBothLanguages) {
    super(said.en);
    this.said = said;
  }
}
