import { flagsOf, isHan } from './characters.ts';
import { endsWord, wordsOfStretch, type WordsOfStretch } from './word-boundaries.ts';

/*
 * How people at work and among friends are called: "小王", "老李", "宋总", "陈姐". Each of these is two characters, of which words of the
 * language begin or end with the same ones ("小王子", "王总是"), so the dictionary of words and the neighbours decide.
 */

const PREFIXES = '小老阿';
/** Surnames that make up no word of the language with such a prefix. */
const PLAIN =
  '王李张刘陈杨赵吴周徐孙朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖董潘袁蔡蒋杜魏吕丁沈姚卢傅崔谭廖汪陆贾韦夏邱侯邹秦阎薛尹段黎陶贺龚邵覃葛樊倪庄聂岳翟殷詹申耿关焦俞祝阮柯梅凌裴霍靳祁滕闫蔺苟鲍骆辛窦戚娄甄郝邢范任余高马姜钟孟莫';
/** Surnames that do ("小米", "老白干"), and count only where somebody is spoken to or does what people do. */
const AMBIGUOUS = '黄金石方白钱田叶龙毛汤江史顾康温常牛程苏武万戴熊雷柳于向';
/** Words that a prefix and a surname make up, or begin. */
const WORDS =
  /^(?:小黄[车书鸭人文本瓜花鱼]|小金[库额]|小石[头子]|小方[块盒]|小白[菜鼠鞋兔脸领]?|小钱|小田|小叶|小龙|小毛[病孩]|小汤|小江|小康|小苏打|小武|小熊|小雷|小柳|小于|小向|小高[层潮跟]|小马[过达甲路驹]|小范围|小任务|小余|小何|小关|小梅|小陆|小张[纸贴]|小段|小庄|小王[子国]|小李子|小许|小孟|老毛病|老石|老龙|老方|老常|老汤|老白|老黄[牛历]|老马识|老高[了的]|老任务|老范|老关系|老陆|老江湖|老段|老庄|老许|老林|老夏|阿康|阿毛|阿方|阿金|阿石|阿汤|阿龙|阿白|阿黄|阿雷|阿苏|阿万|阿武|阿向|阿于)/;
/** What stands before the measure of something small: "一小张纸", "这小段路". */
const COUNTS = flagsOf('一二两三四五六七八九十几半每这那某整大很太最更较');

/** What people are called by their surname and a title for. */
const TITLES = '总工哥姐叔姨婶嫂爷伯';
/** Words that such a title begins. */
const TITLE_WORDS =
  /^(?:总[是共之算会部结体数额经监裁理统要想能在有以爱喜不觉得价量分计局站店公工编台线长则目成务署行机攻括揽归该被汇]|工[作人程厂业资具地艺期会商农夫号序]|哥[哥们伦特]|姐[姐妹夫弟]|叔[叔父]|姨[妈父夫]|婶[婶娘]|嫂[嫂子]|爷[爷们]|伯[伯父母爵])/;
/** A title before another one's, or before a question. */
const JOINED_TITLE = /^(?:[总工哥姐]和[\u4e00-\u9fff][总工哥姐]|总在[吗嘛么？?])/;
/** Surnames with which such a title makes another word: "开工", "高工资". */
const NO_TITLED = flagsOf('全和向应时连单明解能从由与祝查管都包党万成高路车水安施农邮民于游易平温');

/** What people do, or are asked, behind how they are called. */
const DOINGS = flagsOf(
  '的在是说和与跟也已于去来把被从对要将住正告表发打购买因今昨给向身出到有没不就都很曾会能想签负拿约取收寄退投反咨询问申评付接请帮让叫带送回走用还又再刚只才使总那这您你好呢吧吗啊呀啦早晚听看觉知做吃喝等先后同她他们什怎为当快真其下上提开写忙生辞离调升负审批催介认一态确审过收脾负头',
);
/** What a person is called behind: "找小王", "和老李", "让宋总". */
const CALLED_BEHIND = flagsOf(
  '和与跟给对找是由被让请向把叫到及因为替比问劝见约陪帮派说同当经了的过着等靠听像喊骂怪谢求托陪催去',
);

const isPrefix = flagsOf(PREFIXES);
const isPlain = flagsOf(PLAIN);
const isAmbiguous = flagsOf(AMBIGUOUS);
const isTitle = flagsOf(TITLES);

/** Whether nothing, or no Chinese character, stands at a place, or one of those that are flagged. */
function isFreeOr(text: string, place: number, flags: Uint8Array): boolean {
  const unit = text.charCodeAt(place);
  return !isHan(unit) || flags[unit] === 1;
}

/** Whether a whole word of at least two characters, or one behind which people are named, ends before a place. */
function isWordEnd(text: string, start: number, cut: WordsOfStretch): boolean {
  return endsWord(text, start, cut) || isCalledAt(text, start - 2) || isFreeOr(text, start - 1, CALLED_BEHIND);
}

/** Length of what a person is called by at `start`, prefix and surname: "小王"; 0 where nobody is. */
export function nicknameLength(text: string, start: number): number {
  const [prefix, surname] = [text.charCodeAt(start), text.charCodeAt(start + 1)];
  if (isPrefix[prefix] === 0 || (isPlain[surname] === 0 && isAmbiguous[surname] === 0)) return 0;
  if (COUNTS[text.charCodeAt(start - 1)] === 1 || WORDS.test(text.slice(start, start + 3))) return 0;
  const end = start + 2;
  if (
    !isFreeOr(text, end, DOINGS) &&
    !isCalledAt(text, end) &&
    !/^(?:明[天早晚日]|家[的里人])/.test(text.slice(end, end + 2))
  )
    return 0;
  const cut = wordsOfStretch(text, start, end);
  if (cut.lengths === null ? !isCutFrom(text, start, end) : !isWordEnd(text, start, cut)) return 0;
  if (isPlain[surname] === 1) return 2;
  // Nothing around says that it is a person: "小米", "老白".
  const isNamed = isHan(text.charCodeAt(start - 1)) || DOINGS[text.charCodeAt(end)] === 1;
  return isNamed && !isThing(text, start) ? 2 : 0;
}

/** Whether a prefix and a surname stand at a place: "小赵小李都没来". */
function isCalledAt(text: string, start: number): boolean {
  return (
    isPrefix[text.charCodeAt(start)] === 1 &&
    (isPlain[text.charCodeAt(start + 1)] === 1 || isAmbiguous[text.charCodeAt(start + 1)] === 1)
  );
}

/** Whether a word ends at `end` where somebody is called behind the character before `start`, which the dictionary takes into a word: "请老|曹|审批". */
function isCutFrom(text: string, start: number, end: number): boolean {
  if (CALLED_BEHIND[text.charCodeAt(start - 1)] === 0) return false;
  return wordsOfStretch(text.slice(start, end + 8), 0, end - start).lengths !== null;
}

/** Whether a surname with a prefix is rather a thing or quality, even where people could be meant. */
function isThing(text: string, start: number): boolean {
  return /^(?:小[米白钱田叶龙汤江康苏武熊雷柳于]|老[石龙方汤白])/.test(text.slice(start, start + 2));
}

/** Whether the surname from `start` to `end` is followed by a title of one character by which people are called: "宋总", "陈姐说". */
export function isCalledByTitle(text: string, start: number, end: number): boolean {
  if (isTitle[text.charCodeAt(end)] === 0 || NO_TITLED[text.charCodeAt(start)] === 1) return false;
  if (
    (TITLE_WORDS.test(text.slice(end, end + 2)) && !JOINED_TITLE.test(text.slice(end, end + 4))) ||
    !isFreeOr(text, end + 1, DOINGS)
  )
    return false;
  const cut = wordsOfStretch(text, start, end + 1);
  // The dictionary has the words "总和" and "总在".
  const isCut = cut.lengths !== null || JOINED_TITLE.test(text.slice(end, end + 4));
  return isCut && isWordEnd(text, start, cut);
}
