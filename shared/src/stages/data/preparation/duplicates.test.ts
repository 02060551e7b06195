import { expect, test } from 'vitest';
import { seededRandom } from '../../../metrics/random.ts';
import { duplicatesOf, firstOfEach } from './duplicates.ts';
import { hashOfText, hashText, mix32 } from './hashing.ts';
import { SKETCH_WORDS } from './min-hash.ts';
import { candidatesOfBand } from './near-duplicate-candidates.ts';
import { areComparedAlike, jaccard, ShingleSet, shinglesOf } from './shingles.ts';

const next = seededRandom(41);
const pick = <T>(values: readonly T[]): T => values[Math.floor(next() * values.length)]!;
const words = Array.from({ length: 3000 }, () =>
  Array.from({ length: 2 + Math.floor(next() * 7) }, () => pick([...'etaoinshrdlucmfwypvbgk'])).join(''),
);
const sentence = () => Array.from({ length: 14 }, () => pick(words)).join(' ');
const HAN = Array.from({ length: 3000 }, (_, index) => String.fromCharCode(0x4e00 + index));
const chinese = () =>
  Array.from({ length: 60 }, () => String.fromCharCode(0x4e00 + Math.floor(next() * 3000))).join('');

function similarityByDefinition(first: string, second: string): number {
  const shingles = (text: string) => {
    const units = text.replaceAll(/[\s\p{P}]/gu, '').toLowerCase();
    const runs = [...units].flatMap((unit, index) => {
      const length = /\p{Script=Han}/u.test(unit) ? 2 : 3;
      return index + length <= units.length ? [units.slice(index, index + length)] : [];
    });
    return new Set(runs);
  };
  const [a, b] = [shingles(first), shingles(second)];
  const shared = [...a].filter((run) => b.has(run)).length;
  return shared / (a.size + b.size - shared);
}

/** Levenshtein's distance by its recurrence; of texts in which a digit differs none is told. */
function editDistance(first: string, second: string): number {
  let row = Array.from({ length: second.length + 1 }, (_, index) => index);
  for (let one = 1; one <= first.length; one++) {
    const above = row;
    row = [one];
    for (let other = 1; other <= second.length; other++) {
      const cost = first[one - 1] === second[other - 1] ? 0 : 1;
      row.push(Math.min(row[other - 1]! + 1, above[other]! + 1, above[other - 1]! + cost));
    }
  }
  return row.at(-1)!;
}

const unitsOf = (text: string) => text.replaceAll(/[\s\p{P}]/gu, '').toLowerCase();

/** Whether two texts of 14 to 56 units are at most two edits, and one in fourteen, apart. */
function areShortAlike(first: string, second: string): boolean {
  const [one, other] = [unitsOf(first), unitsOf(second)];
  const longest = Math.max(one.length, other.length);
  if (Math.min(one.length, other.length) < 14 || longest > 56 || Math.abs(one.length - other.length) > 2) return false;
  const distance = editDistance(one, other);
  return distance <= 2 && distance * 14 <= longest;
}

test('the similarity of two texts is that of the sets of their runs of characters', () => {
  const [one, other] = [new ShingleSet(), new ShingleSet()];
  for (let count = 0; count < 500; count++) {
    const first = pick([sentence, chinese])();
    const second = first.slice(0, Math.floor(next() * first.length)) + pick([sentence, chinese])();
    shinglesOf(first, one);
    shinglesOf(second, other);
    expect(jaccard(one, other)).toBeCloseTo(similarityByDefinition(first, second), 12);
  }
});

test.each([
  ['Hello,\n\nWorld', 'hello world', true],
  ['  a b', 'AB!', true],
  ['ＡＢ１２', 'ab12', true],
  ['aab', 'ab', false],
  ['ab', 'ab c', false],
  ['!!', '??', false],
  ['!!', '!!', false],
  ['', '', false],
  ['a-1-2345', 'a12345', true],
])('%j and %j are compared alike: %s, and only then by the same shingles', (first, second, alike) => {
  expect(areComparedAlike(first, second)).toBe(alike);
  expect(areComparedAlike(second, first)).toBe(alike);
  if (!alike) return;
  const [one, other] = [new ShingleSet(), new ShingleSet()];
  shinglesOf(first, one);
  shinglesOf(second, other);
  expect(one.hashes.slice(0, one.size)).toEqual(other.hashes.slice(0, other.size));
});

test('case, spaces, punctuation and width do not make texts different, other words do', () => {
  const texts = [
    'Hello, World! How are you?',
    'hello world how are you',
    'Ｈｅｌｌｏ　Ｗｏｒｌｄ，how are you',
    'goodbye moon where is it',
  ];
  expect([...duplicatesOf(texts).group]).toEqual([0, 0, 0, 3]);
  expect([...duplicatesOf(texts).same]).toEqual([0, 1, 2, 3]);
});

test('traditional characters and accents do not make texts different', () => {
  const texts = [
    '這家餐廳的服務態度真的非常好，下次還會再來',
    '这家餐厅的服务态度真的非常好，下次还会再来',
    'Café crème is served all day long',
    'Cafe creme is served all day long',
    'Cafe\u0301 cre\u0300me is served all day long',
  ];
  expect([...duplicatesOf(texts).group]).toEqual([0, 0, 2, 2, 2]);
});

test('messages of one template with another long number are alike, short numbers and lists of codes are not', () => {
  const texts = [
    '您的快件 75031188204417 已到驿站，取件码 4021，请今晚八点前来取。',
    '您的快件 11800943357720 已到驿站，取件码 9977，请今晚八点前来取。',
    'Invoice 2024-118830 is overdue, please pay within a week.',
    'Invoice 2023-554712 is overdue, please pay within a week.',
    '2024118830 5547',
    '2023554712 1188',
    '5 of 5',
    '1 of 5',
  ];
  expect([...duplicatesOf(texts).group]).toEqual([0, 0, 2, 2, 4, 5, 6, 7]);
  expect([...duplicatesOf(texts).same]).toEqual([...texts.keys()]);
});

test('finds nearly all pairs at or above the threshold and none below, in Chinese and English', () => {
  const texts: string[] = [];
  let expected = 0;
  const pairs: [number, number, number][] = [];
  for (let count = 0; count < 3000; count++) {
    const text = count % 2 === 0 ? sentence() : chinese();
    const edits = 1 + Math.floor(next() * 6);
    let copy = text;
    for (let edit = 0; edit < edits; edit++) {
      const at = Math.floor(next() * copy.length);
      copy = copy.slice(0, at) + (count % 2 === 0 ? 'x' : '新') + copy.slice(at + 1);
    }
    pairs.push([texts.length, texts.length + 1, similarityByDefinition(text, copy)]);
    texts.push(text, copy);
  }
  const { group } = duplicatesOf(texts);
  let found = 0;
  for (const [first, second, similarity] of pairs) {
    const isGroup = group[first] === group[second];
    if (similarity >= 0.8 || areShortAlike(texts[first]!, texts[second]!)) {
      expected++;
      if (isGroup) found++;
    } else expect(isGroup, `${similarity}`).toBe(false);
  }
  expect(expected).toBeGreaterThan(1000);
  expect(found / expected).toBeGreaterThan(0.995);
});

const ASPECTS = '质量 物流 包装 客服 价格 颜色 尺寸 味道 做工 面料 手感 外观 性能 电池 屏幕 声音'.split(' ');
const DEGREES = '很 非常 特别 真的 比较 挺 有点 太'.split(' ');
const JUDGEMENTS = '好 不错 满意 快 差 值得 一般 漂亮 舒服 结实 难用 便宜 合适 清晰'.split(' ');
const clause = () => `${pick(ASPECTS)}${pick(DEGREES)}${pick(JUDGEMENTS)}`;

test.each([
  ['comments of a few set phrases', () => Array.from({ length: 2 + Math.floor(next() * 3) }, clause).join('，')],
  [
    'long texts with a close that many share',
    () =>
      `${sentence()} ${sentence()} ${pick(['please let me know if you have any questions', 'thank you for your help with this'])}`,
  ],
])('against every pair compared exactly, finds more than 99 % of the pairs that are alike: %s', (_name, own) => {
  const texts: string[] = [];
  for (let count = 0; count < 900; count++) {
    const lot = next();
    if (lot < 0.15 && texts.length > 0) texts.push(`${pick(texts)} ok`);
    else if (lot < 0.3 && texts.length > 0) {
      const text = pick(texts);
      const at = Math.floor(next() * text.length);
      texts.push(`${text.slice(0, at)}新${text.slice(at + 1)}`);
    } else texts.push(own());
  }
  const sets = texts.map((text) => {
    const set = new ShingleSet();
    shinglesOf(text, set);
    return set.hashes.slice(0, set.size).sort();
  });
  const { group } = duplicatesOf(texts);
  let [alike, found] = [0, 0];
  const whole = Array.from(texts.keys());
  const rootOf = (item: number): number => (whole[item] === item ? item : (whole[item] = rootOf(whole[item]!)));
  for (const [second, one] of sets.entries()) {
    for (let first = 0; first < second; first++) {
      const other = sets[first]!;
      let shared = 0;
      for (let a = 0, b = 0; a < one.length && b < other.length;) {
        if (one[a] === other[b]) shared++;
        if (one[a]! <= other[b]!) {
          if (one[a] === other[b]) b++;
          a++;
        } else b++;
      }
      const similarity = shared / (one.length + other.length - shared);
      // Two edits leave a short text more than 0.4.
      if (similarity < 0.8 && (similarity < 0.4 || !areShortAlike(texts[first]!, texts[second]!))) continue;
      alike++;
      if (group[first] === group[second]) found++;
      const [a, b] = [rootOf(first), rootOf(second)];
      whole[Math.max(a, b)] = Math.min(a, b);
    }
  }
  expect(alike).toBeGreaterThan(200);
  expect(found / alike).toBeGreaterThan(0.99);
  // No group holds texts that no chain of alike texts joins.
  for (const [item, first] of group.entries()) expect(rootOf(item)).toBe(rootOf(first));
});

test.each([
  ['Chinese', () => Array.from({ length: 14 + Math.floor(next() * 30) }, () => pick(HAN)).join(''), '鑫', 0.99],
  ['English', () => sentence().slice(0, 18 + Math.floor(next() * 40)), 'q', 0.97],
])('one other character in a short text is found: %s', (_name, own, other, least) => {
  const texts: string[] = [];
  for (let count = 0; count < 600; count++) {
    const text = own();
    let at = Math.floor(next() * text.length);
    while (text[at] === ' ') at = Math.floor(next() * text.length);
    texts.push(text, text.slice(0, at) + other + text.slice(at + 1));
  }
  const { group } = duplicatesOf(texts);
  const long = texts.filter((text, item) => item % 2 === 0 && unitsOf(text).length >= 14).length;
  const found = texts.filter((_, item) => item % 2 === 0 && group[item] === group[item + 1]).length;
  expect(found / long).toBeGreaterThan(least);
  // Nothing else is joined.
  expect([...group].every((first, item) => first === item || first === item - (item % 2))).toBe(true);
});

test('short texts that differ in a digit, in more than one character of fourteen, or that are shorter, are others', () => {
  const texts = [
    ...['第十二单元第12章练习题目答案汇总', '第十二单元第13章练习题目答案汇总'],
    ...['这家餐厅的好服务让我满意', '这家餐厅的差服务让我满意'],
    ...['房间打扫得很干净下次还会再来', '房间打扫得很脏乱下次还会再来'],
    ...['great phone, battery lasts two days', 'great camera, battery lasts ten days'],
    ...['Gate 4 is open for Oslo', 'Gate 7 is open for Oslo'],
  ];
  expect([...duplicatesOf(texts).group]).toEqual([...texts.keys()]);
  // A stricter search asks for more of a text to be the same.
  const near = ['这家餐厅的好服务态度让我们很满意', '这家餐厅的差服务态度让我们很满意'];
  expect([...duplicatesOf(near).group]).toEqual([0, 0]);
  expect([...duplicatesOf(near, 0.9).group]).toEqual([0, 1]);
});

test('texts that share a band with very many others take time in proportion to their number, and what was left out is said', () => {
  const count = 4000;
  const members = Uint32Array.from({ length: count }, (_, item) => item);
  // All agree in the bands; sketches of even and odd bits agree with nobody's but every hundredth, which are all the same.
  const sketches = Uint32Array.from({ length: count * SKETCH_WORDS }, (_, word) => {
    const item = Math.floor(word / SKETCH_WORDS);
    return item % 100 === 0 ? 7 : Math.floor(next() * 2 ** 32);
  });
  const same = new Uint32Array(count).fill(5);
  const { first, second, crowded } = candidatesOfBand(
    { members, isNew: null },
    [same, same, Uint32Array.from(members, (item) => (item % 100 === 0 ? 1 : item))],
    { sizes: new Uint32Array(count).fill(30), sketches },
    0.8,
  );
  expect([...second].filter((item) => item % 100 === 0)).toHaveLength(count / 100 - 1);
  expect(first.every((item, pair) => item % 100 === 0 && second[pair]! % 100 === 0)).toBe(true);
  // All but the first few, and but those that found their like by what more they agree in.
  expect(crowded.length).toBeGreaterThan(count - count / 100 - 20);
  expect([...crowded].some((item) => item % 100 === 0)).toBe(false);
});

test('of more members than are looked at together, each pair is proposed, in the order of the items', () => {
  const count = 40_000;
  const members = Uint32Array.from({ length: count }, (_, item) => item);
  const ofPair = members.map((item) => mix32((item >>> 1) + 1));
  const { first, second, crowded } = candidatesOfBand(
    { members, isNew: null },
    [ofPair, ofPair, ofPair],
    { sizes: new Uint32Array(count).fill(30), sketches: new Uint32Array(count * SKETCH_WORDS) },
    0.8,
  );
  expect(second).toEqual(Uint32Array.from({ length: count / 2 }, (_, pair) => 2 * pair + 1));
  expect(first).toEqual(second.map((item) => item - 1));
  expect(crowded).toHaveLength(0);
});

test('a chain of similar texts is one group, named by its first', () => {
  const base = sentence();
  const chain = [base, `${base} a`, `${base} a bc`, `${base} a bc def`];
  expect([...duplicatesOf([sentence(), ...chain]).group]).toEqual([0, 1, 1, 1, 1]);
});

test('texts too short for a run and texts of signs alone are compared as a whole', () => {
  expect([...duplicatesOf(['a', 'b', 'a', '好', '!!', '??', '', '']).group]).toEqual([0, 1, 0, 3, 4, 5, 6, 6]);
});

test('hashes differ for 300,000 different texts and are spread over all bits', () => {
  const high = new Uint32Array(300_000);
  const low = new Uint32Array(300_000);
  const ones = new Float64Array(64);
  for (let index = 0; index < high.length; index++) {
    hashText(`item ${index}`);
    high[index] = hashOfText.high;
    low[index] = hashOfText.low;
    for (let bit = 0; bit < 32; bit++) {
      ones[bit] = ones[bit]! + ((high[index]! >>> bit) & 1);
      ones[32 + bit] = ones[32 + bit]! + ((low[index]! >>> bit) & 1);
    }
  }
  expect(firstOfEach(high, low).every((first, item) => first === item)).toBe(true);
  expect(new Set(high).size).toBeGreaterThan(299_950);
  for (const count of ones) expect(Math.abs(count / high.length - 0.5)).toBeLessThan(0.01);
});
