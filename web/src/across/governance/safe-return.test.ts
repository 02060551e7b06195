import { expect, test } from 'vitest';
import { safeReturn } from './safe-return.ts';

test.each([
  ['/projects/1?x=2', '/projects/1?x=2'],
  [undefined, '/projects'],
  ['', '/projects'],
  ['https://elsewhere.example', '/projects'],
  ['//elsewhere.example', '/projects'],
  ['/\\elsewhere.example', '/projects'],
  ['javascript:alert(1)', '/projects'],
])('%s leads to %s', (returnTo, address) => expect(safeReturn(returnTo)).toBe(address));
