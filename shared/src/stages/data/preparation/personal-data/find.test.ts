import { expect, test } from 'vitest';
import { findPersonalData, maskFindings } from './find.ts';
import type { PersonalDataKind } from './kinds.ts';
import { Chooser, innocentText, plantedText } from './test-corpus.ts';

function masked(text: string, kinds?: readonly PersonalDataKind[]): string {
  return maskFindings(text, findPersonalData(text, kinds === undefined ? undefined : new Set(kinds)));
}

interface Tally {
  planted: number;
  hit: number;
  reported: number;
}

test('finds at least 98 % of the planted data of each kind, and at least 98 % of what it reports was planted', () => {
  const choose = new Chooser(20_261_124);
  const tallies = new Map<string, Tally>();
  const tallyOf = (kind: string): Tally => {
    const tally = tallies.get(kind) ?? { planted: 0, hit: 0, reported: 0 };
    tallies.set(kind, tally);
    return tally;
  };
  const structured = new Set<PersonalDataKind>([
    'e-mail',
    'identity-card',
    'bank-card',
    'phone',
    'ip-address',
    'web-address',
  ]);
  for (let count = 0; count < 20_000; count++) {
    const { text, planted } = plantedText(choose);
    const found = findPersonalData(text, structured).map(({ kind, start, end }) => `${kind} ${text.slice(start, end)}`);
    for (const finding of found) tallyOf(finding.slice(0, finding.indexOf(' '))).reported++;
    for (const { kind, value } of planted) {
      const tally = tallyOf(kind);
      tally.planted++;
      if (found.includes(`${kind} ${value}`)) tally.hit++;
    }
    for (const { kind } of findPersonalData(innocentText(choose), structured)) tallyOf(kind).reported++;
  }
  for (const kind of structured) {
    const { planted, hit, reported } = tallyOf(kind);
    expect(planted, kind).toBeGreaterThan(1000);
    expect(hit / planted, `recall of ${kind}`).toBeGreaterThanOrEqual(0.98);
    expect(hit / reported, `precision of ${kind}`).toBeGreaterThanOrEqual(0.98);
  }
});

test.each([
  ['身份证号110101199003078515 没有', '身份证号[ID_CARD] 没有'],
  ['身份证：11010519491231002X', '身份证：[ID_CARD]'],
  ['身份证：11010519491231002x。', '身份证：[ID_CARD]。'],
  ['a wrong checksum 110101199003078516', 'a wrong checksum 110101199003078516'],
  ['no such date 110101199002308518', 'no such date 110101199002308518'],
  ['card 4111 1111 1111 1111 thanks', 'card [BANK_CARD] thanks'],
  ['card 4111 1111 1111 1112 fails', 'card 4111 1111 1111 1112 fails'],
  ['amex 3782-822463-10005', 'amex [BANK_CARD]'],
  ['电话138 1234 5678，另一个 139-8765-4321', '电话[PHONE]，另一个 [PHONE]'],
  ['138 1234 5678 139 8765 4321', '[PHONE] [PHONE]'],
  ['电话１３８１２３４５６７８', '电话[PHONE]'],
  ['1 3 8 0 0 1 3 8 0 0 0', '[PHONE]'],
  ['138\u200b1234\u200b5678', '[PHONE]'],
  ['tel:13812345678/13912345678', 'tel:[PHONE]/[PHONE]'],
  ['010-62345678 0755-87654321 (010)62345678', '[PHONE] [PHONE] [PHONE]'],
  ['+1 (415) 555-2671, +44 20 7946 0958, (212) 555-0187', '[PHONE], [PHONE], [PHONE]'],
  ['订单号 13812345678 订单编号：20240113123456', '订单号 13812345678 订单编号：20240113123456'],
  ['¥13812345678 13812345678元 13812345678.50', '¥13812345678 13812345678元 13812345678.50'],
  ['john (at) example (dot) com, zhang @ example.com', '[EMAIL], [EMAIL]'],
  ['联系zhang.san@example.com。', '联系[EMAIL]。'],
  ['icon@2x.png', 'icon@2x.png'],
  ['IP 192.168.1.100:8080 v1.2.3.4 版本 10.2.3.4', 'IP [IP]:8080 v1.2.3.4 版本 10.2.3.4'],
  ['DNS 8.8.8.8', 'DNS [IP]'],
  ['fe80::1ff:fe23:4567:890a std::vector 12:30:45 00:1A:2B:3C:4D:5E', '[IP] std::vector 12:30:45 00:1A:2B:3C:4D:5E'],
  ['见 https://example.com/a?b=c，或 www.baidu.com。', '见 [URL]，或 [URL]。'],
  ['(see https://example.com/a_(b)).', '(see [URL]).'],
  ['我叫李明，张伟先生的同事。', '我叫[NAME]，[NAME]先生的同事。'],
  ['联系人：欧阳娜娜，收货人王建国', '联系人：[NAME]，收货人[NAME]'],
  ['Yesterday John Smith and Mr. Brown met Dr. Alice Wong.', 'Yesterday [NAME] and Mr. [NAME] met Dr. [NAME].'],
  ['高兴地说，方便的时候，周末去黄河', '高兴地说，方便的时候，周末去黄河'],
  ['Grace Period, Will You, Mark The day', 'Grace Period, Will You, Mark The day'],
  ['write to mark dot evans at acme dot com please', 'write to [EMAIL] please'],
  ['look at this dot there, meet us at acme dot com', 'look at this dot there, meet us at acme dot com'],
  ['座机021-56781234-803，(+86) 138 1234 5678', '座机[PHONE]，[PHONE]'],
  ['见http://例子.测试/a 和 youtu.be/dQw4w9', '见[URL] 和 [URL]'],
  ['Java 1.8.0.202 固件 3.2.1.10', 'Java 1.8.0.202 固件 3.2.1.10'],
  ['from Zhang Wei and Xiaoming Wang in Hong Kong', 'from [NAME] and [NAME] in Hong Kong'],
  ['昨天罗晓彤来电，孔先生没来', '昨天[NAME]来电，[NAME]先生没来'],
  ['contact=jane.roe%40example.com&x=1', 'contact=[EMAIL]&x=1'],
  ['折扣 50%40元起', '折扣 50%40元起'],
  ['tom {at} widgets {dot} com, sam underscore w at outlook dot com', '[EMAIL], [EMAIL]'],
  ['hxxps://evil.example.com/a 已封', '[URL] 已封'],
  ['電話 090-1234-5678、03-1234-5678', '電話 [PHONE]、[PHONE]'],
  ['手機 0912-345-678，型號 0812-345-678', '手機 [PHONE]，型號 0812-345-678'],
  ['13800138000/x@y.cn', '[PHONE]/[EMAIL]'],
  ['my no is 0044 7700 900123, 0012 3456 789012', 'my no is [PHONE], 0012 3456 789012'],
  ['一三九1234五六七八 电话1️⃣3️⃣9️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣', '[PHONE] 电话[PHONE]\ufe0f\u20e3'],
  ['[EMAIL] [PHONE] [ID_CARD] [NAME] [URL]', '[EMAIL] [PHONE] [ID_CARD] [NAME] [URL]'],
])('masks %s', (text, expected) => {
  expect(masked(text)).toBe(expected);
});

test('looks for the kinds that were asked for alone, so that an address inside a URL is found where URLs are not', () => {
  const text = 'https://example.com/?to=li@example.com';
  expect(masked(text)).toBe('[URL]');
  expect(masked(text, ['e-mail'])).toBe('https://example.com/?to=[EMAIL]');
});

test.each([
  ['digits', '1'.repeat(100_000)],
  ['single digits', '1 '.repeat(50_000)],
  ['dashes', '1-'.repeat(50_000)],
  ['at signs', 'a@'.repeat(50_000)],
  ['dots', 'a.'.repeat(50_000)],
  ['colons', 'a:'.repeat(50_000)],
  ['open hidden at signs', '(at'.repeat(33_000)],
  ['schemes', 'http://'.repeat(14_000)],
  ['capitals', 'John '.repeat(20_000)],
  ['surnames', '王'.repeat(100_000)],
  ['names', '王小明'.repeat(30_000)],
  ['dictated addresses', 'a at b dot '.repeat(10_000)],
  ['spaces', ' '.repeat(100_000)],
  ['numbers below one another', '123\n'.repeat(50_000)],
  ['ends of tags', '>@'.repeat(100_000)],
])('takes time in proportion to the length: %s', { timeout: 20_000 }, (_, text) => {
  // A second by its length on a quiet machine, minutes by its square: the test's time limit is the measure.
  expect(findPersonalData(text.repeat(3)).length).toBeGreaterThanOrEqual(0);
});
