import type { Mock } from 'vitest';

/** The JSON that the first request carried. */
export function sentBody(request: Mock<typeof fetch>): unknown {
  const body = request.mock.calls[0]?.[1]?.body;
  if (typeof body !== 'string') throw new Error('the request carried no JSON');
  return JSON.parse(body);
}
