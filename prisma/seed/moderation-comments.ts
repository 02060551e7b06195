import { seededRandom } from '@greenlight/shared/metrics/random.ts';

/** A comment of the moderation example, with its one label. */
export interface Comment {
  readonly text: string;
  readonly label: 'fine' | 'insult' | 'threat' | 'advertising';
}

type Templates = Record<Comment['label'], readonly string[]>;

/** Sentences written for this example; `{a}`, `{b}` and `{n}` are filled in. No real person or comment stands behind them. */
const CHINESE: Templates = {
  fine: [
    '{a}用了{n}天，{b}也一起买的，目前都没有问题。',
    '请问{a}和{b}能一起退吗？已经等了{n}天。',
    '第{n}次回购{a}，这次顺便试试{b}，期待。',
    '{a}的颜色和图片一致，{b}稍微偏大，可以接受。',
    '物流{n}天就到了，{a}包得很好，{b}的赠品也在。',
  ],
  insult: [
    '会买{a}的都是傻子，推荐{b}的也一样，看了{n}条评论更确定了。',
    '写这条{a}测评的人脑子进水了吧，连{b}都分不清，错了{n}处。',
    '{n}楼那个说{a}好用的真是蠢，你配用{b}吗？',
  ],
  threat: [
    '再不退{a}的钱，{n}天内我就去你店里砸了{b}，你等着。',
    '卖{a}的小心点，我知道你住哪，{b}的账{n}天后一起算。',
  ],
  advertising: ['{a}低价批发，{b}半价，加群送{n}元红包，手慢无！', '兼职刷{a}好评，一单{n}元，做{b}的也招，日结。'],
};

const ENGLISH: Templates = {
  fine: [
    'After {n} days the {a} still works, and the {b} that came with it is fine too.',
    'Can I return the {a} and keep the {b}? I have waited {n} days for an answer.',
    'This is my order number {n} here; the {a} is as shown and the {b} a bit larger.',
    'The {a} arrived within {n} days, well packed, with the {b} in the same box.',
  ],
  insult: [
    'Only an idiot buys this {a}, and whoever praises the {b} in comment {n} is one as well.',
    'Did you write this review of the {a} with your feet? You cannot even spell {b}, {n} mistakes.',
  ],
  threat: [
    'Refund the {a} within {n} days or I will come and smash every {b} in your shop.',
    'I know where the seller of the {a} lives; in {n} days we will talk about the {b} in person.',
  ],
  advertising: [
    'Cheap {a} in bulk, every {b} at half price, join our group and get {n} coins now!',
    'Earn {n} a day with reviews of a {a}, no work, {b} included, message us!',
  ],
};

const CHINESE_THINGS = [
  '耳机',
  '键盘',
  '书包',
  '水杯',
  '外套',
  '台灯',
  '椅子',
  '平板',
  '相机',
  '充电器',
  '雨伞',
  '手表',
];
const ENGLISH_THINGS = [
  'headset',
  'keyboard',
  'backpack',
  'bottle',
  'jacket',
  'lamp',
  'chair',
  'tablet',
  'camera',
  'charger',
  'umbrella',
  'watch',
];

/** How many comments of each label there are for one draw, so that abuse is the rare case that it is. */
const DRAWN: readonly Comment['label'][] = [
  'fine',
  'fine',
  'fine',
  'fine',
  'fine',
  'insult',
  'insult',
  'threat',
  'advertising',
];

/** Made-up contact details under reserved names and numbers, so that cleaning has something to find. */
const CONTACTS = [
  '发票请寄到 buyer{n}@example.com，谢谢。',
  'Please send the invoice for order {n} to buyer{n}@example.org today.',
  '售后请联系 service{n}@example.net，我在线等了{n}分钟。',
];

/** Own-written comments in Chinese and English from templates: the same ones for the same seed. */
export function moderationComments(count: number, seed: number): Comment[] {
  const next = seededRandom(seed);
  const choose = <Value>(values: readonly Value[]): Value => values[Math.floor(next() * values.length)]!;
  const filled = (template: string, things: readonly string[]) => {
    const first = choose(things);
    const second = choose(things.filter((thing) => thing !== first));
    const number = String(2 + Math.floor(next() * 88));
    return template.replaceAll('{a}', first).replaceAll('{b}', second).replaceAll('{n}', number);
  };
  const comments: Comment[] = [];
  while (comments.length < count) {
    const lot = next();
    const earlier = comments.length > 20 ? choose(comments) : undefined;
    if (lot < 0.04 && earlier) comments.push(earlier);
    else if (lot < 0.07 && earlier)
      comments.push({ ...earlier, text: `${earlier.text} ${choose(['！', '!!', '……'])}` });
    else if (lot < 0.1) comments.push({ text: filled(choose(CONTACTS), CHINESE_THINGS), label: 'fine' });
    else {
      const label = choose(DRAWN);
      const [templates, things] =
        lot < 0.6 ? ([CHINESE, CHINESE_THINGS] as const) : ([ENGLISH, ENGLISH_THINGS] as const);
      comments.push({ text: filled(choose(templates[label]), things), label });
    }
  }
  return comments;
}
