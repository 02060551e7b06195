import { isDigit, isLatinLetter, isWordUnit } from './characters.ts';

/*
 * Whether the words around a number say that it is something else than personal data: an order, a version, an amount.
 */

const CONTEXT_LENGTH = 28;

const CONNECTORS = ' :#=-.,(["\'是为：，（【“＃';

/** Words that say only "number" and leave open of what. */
const GENERIC_LABELS = ['number', 'num', 'nr', 'no', 'id', 'code', 'is', 'was', '号码', '编号', '号', '码', '的'];

/** What has a number of its own that is nobody's personal data. */
const CODE_LABELS = [
  ...[
    '订单',
    '单',
    '流水',
    '运单',
    '快递',
    '物流',
    '序列',
    '合同',
    '工单',
    '批次',
    '批',
    '版本',
    '货',
    '条',
    '条形',
    '商品',
  ],
  ...[
    '发票',
    '型',
    '固件',
    '时间戳',
    '产品',
    '设备',
    '零件',
    '案件',
    '案',
    '任务',
    '交易',
    '凭证',
    '房',
    '事务',
    '请求',
    '追踪',
  ],
  ...[
    'order',
    'orders',
    'invoice',
    'sku',
    'tracking',
    'serial',
    'reference',
    'ref',
    'version',
    'ver',
    'build',
    'isbn',
    'issn',
  ],
  ...[
    'imei',
    'timestamp',
    'batch',
    'ticket',
    'transaction',
    'txn',
    'case',
    'part',
    'model',
    'release',
    'commit',
    'rev',
  ],
  ...['revision', 'shipment', 'parcel', 'barcode', 'product', 'item', 'trace', 'request', 'session', 'hash', 'seed'],
];

/** Words with 号 or 编号 whose number is a person's. */
const PERSONAL_LABELS = [
  '身份证',
  '证件',
  '证',
  '卡',
  '手机',
  '电话',
  '银行',
  '账',
  '帐',
  '账户',
  '联系',
  'phone',
  'card',
  'mobile',
];

/** Words in Latin letters that may stand right before a number without a space. */
const ATTACHED_LABELS = new Set(
  'tel phone mobile mob cell ph call fax whatsapp wechat vx wx id card no acct account sfz dh sj shouji dianhua t m p v telephone'.split(
    ' ',
  ),
);

const UNITS_AFTER = [
  ...[
    '元',
    '万',
    '亿',
    '美元',
    '块钱',
    '个',
    '件',
    '次',
    '条',
    '字节',
    '毫秒',
    '秒',
    '页',
    '人',
    '年',
    '吨',
    '股',
    '倍',
    '票',
    '步',
    '欧元',
    '日元',
    '%',
    '℃',
    '克',
    '千',
  ],
  ...['bytes', 'usd', 'cny', 'rmb', 'ms', 'kb', 'mb'],
];

function endsWithAny(text: string, words: readonly string[]): string | null {
  for (const word of words) if (text.endsWith(word)) return word;
  return null;
}

function isWholeWord(text: string, word: string): boolean {
  return !isLatinLetter(word.charCodeAt(0)) || !isLatinLetter(text.charCodeAt(text.length - word.length - 1));
}

function trimConnectors(text: string): string {
  let end = text.length;
  while (end > 0 && CONNECTORS.includes(text[end - 1]!)) end--;
  return text.slice(0, end);
}

/** Whether the words before a number name it as that of an order, version, product or the like. */
export function isLabelledAsCode(text: string, start: number): boolean {
  let before = trimConnectors(text.slice(Math.max(0, start - CONTEXT_LENGTH), start).toLowerCase());
  const namedNumber = before.endsWith('编号');
  for (let round = 0; round < 4; round++) {
    const generic = endsWithAny(before, GENERIC_LABELS);
    if (generic === null || !isWholeWord(before, generic)) break;
    before = trimConnectors(before.slice(0, -generic.length));
  }
  if (endsWithAny(before, PERSONAL_LABELS) !== null) return false;
  const label = endsWithAny(before, CODE_LABELS);
  if (label !== null && isWholeWord(before, label)) return true;
  return namedNumber;
}

/** Whether a number may begin at `start`: it goes on no word, code, amount or longer number. */
export function beginsFree(text: string, start: number): boolean {
  const before = text.charCodeAt(start - 1);
  if (Number.isNaN(before)) return true;
  if (isLatinLetter(before)) {
    let wordStart = start - 1;
    while (isLatinLetter(text.charCodeAt(wordStart - 1)) && start - wordStart < 12) wordStart--;
    return (
      ATTACHED_LABELS.has(text.slice(wordStart, start).toLowerCase()) && !isWordUnit(text.charCodeAt(wordStart - 1))
    );
  }
  if (isWordUnit(before)) return false;
  const sign = text[start - 1]!;
  if ('$¥€£₩￥'.includes(sign)) return false;
  const beforeSign = text.charCodeAt(start - 2);
  if ('-/.#_~\\'.includes(sign)) {
    if (isDigit(beforeSign)) return sign === '/' && /\d{8}\/$/.test(text.slice(Math.max(0, start - 9), start));
    if (isLatinLetter(beforeSign) && sign !== '.') return beginsFree(text, start - 1);
    if (sign === '#') return false;
  }
  return true;
}

/** Whether a number may end at `end`: no word, code, decimal part or unit goes on there. */
export function endsFree(text: string, end: number): boolean {
  const after = text.charCodeAt(end);
  if (Number.isNaN(after)) return true;
  if (isLatinLetter(after)) {
    const rest = text.slice(end, end + 4).toLowerCase();
    return /^(?:x\d|ext)/.test(rest);
  }
  if (isWordUnit(after)) return false;
  const sign = text[end]!;
  if ('-/.\\'.includes(sign) && isWordUnit(text.charCodeAt(end + 1))) {
    // "13800138000/li@example.com": another way to reach the same person.
    return (
      sign === '/' && (!isLatinLetter(text.charCodeAt(end + 1)) || /^\/[\w.+-]{1,40}@/.test(text.slice(end, end + 43)))
    );
  }
  const rest = text
    .slice(end, end + 6)
    .trimStart()
    .toLowerCase();
  return !UNITS_AFTER.some((unit) => rest.startsWith(unit) && !isLatinLetter(rest.charCodeAt(unit.length)));
}
