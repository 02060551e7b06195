import type { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** A stored file on its way to a client. */
export interface Download {
  readonly stream: Readable;
  readonly sizeBytes: number;
  /** File name that a browser saves it under; ours, never a person's text. */
  readonly name: string;
  readonly contentType:
    | 'application/json; charset=utf-8'
    | 'application/jsonl'
    | 'application/octet-stream'
    | 'text/csv; charset=utf-8'
    | 'text/markdown; charset=utf-8';
  readonly sha256: string;
}

/** A file that is made while it is sent: its size and checksum are not known beforehand. */
export type StreamedDownload = Omit<Download, 'sizeBytes' | 'sha256'>;

/** Sends a file that is made while it is sent; where that fails the connection breaks off, so that no part passes for the whole. */
export function sendStreamedDownload(reply: FastifyReply, file: StreamedDownload): FastifyReply {
  return reply
    .header('content-type', file.contentType)
    .header('content-disposition', `attachment; filename="${file.name.replace(/[^\w.-]/g, '_')}"`)
    .header('cache-control', 'no-store')
    .header('x-content-type-options', 'nosniff')
    .send(file.stream);
}

/** Sends a file as an attachment that no browser renders, with its checksum as the entity tag. */
export function sendDownload(reply: FastifyReply, file: Download): FastifyReply {
  return reply
    .header('content-type', file.contentType)
    .header('content-length', file.sizeBytes)
    .header('content-disposition', `attachment; filename="${file.name.replace(/[^\w.-]/g, '_')}"`)
    .header('etag', `"${file.sha256}"`)
    .header('x-content-type-options', 'nosniff')
    .send(file.stream);
}

/** A picture that a page shows. */
export interface ShownImage {
  readonly stream: Readable;
  readonly sizeBytes: number;
  readonly mediaType: `image/${string}`;
}

/** Sends an image for a page of ours to show; opened by itself it may run nothing, and it does not stay on the computer. */
export function sendImage(reply: FastifyReply, { stream, sizeBytes, mediaType }: ShownImage): FastifyReply {
  return reply
    .header('content-type', mediaType)
    .header('content-length', sizeBytes)
    .header('content-disposition', 'inline')
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('cross-origin-resource-policy', 'same-origin')
    .header('cache-control', 'private, no-store')
    .header('x-content-type-options', 'nosniff')
    .send(stream);
}
