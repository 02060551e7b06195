import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync, Visitor, type ESTree } from 'vite';
import { describe, expect, test } from 'vitest';
import { en, zh } from './resources.ts';

/** All sentences of a language by their key; plural forms count as one key. */
function sentencesOf(node: object, prefix = ''): Map<string, string> {
  const sentences = new Map<string, string>();
  for (const [name, value] of Object.entries(node) as [string, string | object][]) {
    const key = `${prefix}${name.replace(/_(one|other)$/, '')}`;
    if (typeof value === 'string') sentences.set(key, value);
    else for (const [inner, sentence] of sentencesOf(value, `${key}.`)) sentences.set(inner, sentence);
  }
  return sentences;
}

const SOURCES = join(import.meta.dirname, '..');
const SCREENS = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter(
  (file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$|^testing|\.d\.ts$/.test(file),
);
const READ_ALOUD = new Set([
  'title',
  'label',
  'placeholder',
  'aria-label',
  'alt',
  'description',
  'okText',
  'cancelText',
]);
const WORDS = /\p{L}{2,}/u;
const CHINESE = /\p{Script=Han}/u;

/** Text in a source file that people would read and no translation knows. */
function hardCodedText(file: string): string[] {
  const found: string[] = [];
  const { program, errors } = parseSync(file, readFileSync(join(SOURCES, file), 'utf8'));
  expect(errors).toEqual([]);
  new Visitor({
    JSXText: (node: ESTree.JSXText) => {
      if (WORDS.test(node.value)) found.push(node.value.trim());
    },
    JSXAttribute: (node: ESTree.JSXAttribute) => {
      const name = node.name.type === 'JSXIdentifier' ? node.name.name : '';
      if (READ_ALOUD.has(name) && node.value?.type === 'Literal' && WORDS.test(node.value.value))
        found.push(node.value.value);
    },
    Literal: (node: ESTree.Node) => {
      if ('value' in node && typeof node.value === 'string' && CHINESE.test(node.value)) found.push(node.value);
    },
    TemplateElement: (node: ESTree.TemplateElement) => {
      if (CHINESE.test(node.value.raw)) found.push(node.value.raw);
    },
  }).visit(program);
  return found;
}

describe('the two languages', () => {
  const english = sentencesOf(en);
  const chinese = sentencesOf(zh);

  test('have the same keys', () => {
    expect(english.size).toBeGreaterThan(300);
    expect([...chinese.keys()].toSorted()).toEqual([...english.keys()].toSorted());
  });

  test('name the same values in every sentence', () => {
    const valuesIn = (sentence = '') => [...new Set(sentence.match(/\{\{\w+\}\}/g))].toSorted();
    for (const [key, sentence] of english) expect(valuesIn(chinese.get(key)), key).toEqual(valuesIn(sentence));
  });

  test('leave nothing empty and nothing English in the Chinese screens', () => {
    for (const [key, sentence] of [...english, ...chinese]) expect(sentence.trim(), key).not.toBe('');
    for (const [key, sentence] of chinese) expect(sentence, key).not.toMatch(/[a-z]{2,} [a-z]{2,} [a-z]{2,}/i);
  });

  test('are the only place of text that people read', () => {
    expect(SCREENS.length).toBeGreaterThan(60);
    const found = SCREENS.flatMap((file) => hardCodedText(file).map((text) => `${file}: ${text}`));
    expect(found).toEqual([]);
  });
});
