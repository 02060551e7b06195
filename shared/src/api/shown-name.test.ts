import { expect, test } from 'vitest';
import { z } from 'zod';
import { createToken } from '../across/governance/contract.ts';
import { signUpByInvitation } from '../across/governance/invitations-contract.ts';
import { createProject } from '../projects/contract.ts';
import { createTextDatasetVersion } from '../stages/data/contract.ts';
import { createSource, importSource } from '../stages/data/source-contract.ts';
import { uploadTokenizer } from '../stages/data/tokenizer-contract.ts';
import { newCandidate } from '../stages/selection/candidates-contract.ts';
import { startRun } from '../stages/training/contract.ts';
import { uploadModelFile } from '../stages/training/imported-models.ts';
import { shownName } from './shown-name.ts';

const name = shownName(30);

test.each([
  ['a name of another person with a blank that nobody sees', '陈晓\u200b雯', '陈晓雯'],
  ['a name that is turned round', '\u202enimda', 'nimda'],
  ['isolates', '\u2066admin\u2069', 'admin'],
  ['two lines', 'a\r\nb', 'a b'],
  ['two forms of one letter', 'Zoe\u0308', 'Zoë'],
  ['an emoji of several parts', '👩🏽\u200d💻 Ada', '👩🏽\u200d💻 Ada'],
  ['an override of the direction of a whole line', 'a\u202dgnp.exe\u202c', 'agnp.exe'],
  ['marks of direction', '\u200eLi\u200f\u061c', 'Li'],
  ['a joiner that joins nothing', 'Li\u034f', 'Li'],
  ['a blank of dots', '\u2800Li', 'Li'],
  ['a sign in colour', '❤\ufe0f Ada', '❤\ufe0f Ada'],
  ['a choice of form where there is none', 'ad\ufe0fmin', 'admin'],
  ['the sign of a verse', '\u06dd Li', '\u06dd Li'],
  ['Braille of two words', '\u2801\u2800\u2803', '\u2801\u2800\u2803'],
  ['another form of a Chinese character', '葛\u{e0100}城', '葛\u{e0100}城'],
  ['a script that needs its joiners', 'می\u200cخواهم', 'می\u200cخواهم'],
])('%s is kept as it is seen', (_, given, kept) => {
  expect(name.parse(given)).toBe(kept);
});

test.each([
  ['nothing to be seen', '\u200b\u2060\u3164'],
  ['a choice of form alone', '\ufe0f'],
  ['too much', 'x'.repeat(31)],
])('%s is no name', (_, given) => {
  expect(name.safeParse(given).success).toBe(false);
});

const inShape = (schema: z.ZodType | undefined, field: string): z.ZodType => {
  if (!(schema instanceof z.ZodObject)) throw new Error(`no ${field}`);
  return schema.shape[field] as z.ZodType;
};

test.each<[string, z.ZodType]>([
  ['a project', inShape(createProject.body, 'name')],
  ['an account', inShape(signUpByInvitation.body, 'name')],
  ['a token', inShape(createToken.body, 'name')],
  ['a file that is uploaded', inShape(createSource.body, 'name')],
  ['a tokenizer', inShape(uploadTokenizer.query, 'name')],
  ['a model file', inShape(uploadModelFile.query, 'name')],
])('the name of %s is kept as it is seen', (_, schema) => {
  expect(schema.parse('ad\u202emin\u2069')).toBe('admin');
  expect(schema.safeParse('\u200b').success).toBe(false);
});

test.each<[string, z.ZodType]>([
  ['a run', inShape(startRun.body, 'name')],
  ['a dataset', inShape(createTextDatasetVersion.body, 'datasetName')],
  ['a dataset of a file', inShape(importSource.body, 'datasetName')],
  ['a candidate', inShape(newCandidate.options[0], 'name')],
])('the name of %s is kept as it is seen in each language', (_, schema) => {
  expect(schema.parse({ zh: '管\u200b理', en: 'ad\u202emin\u2069' })).toEqual({ zh: '管理', en: 'admin' });
  expect(schema.safeParse({ en: '\u200b' }).success).toBe(false);
});
