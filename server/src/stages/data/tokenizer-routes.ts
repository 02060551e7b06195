import {
  compareTokenizers,
  downloadTokenizer,
  getTokenizer,
  listTokenizers,
  listTokenizerTrainings,
  startTokenizerTraining,
  tokenizeText,
} from '@greenlight/shared/stages/data/tokenizer-contract.ts';
import { sendDownload } from '../../plugins/download.ts';
import { userOf, type RegisterRoute } from '../../plugins/route.ts';
import type { TokenizerService } from './tokenizer-service.ts';

/** Registers the routes of tokenizers. */
export function registerTokenizers(register: RegisterRoute, tokenizers: TokenizerService): void {
  register(startTokenizerTraining, (call) => tokenizers.train(userOf(call), call.params.datasetVersionId, call.body));
  register(listTokenizerTrainings, ({ params, query }) =>
    tokenizers.trainings(params.datasetVersionId, query.cursor, query.limit),
  );
  register(listTokenizers, ({ params, query }) => tokenizers.list(params.projectId, query.cursor, query.limit));
  register(getTokenizer, ({ params }) => tokenizers.get(params.tokenizerId));
  register(downloadTokenizer, async (call) =>
    sendDownload(call.reply, await tokenizers.download(userOf(call), call.params.tokenizerId, call.query.purpose)),
  );
  register(tokenizeText, ({ params, body }) => tokenizers.tokenize(params.tokenizerId, body.text));
  register(compareTokenizers, ({ params, query }) => tokenizers.compare(params.tokenizerId, query.before));
}
