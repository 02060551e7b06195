import { expect, test } from 'vitest';
import { ContainmentComparer, CONTAINED_SHARE, RunList, sampleRuns } from './containment.ts';
import { chooseProbes, containmentCandidates, groupsWithContained, proposeContained } from './contained-texts.ts';
import { Chooser } from './personal-data/test-corpus.ts';

/* Mails and messages of few words, so that chance repeats some runs, as in any one trade. */

const choose = new Chooser(20_261);
const WORDS =
  'order parcel refund delivery late broken screen battery charge replace invoice account password reset please thank support agent yesterday morning weekend shipping address wrong colour size returned store credit card payment failed twice waiting answer nobody called again terrible friendly helpful quick quality cheap smell strange noise'.split(
    ' ',
  );
const CHARACTERS = [
  ...'快递订单退款客服商品质量物流包装颜色尺码收到发货电话联系处理态度等待时间问题解决换价格优惠会员积分账户密码登录支付失败重复扣发票地址错误破损丢签邻居安师傅上门维修保',
];
const english = (words: number) => Array.from({ length: words }, () => choose.of(WORDS)).join(' ');
const chinese = (length: number) => Array.from({ length }, () => choose.of(CHARACTERS)).join('');
const BOILERPLATE = 'This e-mail is confidential. If it has reached you in error, delete it and tell the sender.';

const AROUND: Readonly<Record<string, (text: string, filler: () => string) => string>> = {
  'a quoted reply': (text, filler) => `${filler()}\n\n> ${text.replaceAll('，', '，\n> ').replaceAll('. ', '.\n> ')}`,
  'text with boilerplate': (text) => `Dear customer,\n${text}\n${BOILERPLATE}`,
  'text in the middle': (text, filler) => `${filler()} ${text} ${filler()}`,
  'in capitals, in HTML': (text, filler) => `<p>${filler()}</p><blockquote>${text.toUpperCase()}</blockquote>`,
  'in a long text': (text, filler) => `${Array.from({ length: 12 }, filler).join(' ')} ${text}`,
  'three times over': (text, filler) => `${text} ${text}\n${text} ${filler()}`,
};

async function pairsIn(texts: readonly string[]): Promise<Set<string>> {
  const list = new RunList();
  const ends = Uint32Array.from(texts, (text) => {
    sampleRuns(text, list);
    return list.length;
  });
  const each = Uint32Array.from(texts.keys());
  // In two parts, as threads have them.
  const [half, runs] = [Math.floor(ends.length / 2), list.toArray()];
  const samples = [
    { first: 0, ends: ends.subarray(0, half), runs: runs.subarray(0, ends[half - 1]) },
    { first: half, ends: ends.subarray(half).map((end) => end - ends[half - 1]!), runs: runs.subarray(ends[half - 1]) },
  ];
  const items = { sizes: Uint32Array.from(texts, ({ length }) => length), group: each, same: each };
  const { inner, outer } = await containmentCandidates(list.length, samples, each, {
    parts: samples.length,
    choose: (part, counts) => Promise.resolve(chooseProbes(samples[part]!, counts, each)),
    propose: (part, tables) => Promise.resolve(proposeContained(samples[part]!, tables, items)),
  });
  const comparer = new ContainmentComparer();
  const isContained = (one: number, other: number) => comparer.share(texts[one]!, texts[other]!) >= CONTAINED_SHARE;
  return new Set(
    Array.from(inner, (one, pair) => [one, outer[pair]!] as const).flatMap(([one, other]) =>
      isContained(one, other) ? [`${one} ${other}`] : [],
    ),
  );
}

test('texts within longer ones are found wherever they stand in them, and nothing else is', async () => {
  const texts: string[] = [];
  const planted: (readonly [string, string])[] = [];
  for (const [kind, around] of Object.entries(AROUND)) {
    for (let round = 0; round < 40; round++) {
      const isChinese = round % 2 === 0;
      const filler = () => (isChinese ? chinese(50) : english(35));
      const text = isChinese ? chinese(choose.between(32, 60)) : english(choose.between(13, 30));
      const outer = texts.push(around(text, filler)) - 1;
      for (let other = 0; other < 10; other++) texts.push(choose.below(2) === 0 ? chinese(60) : english(40));
      planted.push([kind, `${texts.push(text) - 1} ${outer}`]);
    }
  }
  const found = await pairsIn(texts);
  for (const kind of Object.keys(AROUND)) {
    const of = planted.filter(([planted_]) => planted_ === kind);
    const hit = of.filter(([, pair]) => found.has(pair)).length;
    expect.soft(hit / of.length, `recall of ${kind}`).toBeGreaterThanOrEqual(0.95);
  }
  const wanted = new Set(planted.map(([, pair]) => pair));
  expect([...found].filter((pair) => !wanted.has(pair))).toEqual([]);
});

test('a short phrase is looked for in no text, and one other word in a sentence leaves it contained', () => {
  const comparer = new ContainmentComparer();
  const long = `${english(50)} the quick agent called me back about the broken screen of my new tablet from the store ${english(50)}`;
  expect(comparer.share('The quick agent called me.', long)).toBe(0);
  expect(
    comparer.share('the quick agent called me back about the broken screen of my new tablet from the store', long),
  ).toBe(1);
  const edited = comparer.share(
    'the quick agent called me again about the broken screen of my new tablet from the store',
    long,
  );
  expect(edited).toBeGreaterThanOrEqual(CONTAINED_SHARE);
  expect(edited).toBeLessThan(1);
  expect(comparer.share(english(12), long)).toBeLessThan(0.5);
});

test('a text that several others hold is found in each, a phrase of many is in none, and neither joins groups', async () => {
  const phrase = 'Thank you for your order, we shall send it to your address within three working days.';
  const held = (times: number) => [phrase, ...Array.from({ length: times }, () => `${phrase} ${english(30)}`)];
  const found = [...(await pairsIn(held(5)))].map((pair) => pair.split(' ').map(Number));
  expect(found).toEqual([1, 2, 3, 4, 5].map((outer) => [0, outer]));
  expect((await pairsIn(held(40))).size).toBe(0);
  const each = Uint32Array.from({ length: 6 }, (_, item) => item);
  const pairs = found.map(([inner, outer]) => ({ inner: inner!, outer: outer!, share: 1 }));
  expect(groupsWithContained(each, pairs)).toEqual(each);
  expect(groupsWithContained(Uint32Array.of(0, 1, 1, 3), [{ inner: 3, outer: 2, share: 1 }])).toEqual(
    Uint32Array.of(0, 1, 1, 1),
  );
});

test('a text keeps the same runs alone and with Chinese behind it', () => {
  const runsOf = (text: string): number[] => {
    const list = new RunList();
    sampleRuns(text, list);
    return [...list.toArray()];
  };
  for (let round = 0; round < 200; round++) {
    const text = english(choose.between(1, 40));
    expect(runsOf(`${text}好`).slice(0, runsOf(text).length)).toEqual(runsOf(text));
  }
});
