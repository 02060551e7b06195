import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { messageOf, statusOf, type ErrorBody, type ErrorCode } from '@greenlight/shared/api/error-codes.ts';

const CODE_OF_FAULT: Readonly<Record<string, ErrorCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'body-too-slow',
  HPE_HEADER_OVERFLOW: 'head-too-large',
};

/** Answers what is no request, or none that can be read, with an error body like every other where one may be written; then the connection ends. */
export function answerUnreadable(fault: NodeJS.ErrnoException, socket: Socket, mayWrite: boolean): void {
  if (fault.code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable && mayWrite) {
    const code = CODE_OF_FAULT[fault.code ?? ''] ?? 'bad-request';
    const body: ErrorBody = { error: { code, message: messageOf(code, 'en') } };
    const text = JSON.stringify(body);
    const status = statusOf(code);
    socket.write(
      [
        `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
        'content-type: application/json; charset=utf-8',
        `content-length: ${Buffer.byteLength(text)}`,
        'connection: close',
        '',
        text,
      ].join('\r\n'),
    );
  }
  socket.destroy();
}
