import { expect, test } from 'vitest';
import { translationsIn } from '../../testing/translations.ts';
import { certificateDocument } from './certificate-reading.ts';

const SHA256 = 'a'.repeat(64);
const CONTENT = {
  kind: 'erasure',
  reason: 'asked for *in writing*',
  identifiers: (['e-mail', 'phone', 'identity-card', 'bank-card', 'name', 'text'] as const).map((kind) => ({
    kind,
    sha256: SHA256,
  })),
  finishedAt: '2026-11-25T10:00:00.000Z',
  erased: [{ dataset: { zh: '信件', en: 'Letters' }, number: 3, successor: null }],
  otherTexts: { samples: 2, previews: 0, labels: 1, predictions: 0, uploads: 0, preparations: 0 },
  changedDescriptions: [{ of: 'dataset-version', id: '01a20a76-a2a3-7a62-8176-708ce0b86c34', field: 'samplePrompts' }],
  openPoints: {
    frozenByDesign: ['decisions', 'requirements', 'certificates', 'audit-log'],
    namesThePersonAndIsKept: [{ of: 'run', id: '01a20a76-a2a3-7a62-8176-708ce0b86c35', because: 'name-of-task' }],
    auditLinesThatNameThePerson: [3, 5, 6, 7, 1200],
    modelFilesThatNameThePerson: [
      { id: '01a20a76-a2a3-7a62-8176-708ce0b86c36', sha256: SHA256, where: ['metadata', 'unreadable-tokenizer'] },
    ],
    outOfReach: ['trained-weights', 'open-pages', 'downloads', 'backups'],
    runsTrainedOnErasedItems: [],
    versionsUnderLegalHold: [],
    copiesOnWorkers: [{ worker: 'gpu-1', removedAt: null }],
    daysOfCopiesOnWorkers: 7,
  },
};
const RETENTION = {
  kind: 'retention',
  deletedBy: 'system:retention',
  kept: ['metadata', 'hashes', 'lineage', 'runs', 'evaluations'],
};

function documentOf(content: object, language: 'zh' | 'en'): string {
  const t = translationsIn(language).getFixedT(language, 'privacy');
  const at = '2026-11-25T11:00:00.000Z';
  const lastSeenAt = '2026-11-20T12:00:00.000Z';
  const stated = { outcome: 'destroyed', reason: 'shredded on *Monday*', by: 'a@b.example', at } as const;
  const copiesOnWorkers = [
    { workerId: '1', worker: 'gpu-*1*', state: 'removed', at, lastSeenAt, stated: null },
    { workerId: '2', worker: 'gpu-2', state: 'unconfirmed', at: null, lastSeenAt, stated },
  ] as const;
  const certificate = { id: 'the-id', sha256: SHA256, content: { ...content }, copiesOnWorkers: [...copiesOnWorkers] };
  return certificateDocument(certificate, 'the verdict', { t, language });
}

test.each([
  ['en', ['E-mail', 'Phone', 'ID card', 'Bank card', 'Name', 'Free text', 'Erasure of a person', 'Letters']],
  ['zh', ['邮箱', '电话', '身份证', '银行卡', '姓名', '任意文本', '删除某人的数据', '信件']],
] as const)('the document says in %s what the certificate holds as codes', (language, words) => {
  const text = documentOf(CONTENT, language);
  for (const word of words) expect(text).toContain(word);
  for (const code of [
    'identity-card',
    'bank-card',
    'phone',
    'daysOf',
    'copiesOn',
    'otherTexts',
    'samplePrompts',
    'dataset-version',
    'audit-log',
    'name-of-task',
    'auditLines',
    'modelFiles',
    'unreadable-tokenizer',
    'open-pages',
    'outOfReach',
  ])
    expect(text).not.toContain(code);
  expect(text).toContain(String.raw`\*in writing\*`);
  expect(text).toContain(SHA256);
  expect(text).toContain(language === 'zh' ? '3、5–7、1200' : '3, 5–7, 1200');
  // However the database hands the fields out.
  const turned = Object.fromEntries(Object.entries(CONTENT).toReversed());
  expect(documentOf(turned, language)).toBe(text);
});

test.each([
  [
    'en',
    'Removed',
    'Not yet confirmed',
    /a@b\.example said .*2026.* that its disk was destroyed\. shredded on \\\*Monday/,
  ],
  ['zh', '已清除', '尚未确认', /a@b\.example 于 .*2026.* 说明其磁盘已物理销毁。 shredded on \\\*Monday/],
] as const)('what workers confirmed, and what people said of others, stands in %s', (language, removed, open, said) => {
  const text = documentOf(CONTENT, language);
  expect(text).toMatch(new RegExp(String.raw`gpu-\\\*1\\\*\*\*(?:: |：)${removed}(?: \(|（).*2026`));
  expect(text).toMatch(new RegExp(String.raw`gpu-2\*\*(?:: |：)${open}(?:; |；).*2026`));
  expect(text).toMatch(said);
  expect(text.includes('**: ')).toBe(language === 'en');
});

test.each([
  ['en', 'The schedule'],
  ['zh', '按期限自动执行'],
] as const)('who deleted on schedule and what was kept are words in %s', (language, who) => {
  const text = documentOf(RETENTION, language);
  expect(text).toContain(who);
  expect(text).not.toMatch(/system:|metadata$|hashes$|lineage$/m);
});
