import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Storage } from '../../storage/storage.ts';

/** Random bytes before a secret, so that the checksum under which it is kept says nothing about it. */
const SALT_BYTES = 32;

/** Keeps a secret as a file in storage, where it is encrypted and follows every change of the master key; answers the file's SHA-256. */
export async function keepSecret(storage: Storage, secret: string): Promise<string> {
  const content = Buffer.concat([randomBytes(SALT_BYTES), Buffer.from(secret, 'utf8')]);
  const sha256 = createHash('sha256').update(content).digest('hex');
  await storage.put(Readable.from([content]), { sha256, sizeBytes: content.length });
  return sha256;
}

/** Reads a secret back. Throws AppError `content-key-missing` or `content-damaged` where its file can no longer be read. */
export async function readSecret(storage: Storage, sha256: string): Promise<string> {
  const { stream } = await storage.open(sha256);
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).subarray(SALT_BYTES).toString('utf8');
}
