import { useRef } from 'react';
import { randomId } from './random-id.ts';

/** Gives the same key for the same body while a form is open: sending it again after a lost reply makes nothing twice, sending something else does. */
export function useIdempotencyKey(): (body: unknown) => string {
  const last = useRef<{ readonly json: string; readonly key: string }>(undefined);
  return (body) => {
    const json = JSON.stringify(body);
    if (last.current?.json !== json) last.current = { json, key: randomId() };
    return last.current.key;
  };
}
