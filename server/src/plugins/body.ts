import type { FastifyInstance } from 'fastify';
import { mayHoldUnstorableText, unstorableText, unstorableTextPath } from './unsafe-text.ts';

/** Reads JSON bodies only: an empty one counts as absent, text that no database can hold is refused with its place. */
export function registerBodyParser(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text: string, done) => {
    if (text === '') return done(null, undefined);
    void parseJson(request, text, (error, value) => {
      const unstorable = error === null && mayHoldUnstorableText(text) ? unstorableTextPath(value) : undefined;
      if (unstorable === undefined) done(error, value);
      else done(unstorableText(unstorable));
    });
  });
}
