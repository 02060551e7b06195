import { randomKey, uniformAt } from '../../model/random.ts';

/** Chinese and English sentences, mixed as people mix them, that tokenizers are trained on. */
export const TRAINING_TEXTS: readonly string[] = [
  '你好，我是人工智能助手。',
  '欢迎来到Python编程世界。',
  '深度学习正在改变未来。',
  'The quick brown fox jumps over the lazy dog, and the dog doesn’t mind.',
  "It's not what we've trained; they're the weights I'd start from, and we'll see what you'd do.",
  '请在 2026 年 11 月 25 日之前把 README.md 和 ARCHITECTURE.md 写完。',
  '模型在验证集上的 F1 是 0.953，AUC 是 0.991；训练用了 3 分 20 秒。',
  'Transformers learn attention: query, key and value are three projections of the same input.',
  '注意力机制把查询、键和值投影到不同的空间。',
  'Fine-tuning a pre-trained model on a small dataset often beats training from scratch.',
  '「床前明月光，疑是地上霜。举头望明月，低头思故乡。」',
  '白日依山尽，黄河入海流。欲穷千里目，更上一层楼。',
  'Café crème, naïve façade, Ångström, señor, über, œuvre: accents stay.',
  'for (const [key, value] of map) { console.log(`${key}=${value}`); }',
  'E-mail: someone@example.com, https://example.com/a?b=1&c=2#d',
  '价格：￥１２３．４５（含税），折扣 ８５％！',
  '好的👍，没问题😀！下周见🎉🎉。',
  'ok ok ok, the the the, learning learning, model model model',
];

/** Texts that tokenizers have stumbled over, each with a reason to be there. */
export const DIFFICULT_TEXTS: readonly string[] = [
  '',
  ' ',
  '   \t\n\r\n  ',
  '你好 world，这是 mixed text！',
  "don’t can't I'M he'd \"quoted\" 'single'",
  'ＦＵＬＬ　ＷＩＤＴＨ　１２３，（）［］｛｝！？：；～',
  '全角空格　和半角 空格\u00A0和不换行空格',
  '👍🏽 👨‍👩‍👧‍👦 🇨🇳🇫🇷 1️⃣ ❤️ ☀︎',
  '𠮷野家 𝒳𝓎 𓀀 🜁',
  'e\u0301 é ñ n\u0303 각 \u1100\u1161\u11A8',
  'ﬁ ﬂ ﾊﾝｶｸ カタカナ ひらがな 한국어',
  'Ελληνικά ΣΊΣΥΦΟΣ Русский עברית العربية हिन्दी ไทย',
  '\uFEFFwith a byte order mark\u200B and a zero-width space\u00AD and a soft hyphen',
  'a\u0000b\u0007c\u001Fd\u007Fe\u0085f\u2028g\u2029h',
  'U+FFFD \uFFFD and private \uE000 and unassigned \u0378',
  '<bos>你好<eos> <pad><unk> < eos > <eos',
  'spelled <s> [CLS] [PAD] </s> <|endoftext|>',
  "'s 't 're 've 'm 'll 'd 'S  's",
  '   three before and three after   ',
  'tab\there  two  spaces   three\n\nlines \n x',
  '1234567890 12.5% 1,000 ½ Ⅷ ① ²',
  'x'.repeat(101),
  '很'.repeat(150),
  '...!!!???,,,——……',
  'half of a pair: \uD83D and \uDE00',
  "a . b , c ! d ? e ' f n't g 's h do not",
];

const POOLS: readonly (readonly string[])[] = [
  [...new Set(TRAINING_TEXTS.join(''))],
  Array.from('的一是不了人我在有他这为之大来以个中上们龘靐齉爨'),
  [' ', '  ', '\n', '\t', '\r\n', '\u00A0', '\u3000', '\u2003', '\u200B', '\u0085', '\u2028', '\u180E'],
  ['the', 'learning', 'model', "n't", "'s", "'ll", 'É', 'ß', 'ŉ', 'İ', 'ǅ', 'Straße', 'naïve'],
  ['👍', '👍🏽', '😀', '👨‍👩‍👧', '🇨🇳', '❤️', '\uFE0F', '\u200D', '🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
  Array.from('ＡＢｃ１２３，。！？；：“”‘’（）【】《》、·￥％～'),
  ['<bos>', '<eos>', '<pad>', '<unk>', '<', '>', '##', '##a', '[UNK]', '</s>'],
  ['\u0301', '\u0308', '\u0327', '\u3099', '\u093F', '\u20E3', '\u0E31', '\u05B0'],
  ['\u0000', '\u0001', '\u001B', '\u007F', '\u00AD', '\u200E', '\uFEFF', '\uFFFD', '\uE000', '\uFFFF'],
  Array.from('0123456789.,-+/*=()[]{}"\'`~!@#$%^&_|\\'),
];

/** Any code point that is not half of a pair, the basic plane and the planes above it equally often. */
function anyCodePoint(uniform: number, plane: number): string {
  const limit = plane < 0.5 ? 0x1_0000 : 0x11_0000;
  const point = Math.floor(uniform * limit);
  return point >= 0xd800 && point <= 0xdfff ? '\u4E2D' : String.fromCodePoint(point);
}

/** So many texts of up to 24 symbols each from writing systems, spaces, emoji, signs and all of Unicode; the same for the same seed. */
export function randomTexts(count: number, seed: number): string[] {
  return Array.from({ length: count }, (_, text) => {
    const key = randomKey(seed, text);
    let counter = 0;
    const uniform = (): number => uniformAt(key, counter++);
    const length = Math.floor(uniform() * 25);
    return Array.from({ length }, () => {
      const pool = POOLS[Math.floor(uniform() * (POOLS.length + 1))];
      return pool === undefined
        ? anyCodePoint(uniform(), uniform())
        : (pool[Math.floor(uniform() * pool.length)] ?? '');
    }).join('');
  });
}
