import { useRef } from 'react';
import { randomId } from './random-id.ts';

/**
 * Gives the same body with the same key for the same values while a form is open: sending them again after a lost reply makes nothing twice,
 * sending something else does.
 */
export function useIdempotentBody<Values, Body extends object>(
  make: (values: Values) => Body,
): (values: Values) => Body & { readonly idempotencyKey: string } {
  const last = useRef<{ readonly json: string; readonly body: Body & { readonly idempotencyKey: string } }>(undefined);
  return (values) => {
    const json = JSON.stringify(values);
    if (last.current?.json !== json) last.current = { json, body: { ...make(values), idempotencyKey: randomId() } };
    return last.current.body;
  };
}
