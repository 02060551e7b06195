import { expect, test } from 'vitest';
import { VECTOR_UNIT, VECTOR_UNIT_HERE, vectorUnitOf } from './vector-unit.ts';

const WIDE = new Set(['sse2', 'avx2', 'fma', 'avx512f']);
const NARROW = new Set(['sse2', 'avx2', 'fma']);

test.each([
  ['the widest that there are', WIDE, undefined, 'AVX-512'],
  ['the widest where nothing is said', WIDE, '', 'AVX-512'],
  ['narrower ones where that is asked for', WIDE, '256', 'AVX2'],
  ['what there is', NARROW, '512', 'AVX2'],
  ['none where that is asked for', WIDE, 'none', undefined],
  ['none without products that add', new Set(['avx2']), undefined, undefined],
  ['none of a processor that says nothing', new Set<string>(), undefined, undefined],
])('vectors are %s', (_, flags, setting, name) => {
  expect(vectorUnitOf(flags, setting)?.name).toBe(name);
});

test('sums, b and a of a tile fit into the registers, and its rows into a vector twice', () => {
  for (const unit of [vectorUnitOf(WIDE), vectorUnitOf(NARROW), VECTOR_UNIT]) {
    if (unit === null) throw new Error('There is no such processor');
    expect(unit.tileRows * unit.tileVectors + unit.tileVectors + 1).toBeLessThanOrEqual(unit.registers);
    expect(2 * unit.tileRows).toBe(unit.lanes);
    expect(unit.blockRows % unit.tileRows).toBe(0);
    expect(unit.panelDepth % unit.lanes).toBe(0);
  }
});

test.skipIf(VECTOR_UNIT_HERE === null)('sizes are those of what runs here', () => {
  expect(VECTOR_UNIT).toBe(VECTOR_UNIT_HERE);
});
