import { isHan } from './characters.ts';
import { CHINESE_WORDS } from './common-words.ts';
import type { Span } from './kinds.ts';

/** The most frequent Chinese surnames of one character. */
const SURNAMES =
  '王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任沈姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严赖覃洪武莫孔汤向常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝';

const COMPOUND_SURNAMES = new Set(
  '欧阳 上官 司马 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 夏侯 长孙 宇文 端木 轩辕 南宫 独孤 西门 申屠 闻人 公羊 澹台 呼延'.split(
    ' ',
  ),
);

/** Characters that given names are made of. */
const GIVEN =
  '伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰凤洁梅琳素云莲真环雪荣爱妹香月莺媛瑞凡佳嘉琼勤珍贞莉叶璧璐娅琦晶妍茜秋珊莎锦黛青倩婷姣婉娴瑾颖露瑶怡婵雁蓓纨仪荷丹蓉眉君琴蕊薇菁梦岚苑婕馨瑗琰韵融园艺咏卿聪澜纯毓悦昭冰爽琬茗羽希宁欣飘育滢馥筠柔竹霭凝晓欢霄枫芸菲寒伊亚宜可姬舒影荔枝思春' +
  '俊峰永健世广志义兴良海山仁波贵福生龙元全国胜学祥才发武新利清飞彬富顺信子昌成康星光天达安岩中茂进林有坚和彪博诚先敬震振壮会思群豪心邦承乐绍功松善厚庆民友裕河哲江浩亮政谦亨奇固之轮翰朗伯宏言若鸣朋斌梁栋维启克伦翔旭鹏泽晨辰士以建家致树炎德行时泰盛雄琛钧冠策腾楠榕风航弘轩宇辉阳帆文华红玉萍慧巧美惠珠翠雅芝燕彩' +
  '鑫淼森焱垚睿轶煜皓烨昊梓涵萱诗雨欣怡紫彤昕熙予子墨奕辰浩然佑恩逸尘皓轩一诺铭锐钰瑜琪淑雯霖婧菡晗曦珂璇妮玲蕾蓝菊杏岳刚培毅磊朝宗立柱根喜旺保金银铁石连水火土东南西北方长春夏冬' +
  '芬远桐祖秉仲魁鼎贤圣尧舜禹甫彦颂廷庭坤乾增守承绍凌霜雁珏瑛琼瑗玥玮琨琰沐沛洋润泓浚涓滨潇澄灿炜炎炳焕煊熠曼朵汐岑峻嵘崇弈彰徽恒恺悠惟懿拓捷敦斐昂昱晋晟暄曜朔朴枢柯棠椿楷榆殊毓';

const TOP_GIVEN =
  '伟芳娜敏静丽强磊军洋勇艳杰娟涛超霞刚洁婷颖鹏斌鑫波浩宇欣怡莉倩慧丹琳萍玲燕凯峰辉宁帅飞鹤雷俊健彬梅雪琴';

/** Words that are followed by a name. */
const BEFORE =
  /(?:姓名|名字|联系人|收件人|收货人|寄件人|发件人|患者|病人|客户|顾客|会员|经办人|负责人|申请人|投诉人|举报人|当事人|原告|被告|作者|记者|编辑|学生|员工|业主|家长|司机|乘客|用户|我叫|他叫|她叫|名叫|叫做|叫|我是|本人|署名|签名|医生|同事|同学|朋友|邻居|户主|持卡人|开户人|开户名|户名|法人|法定代表人|主任|经理|教授|律师|老师|室友|妻子|丈夫|儿子|女儿|哥哥|姐姐|弟弟|妹妹|父亲|母亲|候选人|应聘者|租客|房东|导师|班长|队长|讲师|主播|店长|签收人|被保险人|投保人|受益人|借款人|担保人|考生|居民|志愿者)(?:的?(?:名字|姓名))?(?:是|为|叫|名为)?[\s:：,，"“「（(]{0,3}$/;
/** Those of them that leave no doubt, with nothing between but a colon or a bracket: labels of forms, and "my name is". */
const SURE_BEFORE =
  /(?:(?:姓名|名字|联系人|收件人|收货人|寄件人|发件人|签收人|经办人|负责人|申请人|投诉人|举报人|当事人|持卡人|开户人|开户名|户名|法定代表人|被保险人|投保人|受益人|借款人|担保人|候选人|署名|签名)(?:的?(?:名字|姓名))?(?:是|为|叫)?|我叫|他叫|她叫|名叫|叫做|名为|名字叫)[\s"“「（(]{0,2}$|(?:[\u4e00-\u9fff])[:：]\s{0,2}$/;
const AFTER =
  /^(?:先生|女士|小姐|老师|同学|医生|大夫|教授|经理|主任|师傅|律师|同志|博士|校长|护士|阿姨|叔叔|大哥|大姐|院长|局长|处长|科长|董事长|总监|总经理|警官|法官|主播|老板|书记|部长|市长)/;

/** What may stand before and after a whole name in running text. */
const LEFT_NEIGHBOURS = '和与跟给对找是由被让请向把叫到及因为替比问劝见约陪帮派了说着过的、而同或将当连经据';
const RIGHT_NEIGHBOURS =
  '的在是说和与了也已于去来把被从对要将住正告表发打购买因今昨明给向等先女同老医教经主手电身邮出到有没不就都很曾会能想签负拿约取收寄退';
/** What ends a name that a label introduced, even where it could be a given name. */
const STOPS = '的在是说和与了也已于去来把被从对要将住电身邮手现年今性地出，。';

const CONNECTORS = ' \t:：,，"“「（(';

const isSurname = flagsOf(SURNAMES);
const opensCompoundSurname = flagsOf([...COMPOUND_SURNAMES].map((surname) => surname[0]).join(''));
/** The last characters of what `BEFORE` and the first of what `AFTER` look for: most places fail here at once. */
const endsLabel = flagsOf(
  '名字人件者户顾客员告辑生工主家长机叫做是本签事学友居卡任理授师室妻夫儿女哥姐弟妹父母子选聘租东导班队讲播店保险益款担考民志愿为亲' +
    CONNECTORS,
);
const opensTitle = flagsOf('先女小老同医大教经主师律博校护阿叔院局处科董总警法书部市');
const isGiven = flagsOf(GIVEN);
const isTopGiven = flagsOf(TOP_GIVEN);
const isLeftNeighbour = flagsOf(LEFT_NEIGHBOURS);
const isRightNeighbour = flagsOf(RIGHT_NEIGHBOURS);
const isStop = flagsOf(STOPS);

const JOINING = '和'.charCodeAt(0);

/** What comes before it in Unicode is no surname. */
const FIRST_HAN = 0x3400;

function flagsOf(characters: string): Uint8Array {
  const flags = new Uint8Array(0x10000);
  for (const character of characters) flags[character.charCodeAt(0)] = 1;
  return flags;
}

function surnameLength(text: string, start: number): number {
  if (opensCompoundSurname[text.charCodeAt(start)] === 1 && COMPOUND_SURNAMES.has(text.slice(start, start + 2)))
    return 2;
  return isSurname[text.charCodeAt(start)] === 1 ? 1 : 0;
}

/** Length of the given name at `start` that words around the name vouch for; 0 where none is there. */
function introducedLength(text: string, start: number): number {
  const [first, second] = [text.charCodeAt(start), text.charCodeAt(start + 1)];
  if (!isHan(first) || isStop[first] === 1) return 0;
  if (opensTitle[second] === 1 && AFTER.test(text.slice(start + 1, start + 4))) return 1;
  return isHan(second) && isStop[second] === 0 && (isGiven[second] === 1 || !isHan(text.charCodeAt(start + 2))) ? 2 : 1;
}

/** Length of the given name at `start` by the dictionary and the neighbours alone; 0 where there is none. */
function plainLength(text: string, start: number, nameStart: number): number {
  const before = text.charCodeAt(nameStart - 1);
  if (isHan(before) && isLeftNeighbour[before] === 0) return 0;
  const isEnd = (index: number) => {
    const unit = text.charCodeAt(index);
    return !isHan(unit) || isRightNeighbour[unit] === 1;
  };
  const [first, second] = [text.charCodeAt(start), text.charCodeAt(start + 1)];
  if (isGiven[first] === 0) return 0;
  // "黄金和银": the third character joins two things.
  const isJoined = isHan(text.charCodeAt(start + 2)) && second === JOINING;
  if (isGiven[second] === 1 && !isJoined && isEnd(start + 2)) return 2;
  return isTopGiven[first] === 1 && isEnd(start + 1) ? 1 : 0;
}

/** Length of the given name at `start` after a word for a person, which verbs and other nouns follow as often: by the dictionary. */
function likelyLength(text: string, start: number): number {
  const [first, second] = [text.charCodeAt(start), text.charCodeAt(start + 1)];
  if (isGiven[first] === 0 || isStop[first] === 1) return 0;
  if (isGiven[second] === 1 && isStop[second] === 0) return 2;
  return isTopGiven[first] === 1 && (!isHan(second) || isRightNeighbour[second] === 1) ? 1 : 0;
}

/** Whether a word of the language begins at `start`, which is a name only where a form's label or a title says so. */
function isWordAt(text: string, start: number): boolean {
  return CHINESE_WORDS.has(text.slice(start, start + 2)) || CHINESE_WORDS.has(text.slice(start, start + 3));
}

function isIntroducedAt(text: string, start: number): boolean {
  let last = start - 1;
  while (last > 0 && start - last <= 3 && CONNECTORS.includes(text[last]!)) last--;
  return endsLabel[text.charCodeAt(last)] === 1 && BEFORE.test(text.slice(Math.max(0, start - 12), start));
}

function titledLength(text: string, start: number): number {
  for (const length of [2, 1]) {
    if (opensTitle[text.charCodeAt(start + length)] !== 1) continue;
    const isDictionary =
      isGiven[text.charCodeAt(start)] === 1 && (length === 1 || isGiven[text.charCodeAt(start + 1)] === 1);
    if (isDictionary && AFTER.test(text.slice(start + length, start + length + 3))) return length;
  }
  return 0;
}

function untitledLength(text: string, start: number, givenStart: number, isIntroduced: boolean): number {
  if (!isIntroduced) {
    const length = plainLength(text, givenStart, start);
    return length > 0 && isWordAt(text, start) ? 0 : length;
  }
  const isSure = SURE_BEFORE.test(text.slice(Math.max(0, start - 12), start));
  const length = isSure ? introducedLength(text, givenStart) : likelyLength(text, givenStart);
  if (length === 0 || !isWordAt(text, start)) return length;
  // "姓名：高峰" is one, "用户：方案有误" is none: the word must be the whole of what the label introduces.
  const isWhole = isSure && isGiven[text.charCodeAt(givenStart)] === 1 && !isHan(text.charCodeAt(givenStart + 1));
  return isWhole ? 1 : 0;
}

/** Chinese names: a surname of the dictionary and one or two characters that a label, a title or the neighbours make a name. */
export function findChineseNames(text: string): Span[] {
  const found: Span[] = [];
  for (let start = 0; start + 1 < text.length; start++) {
    if (text.charCodeAt(start) < FIRST_HAN) continue;
    const surname = surnameLength(text, start);
    if (surname === 0) continue;
    const givenStart = start + surname;
    const isIntroduced = start > 0 && isIntroducedAt(text, start);
    const length = titledLength(text, givenStart) || untitledLength(text, start, givenStart, isIntroduced);
    if (length === 0) continue;
    found.push({ start, end: givenStart + length });
    start = givenStart + length - 1;
  }
  return found;
}
