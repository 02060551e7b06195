import { seededRandom } from '../../../../metrics/random.ts';
import type { PersonalDataKind } from './kinds.ts';

/*
 * Texts with planted personal data and with numbers that look like it, made from a seed: the generator shares no rule, table
 * or checksum with the finders.
 */

/** A text and what a finder must find in it. */
export interface PlantedText {
  readonly text: string;
  readonly planted: readonly { readonly kind: PersonalDataKind; readonly value: string }[];
}

/** Source of seeded choices. */
export class Chooser {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = seededRandom(seed);
  }

  below(limit: number): number {
    return Math.floor(this.#next() * limit);
  }

  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  of<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }

  digits(length: number): string {
    return Array.from({ length }, () => this.below(10)).join('');
  }

  letters(least: number, most: number): string {
    return Array.from({ length: this.between(least, most) }, () => this.of([...'abcdefghijklmnopqrstuvwxyz'])).join('');
  }
}

const pad = (value: number) => String(value).padStart(2, '0');

function fullWidth(text: string): string {
  return text.replaceAll(/[!-~]/g, (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0));
}

function grouped(text: string, lengths: readonly number[], gap: string): string {
  let start = 0;
  return lengths.map((length) => text.slice(start, (start += length))).join(gap);
}

function identityCard(choose: Chooser): string {
  const region = choose.of([
    '110101',
    '310115',
    '440305',
    '510104',
    '330106',
    '420111',
    '610102',
    '320505',
    '230103',
    '650104',
  ]);
  const body = `${region}${choose.between(1940, 2015)}${pad(choose.between(1, 12))}${pad(choose.between(1, 28))}${choose.digits(3)}`;
  // ISO 7064 mod 11-2 by its recursive definition, unlike the finder's weights.
  let remainder = 0;
  for (const digit of body) remainder = ((remainder + Number(digit)) * 2) % 11;
  const check = (12 - remainder) % 11;
  const number = body + (check === 10 ? choose.of(['X', 'X', 'x']) : check);
  return choose.of([number, number, number, fullWidth(number), grouped(number, [6, 8, 4], choose.of([' ', '-']))]);
}

function withLuhnDigit(body: string): string {
  for (let check = 0; check < 10; check++) {
    const number = `${body}${check}`;
    const sum = [...number].toReversed().reduce((total, digit, index) => {
      const doubled = Number(digit) * (index % 2 === 0 ? 1 : 2);
      return total + Math.floor(doubled / 10) + (doubled % 10);
    }, 0);
    if (sum % 10 === 0) return number;
  }
  throw new Error('one of ten digits fulfils the check');
}

function bankCard(choose: Chooser): string {
  const [prefix, length] = choose.of([
    ['4', 16],
    ['51', 16],
    ['55', 16],
    ['37', 15],
    ['6011', 16],
    ['3530', 16],
    ['622202', 19],
    ['621226', 19],
    ['625906', 16],
    ['6217', 19],
    ['623058', 19],
    ['2223', 16],
  ] as const);
  const number = withLuhnDigit(prefix + choose.digits(length - prefix.length - 1));
  if (length === 15) return choose.of([number, grouped(number, [4, 6, 5], choose.of([' ', '-']))]);
  const fours = grouped(number, [4, 4, 4, 4, 3].slice(0, length === 19 ? 5 : 4), choose.of([' ', '-']));
  return choose.of([number, number, fours, fullWidth(number)]);
}

function phone(choose: Chooser): string {
  const mobile = `1${choose.between(3, 9)}${choose.digits(9)}`;
  const gap = choose.of([' ', '-', '－', ' ']);
  return choose.of([
    () => mobile,
    () => mobile,
    () => grouped(mobile, [3, 4, 4], gap),
    () => `+86 ${mobile}`,
    () => `+86-${grouped(mobile, [3, 4, 4], '-')}`,
    () => `86${mobile}`,
    () => fullWidth(mobile),
    () => [...mobile].join(' '),
    () =>
      `+1 (${choose.between(2, 9)}${choose.digits(2)}) ${choose.between(2, 9)}${choose.digits(2)}-${choose.digits(4)}`,
    () =>
      `+1-${choose.between(2, 9)}${choose.digits(2)}-${choose.between(2, 9)}${choose.digits(2)}-${choose.digits(4)}`,
    () => `+44 20 ${choose.between(2, 9)}${choose.digits(3)} ${choose.digits(4)}`,
    () => `+852 ${choose.between(5, 9)}${choose.digits(3)} ${choose.digits(4)}`,
    () => `+49 151 ${choose.digits(8)}`,
    () => `+81-90-${choose.digits(4)}-${choose.digits(4)}`,
    () => `${mobile.slice(0, 3)}\u200b${mobile.slice(3)}`,
  ])();
}

function email(choose: Chooser): string {
  const local = choose.of([
    () => choose.letters(3, 10),
    () => `${choose.letters(2, 8)}.${choose.letters(2, 8)}`,
    () => `${choose.letters(2, 6)}_${choose.digits(3)}`,
    () => `${choose.letters(2, 6)}+${choose.letters(2, 5)}`,
    () => choose.digits(9),
    () => choose.letters(3, 8).toUpperCase(),
  ])();
  const domain = choose.of([
    'qq.com',
    '163.com',
    'gmail.com',
    'example.co.uk',
    'mail.example.org',
    'company.com.cn',
    'outlook.com',
  ]);
  return choose.of([
    `${local}@${domain}`,
    `${local}@${domain}`,
    fullWidth(`${local}@${domain}`),
    `${local}＠${domain}`,
  ]);
}

function ipAddress(choose: Chooser): string {
  const octet = () => choose.between(10, 255);
  const hex = () => choose.between(0x10, 0xffff).toString(16);
  return choose.of([
    () => `${octet()}.${octet()}.${octet()}.${octet()}`,
    () => `${octet()}.${choose.below(10)}.${choose.below(10)}.${octet()}`,
    () => `2001:db8:${hex()}:${hex()}:${hex()}:${hex()}:${hex()}:${hex()}`,
    () => `fe80::${hex()}:${hex()}`,
    () => `2001:db8::${choose.between(1, 9)}:${hex()}`,
  ])();
}

function webAddress(choose: Chooser): string {
  const host = `${choose.of(['www.', '', 'm.', 'api.'])}${choose.letters(4, 9)}.${choose.of(['com', 'cn', 'org', 'com.cn', 'io'])}`;
  const path = choose.of([
    '',
    `/${choose.letters(3, 8)}`,
    `/a/${choose.digits(5)}.html`,
    `/s?q=${choose.letters(3, 6)}&page=${choose.digits(1)}`,
  ]);
  return choose.of([`https://${host}${path}`, `http://${host}${path}`, `www.${choose.letters(4, 9)}.com${path}`]);
}

const MAKERS: Readonly<Partial<Record<PersonalDataKind, (choose: Chooser) => string>>> = {
  'e-mail': email,
  'identity-card': identityCard,
  'bank-card': bankCard,
  phone,
  'ip-address': ipAddress,
  'web-address': webAddress,
};

const FRAMES: readonly (readonly [before: string, after: string])[] = [
  ['请联系', '，谢谢'],
  ['我的信息：', '。请尽快处理'],
  ['客户资料（', '）已登记'],
  ['如有问题，发到', ' 即可'],
  ['', ' 是对方留下的'],
  ['Please contact ', ' for details.'],
  ['It is ', ', as I said.'],
  ['record "', '" was stored'],
  ['see <', '> today'],
  ['2024-05-06 10:20:30 用户提交：', '；状态：成功'],
  ['共3次，第2次填写', '，金额25.50元'],
  ['Note: ', ''],
];

/** One text with one to three planted pieces of structured personal data. */
export function plantedText(choose: Chooser): PlantedText {
  const kinds = Object.keys(MAKERS) as PersonalDataKind[];
  const planted = Array.from({ length: choose.between(1, 3) }, () => {
    const kind = choose.of(kinds);
    return { kind, value: MAKERS[kind]!(choose) };
  });
  const text = planted
    .map(({ value }) => {
      const [before, after] = choose.of(FRAMES);
      return before + value + after;
    })
    .join(choose.of(['\n', '；', ' / ', '。']));
  return { text, planted };
}

/** A text with numbers, dates, versions and codes that are nobody's personal data. */
export function innocentText(choose: Chooser): string {
  const date = `${choose.between(2018, 2026)}-${pad(choose.between(1, 12))}-${pad(choose.between(1, 28))}`;
  const brokenCard = withLuhnDigit(`622202${choose.digits(12)}`).replace(/.$/, (last) =>
    String((Number(last) + 3) % 10),
  );
  return choose.of([
    () =>
      `订单号：${date.replaceAll('-', '')}${choose.digits(10)}，下单时间${date} ${pad(choose.below(24))}:${pad(choose.below(60))}:07`,
    () => `订单编号 1${choose.between(3, 9)}${choose.digits(9)} 已发货`,
    () => `Order #${choose.digits(11)} was shipped on ${date}`,
    () => `版本 v${choose.below(20)}.${choose.below(20)}.${choose.below(200)}.${choose.below(100)} 于${date}发布`,
    () => `upgrade to version ${choose.below(20)}.${choose.below(20)}.${choose.below(20)} (build ${choose.digits(8)})`,
    () => `Mozilla/5.0 Chrome/${choose.between(80, 130)}.0.${choose.digits(4)}.${choose.digits(2)} Safari/537.36`,
    () =>
      `价格${choose.digits(3)}.${choose.digits(2)}元，库存${choose.digits(4)}件，评分${choose.below(5)}.${choose.below(10)}`,
    () => `快递单号 SF${choose.digits(13)}，预计${date}送达`,
    () => `时间戳 17${choose.digits(11)} 与 17${choose.digits(8)}`,
    () => `圆周率约为3.${choose.digits(15)}，误差 0.${choose.digits(11)}`,
    () => `卡号${brokenCard}校验失败`,
    () => `ISBN 978-7-${choose.digits(4)}-${choose.digits(4)}-${choose.digits(1)}`,
    () => `数据：${Array.from({ length: 8 }, () => choose.between(10, 99)).join(' ')}`,
    () =>
      `比分 ${choose.below(10)}:${choose.below(10)}，用时 ${pad(choose.below(24))}:${pad(choose.below(60))}:${pad(choose.below(60))}`,
    () => `std::vector<int> a; use foo::bar; ratio 16:9`,
    () => `see icon@2x.png, @user and npm install pkg@1.${choose.below(9)}.${choose.below(9)}`,
    () => `SN-${choose.digits(11)} / model ${choose.letters(2, 4).toUpperCase()}${choose.digits(12)}`,
    () => `统一社会信用代码 91${choose.digits(6)}MA${choose.digits(8)}`,
    () => `Call stack at 0x${choose.digits(12)}, exit code ${choose.digits(3)}, pid ${choose.digits(5)}`,
    () =>
      `年份 2019 2020 2021 2022 的销量分别为 ${Array.from({ length: 4 }, () => choose.between(1000, 9999)).join('、')}`,
    () =>
      `第${choose.between(1, 9)}.${choose.between(1, 9)}.${choose.between(1, 9)}.${choose.between(1, 9)}节 介绍了方法`,
    () => `and/or, w/o, node.js, file.txt, 1/2/${choose.digits(4)}, 3-4 天, ${date}T08:00:00Z`,
  ])();
}
