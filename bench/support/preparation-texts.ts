/** What the lines of a measurement look like. */
export const TEXT_KINDS = ['mixed', 'narrow', 'comments', 'mails'] as const;

/** What the lines of a measurement look like. */
export type TextKind = (typeof TEXT_KINDS)[number];

/** What was planted in the lines: repetitions, near-repetitions (a few words more or exchanged) and personal data. */
export interface Planted {
  exact: number;
  near: number;
  eMails: number;
  phones: number;
}

/** Draws numbers below a bound, the same row of them every time (Lehmer). */
class Lots {
  #state = 20_261_124;

  below(bound: number): number {
    this.#state = (this.#state * 48_271) % 2_147_483_647;
    return this.#state % bound;
  }

  pick<Value>(values: readonly Value[]): Value {
    return values[this.below(values.length)]!;
  }

  /** Draws as languages do: the value of rank r about in proportion to 1 ÷ r. */
  ranked<Value>(values: readonly Value[]): Value {
    return values[Math.floor(values.length ** (this.below(1_000_000) / 1_000_000)) - 1]!;
  }
}

const NARROW_ENGLISH =
  'the delivery came late and box was open but support answered within an hour they sent another one without asking for money great price small size wrong colour broken screen quick reply';
const NARROW_CHINESE =
  '这个商品质量很好物流也快客服态度不错但是包装有点破损希望下次改进价格合适推荐给朋友们颜色和图片一样尺寸偏小';

const ASPECTS =
  '质量 物流 包装 客服 价格 颜色 尺寸 味道 做工 面料 手感 外观 性能 电池 屏幕 声音 说明书 发货速度 售后 赠品 款式 重量 气味 分量 口感 系统 镜头 键盘 电量 信号 设计 大小 服务态度 快递小哥 店家 东西 效果 材质 版型 弹性'.split(
    ' ',
  );
const DEGREES =
  '很 非常 特别 真的 确实 比较 挺 有点 太 还算 相当 实在 十分 一直 没想到这么 总体 感觉 超级 不太 一般般但还'.split(
    ' ',
  );
const JUDGEMENTS =
  '好 不错 满意 快 慢 差 值得 一般 漂亮 舒服 结实 难用 好用 便宜 贵 合适 小 大 清晰 耐用 失望 惊喜 完美 粗糙 稳定 好吃 难吃 新鲜 给力 敷衍'.split(
    ' ',
  );
const ENDINGS =
  '会回购 推荐购买 不会再买了 值得推荐 下次还来 给个好评 先用用看再追评 朋友也说好 等了三天才到 孩子很喜欢 老人用着方便 和图片一样 跟描述不符 退货了 已经买第二次了 希望改进'.split(
    ' ',
  );

/** Draws the texts of one kind. */
export class TextSource {
  readonly planted: Planted = { exact: 0, near: 0, eMails: 0, phones: 0 };
  readonly #lots = new Lots();
  readonly #kind: TextKind;
  /** Of a hundred lines so many repeat an earlier one exactly, and so many nearly. */
  readonly #repeated: { readonly exact: number; readonly near: number };
  readonly #earlier: string[] = [];
  readonly #english: readonly string[];
  readonly #chinese: readonly string[];
  #line = 0;

  constructor(kind: TextKind, repeated: { readonly exact: number; readonly near: number }) {
    this.#kind = kind;
    this.#repeated = repeated;
    this.#english =
      kind === 'narrow'
        ? NARROW_ENGLISH.split(' ')
        : Array.from({ length: 8000 }, () =>
            Array.from({ length: 1 + this.#lots.below(4) }, () => this.#syllable()).join(''),
          );
    this.#chinese =
      kind === 'narrow'
        ? [...NARROW_CHINESE]
        : Array.from({ length: 3000 }, (_, place) => String.fromCodePoint(0x4e00 + place));
  }

  /** The next line's text. */
  next(): string {
    const lots = this.#lots;
    this.#line++;
    let text = this.#own();
    const lot = lots.below(1000);
    const [exact, near] = [this.#repeated.exact * 10, this.#repeated.near * 10];
    if (lot < exact && this.#earlier.length > 0) {
      text = lots.pick(this.#earlier);
      this.planted.exact++;
    } else if (lot < exact + near && this.#earlier.length > 0) {
      text = this.#changed(lots.pick(this.#earlier));
      this.planted.near++;
    } else if (lots.below(1000) < 20) {
      text += ` user${this.#line}@mail.example`;
      this.planted.eMails++;
    } else if (lots.below(1000) < 10) {
      text += ` 13${String(800_000_000 + lots.below(99_999_999))}`;
      this.planted.phones++;
    }
    // Repetitions come from everywhere in the file, so that they do not lie in one chunk.
    if (this.#earlier.length < 20_000) this.#earlier.push(text);
    else this.#earlier[lots.below(20_000)] = text;
    return text;
  }

  #own(): string {
    const lots = this.#lots;
    switch (this.#kind) {
      case 'comments':
        return Array.from({ length: 1 + lots.below(4) }, () => this.#clause()).join('，');
      case 'mails':
        return this.#mail();
      case 'mixed':
      case 'narrow': {
        const draw = <Value>(values: readonly Value[]) =>
          this.#kind === 'narrow' ? lots.pick(values) : lots.ranked(values);
        if (lots.below(2) === 0) return Array.from({ length: 8 + lots.below(24) }, () => draw(this.#english)).join(' ');
        return Array.from({ length: 20 + lots.below(60) }, () => draw(this.#chinese)).join('');
      }
    }
  }

  #syllable(): string {
    const lots = this.#lots;
    return `${lots.pick([...'bcdfghjklmnprstvw'])}${lots.pick([...'aeiou'])}${lots.pick(['', 'n', 'r', 's', 't'])}`;
  }

  #clause(): string {
    const lots = this.#lots;
    if (lots.below(3) === 0) return lots.pick(ENDINGS);
    return `${lots.pick(ASPECTS)}${lots.pick(DEGREES)}${lots.pick(JUDGEMENTS)}`;
  }

  /** About 300 characters: a greeting, sentences, a close that many mails share. */
  #mail(): string {
    const lots = this.#lots;
    let body = '';
    while (body.length < 200) {
      const words = Array.from({ length: 6 + lots.below(8) }, () => lots.ranked(this.#english)).join(' ');
      body += `${words[0]!.toUpperCase()}${words.slice(1)}. `;
    }
    const close = lots.pick([
      'Please let me know if you have any questions.',
      'Thank you for your help with this matter.',
      'I am looking forward to hearing from you soon.',
    ]);
    return `Hello,\n\n${body}\n\n${close}\n\nKind regards,\nthe ${lots.ranked(this.#english)} team`;
  }

  /** A text with one word or character exchanged, or a few more at its end. */
  #changed(text: string): string {
    const lots = this.#lots;
    if (lots.below(2) === 0) return `${text} ok`;
    const words = text.split(' ');
    if (words.length > 5) return words.with(lots.below(words.length), lots.ranked(this.#english)).join(' ');
    const place = lots.below(text.length);
    return `${text.slice(0, place)}${lots.ranked(this.#chinese)}${text.slice(place + 1)}`;
  }
}
