import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NOTHING, orNothing } from './nothing.ts';

test('a blank and a dash of any length are nothing, words are what they are', () => {
  expect(['', ' ', '—', '-', '–'].map(orNothing)).toEqual(Array(5).fill(NOTHING));
  expect(orNothing('CC-BY-4.0')).toBe('CC-BY-4.0');
});

test('no page writes a sign for nothing of its own', () => {
  const folder = join(import.meta.dirname, '..');
  const files = globSync('**/*.{ts,tsx,json}', { cwd: folder }).filter((name) => !/nothing|\.test\./.test(name));
  expect(files.length).toBeGreaterThan(300);
  const own = files.filter((name) => /(['"`])[–—]\1|>\s*[–—]\s*</.test(readFileSync(join(folder, name), 'utf8')));
  expect(own).toEqual([]);
});
