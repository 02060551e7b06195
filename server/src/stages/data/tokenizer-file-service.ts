import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { TOKENIZER_FILES } from '@greenlight/shared/stages/data/tokenizer-job.ts';
import { importTokenizerJson, type ImportedTokenizer } from '@greenlight/shared/tokenizers/import-tokenizer-json.ts';
import { TokenizerFileError } from '@greenlight/shared/tokenizers/file-problem.ts';
import { AppError } from '../../plugins/app-error.ts';

/** What a sender says of a file. */
interface TokenizerFile {
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** The whole file, in memory: it has to be understood before anything of it is kept. */
async function bytesOf(content: Readable, { sha256, sizeBytes }: TokenizerFile): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of content as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > sizeBytes) throw new AppError('payload-too-large');
    parts.push(part);
  }
  const bytes = Buffer.concat(parts);
  if (length !== sizeBytes || createHash('sha256').update(bytes).digest('hex') !== sha256)
    throw new AppError('checksum-mismatch');
  return bytes;
}

function imported(bytes: Buffer): ImportedTokenizer {
  try {
    return importTokenizerJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    if (error instanceof TokenizerFileError) {
      const fields = error.problems.map(({ key, message }) => ({ field: key || TOKENIZER_FILES.tokenizer, message }));
      throw new AppError('unsupported-tokenizer', { fields });
    }
    if (error instanceof TypeError)
      throw new AppError('unsupported-tokenizer', {
        fields: [
          { field: TOKENIZER_FILES.tokenizer, message: { zh: '文件不是 UTF-8 编码', en: 'the file is not UTF-8' } },
        ],
      });
    throw error;
  }
}

/** Takes a `tokenizer.json` in and understands it; throws `unsupported-tokenizer` with what would have to be different, `checksum-mismatch`, `payload-too-large`. */
export async function receiveTokenizerFile(
  content: Readable,
  file: TokenizerFile,
): Promise<{ bytes: Buffer; imported: ImportedTokenizer }> {
  const bytes = await bytesOf(content, file);
  return { bytes, imported: imported(bytes) };
}
