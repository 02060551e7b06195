import { expect, test } from 'vitest';
import { findPersonalData } from './find.ts';
import type { PersonalDataKind } from './kinds.ts';
import { Chooser } from './test-corpus.ts';

/*
 * Sentences as customers, clerks and logs write them, with personal data at `{kind}` and everywhere else words and numbers
 * that only look like it. Whatever is reported and was not planted there counts against the finder.
 */

const pad = (value: number) => String(value).padStart(2, '0');
const wide = (text: string) =>
  text.replaceAll(/[!-~]/g, (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0));
const cut = (text: string, sizes: readonly number[], gap: string) => {
  let start = 0;
  return sizes.map((size) => text.slice(start, (start += size))).join(gap);
};

/** The sum of ISO 7064 mod 11-2 over 18 characters, which is 1 for a right number. */
function identitySum(number: string): number {
  return [...number].reduce((sum, character) => (sum * 2 + (character === 'X' ? 10 : Number(character))) % 11, 0);
}

function identity(choose: Chooser, isValid: boolean): string {
  const region = choose.of(['130102', '210202', '350203', '360111', '410105', '430102', '450103', '520102', '530102']);
  const body = `${region}${choose.between(1950, 2012)}${pad(choose.between(1, 12))}${pad(choose.between(1, 28))}${choose.digits(3)}`;
  const checks = [...'0123456789X'].filter((check) => (identitySum(body + check) === 1) === isValid);
  return body + choose.of(checks);
}

function card(choose: Chooser, isValid: boolean): string {
  const [prefix, length] = choose.of([
    ['45', 16],
    ['53', 16],
    ['621700', 19],
    ['622848', 19],
    ['625965', 16],
  ] as const);
  const body = prefix + choose.digits(length - prefix.length - 1);
  const sum = [...body].toReversed().reduce((total, digit, index) => {
    const value = index % 2 === 0 ? Number(digit) * 2 : Number(digit);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  const check = (10 - (sum % 10)) % 10;
  return `${body}${isValid ? check : (check + choose.between(1, 9)) % 10}`;
}

function mobile(choose: Chooser): string {
  return choose.of(['131', '136', '147', '152', '159', '166', '177', '185', '188', '199']) + choose.digits(8);
}

const CHINESE_SURNAMES = [...'王李张刘陈杨黄赵周吴徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹', '欧阳', '诸葛'];
const CHINESE_GIVEN = (
  '建军 淑芬 子轩 浩然 雨桐 晓燕 志强 桂英 文博 佳怡 海涛 春梅 国栋 思远 梦洁 一鸣 俊杰 秀兰 立新 嘉豪 欣妍 明哲 ' +
  '静 磊 婷 鹏 丽 超 伟 娜 敏 涛'
).split(' ');
const ENGLISH_FIRST =
  'Rachel Kenneth Olivia Marcus Priya Hassan Julia Derek Sophia Brian Elena Victor Naomi Peter'.split(' ');
const ENGLISH_LAST = "Whitfield Okafor Lindqvist Patel O'Connor Hernandez Smith-Jones Nakamura McAllister Baker".split(
  ' ',
);

const MAKERS: Readonly<Record<PersonalDataKind, (choose: Chooser) => string>> = {
  'e-mail': (choose) => {
    const user = choose.of([
      () => `${choose.letters(3, 7)}.${choose.letters(3, 9)}+${choose.letters(3, 6)}${choose.digits(2)}`,
      () => `${choose.letters(1, 1)}-${choose.letters(4, 9)}`,
      () => choose.digits(10),
      () => `${choose.letters(2, 6)}${choose.digits(4)}`,
    ])();
    return `${user}@${choose.of(['foxmail.com', 'sina.com.cn', 'proton.me', 'cs.uni-bonn.de', 'mail.tsinghua.edu.cn'])}`;
  },
  phone: (choose) => {
    const number = mobile(choose);
    return choose.of([
      number,
      `+86${number}`,
      `+86 ${cut(number, [3, 4, 4], ' ')}`,
      cut(number, [3, 4, 4], choose.of([' ', '-'])),
      wide(number),
      `0086 ${number}`,
    ]);
  },
  'identity-card': (choose) => {
    const number = identity(choose, true);
    return choose.of([number, number.toLowerCase(), wide(number)]);
  },
  'bank-card': (choose) => {
    const number = card(choose, true);
    return choose.of([number, cut(number, number.length === 19 ? [4, 4, 4, 4, 3] : [4, 4, 4, 4], ' ')]);
  },
  'ip-address': (choose) => {
    const hex = () => choose.between(0x100, 0xffff).toString(16);
    return choose.of([
      `${choose.between(11, 223)}.${choose.below(256)}.${choose.below(256)}.${choose.between(1, 254)}`,
      `2409:8a00:${hex()}:${hex()}:${hex()}:${hex()}:${hex()}:${hex()}`,
      `240e:3a1::${hex()}:${choose.between(1, 99)}`,
    ]);
  },
  'web-address': (choose) =>
    choose.of([
      `https://${choose.letters(5, 9)}.example.com/u/${choose.digits(4)}?tab=${choose.letters(3, 5)}`,
      `http://${choose.letters(4, 8)}.edu.cn:8080/${choose.letters(3, 8)}.html`,
      `www.${choose.letters(5, 9)}.net/${choose.letters(2, 6)}`,
    ]),
  name: (choose) => choose.of(CHINESE_SURNAMES) + choose.of(CHINESE_GIVEN),
};

const englishName = (choose: Chooser) => `${choose.of(ENGLISH_FIRST)} ${choose.of(ENGLISH_LAST)}`;

/** Sentences with a place for one kind: `{kind}`, and `{Name}` for an English name. */
const SENTENCES = [
  ...[
    '账单麻烦寄到{e-mail}，别再发旧的那个了。',
    '抄送 {e-mail} 和财务',
    'cc: {e-mail}; thanks',
    'My inbox ({e-mail}) is full',
  ],
  ...[
    '改约明早十点，打{phone}找我',
    '短信没收到，号是{phone}。',
    'You can reach me on {phone} after six.',
    '微信同号：{phone}',
  ],
  ...[
    '实名登记填的是{identity-card}，照片也传了',
    '证件号码{identity-card}与人脸不符',
    'ID number {identity-card} on file',
  ],
  ...['退款请打到{bank-card}，建行的', '尾款转账 {bank-card} 已确认', 'charged twice to {bank-card} last night'],
  ...[
    '昨晚有人从{ip-address}登录了我的账号',
    'rejected login from {ip-address} twice',
    '异常来源 {ip-address}，已拦截',
  ],
  ...['商品详情在 {web-address} ，帮忙看看', 'the form at {web-address} is broken', '教程见{web-address}。'],
  ...[
    '{name}先生昨天来过柜台',
    '麻烦转告{name}女士，合同已寄出',
    '收件人：{name}，放门口就好',
    '我叫{name}，想查一下物流',
  ],
  ...[
    '昨天{name}说要退货',
    '这单是{name}签收的',
    '请让{name}给我回个电话',
    '和{name}约了下午见面',
    '经办人{name}已离职',
  ],
  ...['你好，我是{name}，上周投诉过', '快递被{name}拿走了', '{name}，{name}都没到场'],
  ...[
    'I spoke with {Name} about the refund.',
    'Signed, {Name}',
    'My name is {Name} and I moved.',
    'Dear {Name}, hello',
  ],
  ...['Please forward this to {Name} today', 'According to {Name}, it works'],
];

/** Sentences without personal data. */
const INNOCENT: readonly ((choose: Chooser) => string)[] = [
  (choose) => `运单${choose.digits(12)}还在路上，单价${choose.digits(2)}.${choose.digits(2)}元`,
  (choose) => `订单编号：${choose.between(2019, 2026)}${pad(choose.between(1, 12))}${choose.digits(12)}未付款`,
  (choose) =>
    `日志时间 ${choose.between(1_600_000_000, 1_799_999_999)}，毫秒 ${choose.between(1_600_000_000_000, 1_799_999_999_999)}`,
  (choose) => `证件号码${identity(choose, false)}校验没通过`,
  (choose) => `card number ${card(choose, false)} was declined`,
  (choose) => `固件版本 ${choose.below(20)}.${choose.below(99)}.${choose.below(99)}.${choose.below(99)} 有问题`,
  (choose) => `Chrome/${choose.between(90, 140)}.0.${choose.between(4000, 7000)}.${choose.below(200)} on Windows`,
  (choose) => `invoice no. ${choose.digits(11)} dated ${choose.between(2019, 2026)}-${pad(choose.between(1, 12))}-11`,
  (choose) =>
    `total $${choose.digits(3)},${choose.digits(3)}.${choose.digits(2)}, ratio ${choose.below(9)}:${choose.below(9)}`,
  (choose) =>
    `朋友，${choose.of(['包裹', '颜色', '时间', '任务', '方案', '温度', '车子', '水果', '解释', '安装'])}有点问题`,
  (choose) =>
    `${choose.of(['老师', '同学', '客户', '顾客', '司机', '用户', '家长'])}，${choose.of(['包装', '颜色', '应该', '麻烦', '高度', '常常', '毛衣', '江边', '石头', '金额', '单子', '明明', '向来', '何时'])}不太对`,
  (choose) =>
    `${choose.of(['客户', '用户', '顾客', '会员', '作者', '编辑', '学生', '经理'])}${choose.of(['反馈', '常用', '应当', '满意度', '关注', '向我们', '时常', '管理', '包括', '成长', '解决', '安排', '和商家', '明确', '任务', '习惯'])}如下`,
  (choose) =>
    `${choose.of(['在', '从', '到', '去'])}${choose.of(['江苏', '安徽', '河北', '黄山', '金华', '温州', '马鞍山', '张家界', '石家庄', '高新区', '白云山', '常德', '云南', '海南', '连云港', '武汉'])}发货`,
  (choose) =>
    `真是${choose.of(['马到成功', '张灯结彩', '李代桃僵', '高山流水', '石破天惊', '安居乐业', '和风细雨', '金玉良言', '常来常往', '何乐不为', '方兴未艾', '江河日下', '万无一失'])}啊`,
  (choose) =>
    `我的${choose.of(['高清', '白金', '安卓', '金属', '马达', '毛巾', '石材', '温泉', '水平', '方形', '黄金', '鱼竿', '康乐', '包子', '牛奶', '车辆'])}和${choose.of(['白菜', '黄瓜', '金橘', '牛肉', '毛笔', '花生', '向日葵', '云朵', '雷达', '龙虾'])}都要退`,
  (choose) =>
    `${choose.of(['New York', 'Mark Down', 'Grace Hall', 'Jordan River', 'Austin Airport', 'Santa Clara'])} was closed`,
  (choose) => `Dear ${choose.of(['Customer Service', 'Support Team', 'Sir or Madam', 'Hiring Manager'])}, hello`,
  (choose) => `Name: ${choose.of(['Blue Kettle', 'Office Chair', 'Winter Jacket', 'Garden Hose'])}, size M`,
];

const SEED = 51_125;

/** Hits, plants and reports by kind in `rounds` texts of two sentences with data and three without, in random order. */
function tally(rounds: number): Map<PersonalDataKind, { planted: number; hit: number; reported: number }> {
  const choose = new Chooser(SEED);
  const tallies = new Map<PersonalDataKind, { planted: number; hit: number; reported: number }>();
  const of = (kind: PersonalDataKind) => {
    if (!tallies.has(kind)) tallies.set(kind, { planted: 0, hit: 0, reported: 0 });
    return tallies.get(kind)!;
  };
  for (let round = 0; round < rounds; round++) {
    const planted: string[] = [];
    const write = (sentence: string) =>
      sentence.replaceAll(/\{([\w-]+)\}/g, (_, slot: string) => {
        const kind = slot === 'Name' ? 'name' : (slot as PersonalDataKind);
        const value = slot === 'Name' ? englishName(choose) : MAKERS[kind](choose);
        planted.push(`${kind} ${value}`);
        of(kind).planted++;
        return value;
      });
    const lines = [choose.of(SENTENCES), choose.of(SENTENCES)].map(write);
    for (let extra = 0; extra < 3; extra++)
      lines.splice(choose.below(lines.length + 1), 0, choose.of(INNOCENT)(choose));
    const text = lines.join('\n');
    for (const { kind, start, end } of findPersonalData(text)) {
      of(kind).reported++;
      const at = planted.indexOf(`${kind} ${text.slice(start, end)}`);
      if (at === -1) continue;
      planted.splice(at, 1);
      of(kind).hit++;
    }
  }
  return tallies;
}

test('keeps precision and recall on sentences with look-alikes all around', () => {
  for (const [kind, { planted, hit, reported }] of tally(6000)) {
    const isName = kind === 'name';
    expect.soft(planted, kind).toBeGreaterThan(500);
    expect.soft(hit / planted, `recall of ${kind}`).toBeGreaterThanOrEqual(isName ? 0.7 : 0.95);
    expect.soft(hit / reported, `precision of ${kind}`).toBeGreaterThanOrEqual(isName ? 0.85 : 0.95);
  }
});
