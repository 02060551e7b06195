import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { pathOf } from '@greenlight/shared/api/define-route.ts';
import { completeSource, createSource, putSourcePart } from '@greenlight/shared/stages/data/source-contract.ts';
import type { Api } from '../../e2e/fixtures/api.ts';
import { descendantsRunning } from '../../e2e/fixtures/processes.ts';
import type { Product } from '../../e2e/fixtures/product.ts';
import { rounded } from './statistics.ts';

/** A file that is made while it is sent, in parts of the size that the server takes. */
interface LargeFile {
  readonly name: string;
  readonly format: 'csv' | 'zip';
  readonly sizeBytes: number;
  readonly parts: Iterable<Buffer>;
}

/** Sends a file part by part and has it checked as a whole; answers the id of the source. */
export async function sendFile(api: Api, projectId: string, file: LargeFile): Promise<string> {
  const { name, format, sizeBytes, parts } = file;
  const body = { name, format, sizeBytes, idempotencyKey: 'a-large-file' };
  const { id } = await api.call(createSource, { params: { projectId }, body });
  const whole = createHash('sha256');
  let offset = 0;
  for (const part of parts) {
    whole.update(part);
    const sha256 = createHash('sha256').update(part).digest('hex');
    const query = new URLSearchParams({ offset: String(offset), sha256, sizeBytes: String(part.length) });
    const reply = await api.raw(`${pathOf(putSourcePart.path, { sourceId: id })}?${query.toString()}`, {
      method: putSourcePart.method,
      headers: { 'content-type': 'application/octet-stream' },
      body: new Uint8Array(part),
    });
    if (!reply.ok) throw new Error(`part at ${offset}: ${reply.status} ${await reply.text()}`);
    offset += part.length;
  }
  await api.call(completeSource, { params: { sourceId: id }, body: { sha256: whole.digest('hex') } });
  return id;
}

/** Largest resident size, in MB, of the product's running processes whose command line holds `part`; null where none runs. */
export function peakOf({ launcherPid }: Product, part: string): number | null {
  const sizes = descendantsRunning(launcherPid, part).flatMap((pid) => {
    try {
      const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      return kilobytes === undefined ? [] : [(Number(kilobytes) * 1024) / 1e6];
    } catch {
      // The process ended between the listing and the reading.
      return [];
    }
  });
  return sizes.length === 0 ? null : rounded(Math.max(...sizes), 0);
}

/** Largest resident sizes of the product's lasting processes so far, in MB. */
export function peaks(product: Product): Record<'server' | 'worker', number | null> {
  return { server: peakOf(product, 'server/src/'), worker: peakOf(product, 'worker/src/main.ts') };
}
