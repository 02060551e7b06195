import type { Readable } from 'node:stream';
import {
  compareTokenizers,
  deleteTokenizer,
  downloadTokenizer,
  getTokenizer,
  listTokenizers,
  listTokenizerTrainings,
  startTokenizerMeasurement,
  startTokenizerTraining,
  tokenizeText,
  uploadTokenizer,
} from '@greenlight/shared/stages/data/tokenizer-contract.ts';
import { AppError } from '../../plugins/app-error.ts';
import { sendDownload } from '../../plugins/download.ts';
import { userOf, type RegisterRoute } from '../../plugins/route.ts';
import type { TokenizerService } from './tokenizer-service.ts';
import type { UploadedTokenizerService } from './uploaded-tokenizer-service.ts';

/** Registers the routes of tokenizers. */
export function registerTokenizers(
  register: RegisterRoute,
  tokenizers: TokenizerService,
  uploaded: UploadedTokenizerService,
): void {
  register(startTokenizerTraining, (call) => tokenizers.train(userOf(call), call.params.datasetVersionId, call.body));
  register(listTokenizerTrainings, ({ params, query }) =>
    tokenizers.trainings(params.datasetVersionId, query.state, query.cursor, query.limit),
  );
  register(listTokenizers, ({ params, query }) =>
    tokenizers.list(
      params.projectId,
      { isOfUploads: query.uploads === 'only', datasetVersionId: query.datasetVersionId },
      query.cursor,
      query.limit,
    ),
  );
  register(getTokenizer, ({ params, query }) => tokenizers.get(params.tokenizerId, query.datasetVersionId));
  register(startTokenizerMeasurement, (call) =>
    uploaded.measure(userOf(call), call.params.tokenizerId, call.body.datasetVersionId),
  );
  register(deleteTokenizer, async (call) => {
    await uploaded.remove(userOf(call), call.params.tokenizerId);
    return { ok: true as const };
  });
  register(downloadTokenizer, async (call) =>
    sendDownload(call.reply, await tokenizers.download(userOf(call), call.params.tokenizerId, call.query.purpose)),
  );
  register(tokenizeText, ({ params, body }) => tokenizers.tokenize(params.tokenizerId, body.text));
  register(compareTokenizers, ({ params, query }) => tokenizers.compare(params.tokenizerId, query.before));
}

/** Registers the upload of tokenizers, on an app whose bodies arrive as streams. */
export function registerTokenizerUploads(register: RegisterRoute, uploaded: UploadedTokenizerService): void {
  register(uploadTokenizer, (call) => {
    const { body } = call.request;
    if (body === undefined) throw new AppError('unsupported-media-type');
    return uploaded.receive(userOf(call), call.params.projectId, call.query, body as Readable);
  });
}
