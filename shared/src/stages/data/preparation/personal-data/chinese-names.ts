import { flagsOf, isHan } from './characters.ts';
import { isCalledByTitle, nicknameLength } from './chinese-nicknames.ts';
import { CHINESE_WORDS } from './common-words.ts';
import type { Span } from './kinds.ts';
import { SIMPLIFIED } from '../simplified.ts';
import { findTransliteratedNames, mayHoldDottedName } from './transliterated-names.ts';
import { endsWord, isAmongStrangers, wordsOfStretch, type WordsOfStretch } from './word-boundaries.ts';

/** The most frequent Chinese surnames of one character. */
const SURNAMES =
  '王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任沈姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严赖覃洪武莫孔汤向常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝付闫鄢荆蔺楚邸栗郜冀郗逯阚';

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
  '芬远桐祖秉仲魁鼎贤圣尧舜禹甫彦颂廷庭坤乾增守承绍凌霜雁珏瑛琼瑗玥玮琨琰沐沛洋润泓浚涓滨潇澄灿炜炎炳焕煊熠曼朵汐岑峻嵘崇弈彰徽恒恺悠惟懿拓捷敦斐昂昱晋晟暄曜朔朴枢柯棠椿楷榆殊毓' +
  '雷小宝剑锋耀帅骏佩妤嫣姝妙语迪栩绮峥嵩淇淞湘漪焰瑄璋甜畅祎祺禾筱翎翊芮茹荃菀菱萌蔚蔓衡贝赫越轲郁钊铎铮锡镇陌隽雍霆颉颢飒驰骁骥鹤麒齐晴遥莹昆禄灵懋丞乃仕儒励勋卉吟咪喆嗣娇媚宸宽寅尹崎川州帧帼怀恬慕攸旎晏晔曙柏桑梧棣椰楹榛樱' +
  '歆汶沁沂泊泠泱洲津浠淳渊渝湛溪滔漫濛濡焘煦熹牧狄玟珈珑珞琅琎琥琮瑭瑷璁璞璟瓊甄皎皙盈砚碧磐祝祯禧穗竣笙笑箐绫绯绰缇缦翀耘聆肃胤舫舸芊芙芷茵荏荻莘莞莱菘萤蓁蕙薪虹蜀蝶衍裳谊谚谧赟迅逊逵遐遵邑邺郦钥铠锴镕镛闵陶霁霏霓靖韬韶韦' +
  '顷颐颜飏骅骋骐骞鲲鸥鸿鹂鹃鹭' +
  '正大花舟歌智娥桃忠孝廉财吉满仓战兵卫跃援书画棋冲恭凯虎豹猛俭煌卓湖礼少得业';

const TOP_GIVEN =
  '晴帆佳凡遥萍莹琪瑶蕾薇菲欢楠玥凌哲昊晨桐晗越恒毅锋芸茜璐悦雯岚姗伟芳娜敏静丽强磊军洋勇艳杰娟涛超霞刚洁婷颖鹏斌鑫波浩宇欣怡莉倩慧丹琳萍玲燕凯峰辉宁帅飞鹤雷俊健彬梅雪琴';

/** Words that are followed by a name. */
const BEFORE =
  /(?:姓名|名字|联系人|联络人|收件人|收货人|寄件人|发件人|患者|病人|客户|顾客|会员|经办人|负责人|申请人|投诉人|举报人|报案人|报警人|受害人|监护人|车主|住户|门卫|当事人|原告|被告|作者|记者|编辑|学生|员工|业主|家长|司机|乘客|用户|我叫|他叫|她叫|名叫|叫做|叫|我是|本人|署名|签名|医生|同事|同学|朋友|邻居|户主|持卡人|开户人|开户名|户名|法人|法定代表人|主任|经理|教授|律师|老师|室友|妻子|丈夫|儿子|女儿|哥哥|姐姐|弟弟|妹妹|父亲|母亲|候选人|应聘者|租客|房东|导师|班长|队长|讲师|主播|店长|签收人|被保险人|投保人|受益人|借款人|担保人|考生|居民|志愿者|客服|护士|护士长|店员|会计|出纳|师傅|买家|卖家|学员|队员|选手|演员|歌手|导演|警察|民警|村民|职工|工人|工程师|爷爷|奶奶|外公|外婆|爸爸|妈妈|舅舅|姑姑|叔叔|阿姨|伯伯|姨妈|表哥|表姐|表弟|表妹|堂哥|堂弟|闺蜜|快递员|外卖员|审批人|推荐人|值班员|值班人|委托人|代理人|保安|保姆|骑手|男友|女友|男朋友|女朋友|老公|老婆|先生|太太|秘书|助理|组长|站长|校长|院长|厂长|总监|主管|董事长)(?:的?(?:名字|姓名))?(?:是|为|叫|名为)?[\s:：,，"“「（(]{0,3}$/;
/** Those of them that leave no doubt: labels of forms, and "my name is". */
const SURE_BEFORE =
  /(?:(?:姓名|名字|联系人|联络人|收件人|收货人|寄件人|发件人|签收人|经办人|负责人|申请人|投诉人|举报人|报案人|报警人|受害人|当事人|持卡人|开户人|开户名|户名|法定代表人|被保险人|投保人|受益人|借款人|担保人|候选人|署名|签名|推荐人|审批人|委托人|监护人|法人)(?:的?(?:名字|姓名))?(?:是|为|叫)?|我叫|他叫|她叫|名叫|叫做|名为|名字叫)[\s:："“「（(]{0,3}$/;
const AFTER =
  /^(?:先生|女士|小姐|老师|同学|医生|大夫|教授|经理|主任|师傅|律师|同志|博士|校长|护士|阿姨|叔叔|大哥|大姐|院长|局长|处长|科长|董事长|总监|总经理|警官|法官|主播|老板|书记|部长|市长)/;

/** Titles by which a surname alone names a person: "王先生", "刘医生". */
const AFTER_SURNAME =
  /^(?:太太|夫人|爷爷|奶奶|伯伯|婆婆|总裁|工程师|教练|导演|主编|秘书|助理|组长|班长|店长|队长|厂长|站长|行长|会计|大爷|大妈|大叔|大婶|大娘|大伯|大嫂)/;
/** Surnames that stand before such a title as other words: "应老师要求", "祝老师节日快乐". */
const NO_TITLED_SURNAMES = '和向应时连单全明解能从由与祝查管都包党';

/** The names that stand for anybody, of which each but the first is no given name else. */
const ANYBODY = new Set(['张三', '李四', '王五', '赵六']);

/** Titles that only people have; the others also go with words for places and departments: "安全经理". */
const PERSONAL_TITLE = /^(?:先生|女士|小姐|同志|阿姨|叔叔|大哥|大姐)/;

/** Surnames that stand in running text far more often as the words "and", "towards", "should" and the like. */
const FUNCTION_WORDS = '和向应时连单全明解能从由与';
/** Surnames that need two characters of a given name where nothing introduces them. */
const HARDLY_NAMES = '万查游包党常曾管于都';

/** What may stand before and after a whole name in running text. */
const LEFT_NEIGHBOURS = '和与跟给对找是由被让请向把叫到及因为替比问劝见约陪帮派了说着过的、而同或将当连经据';
const RIGHT_NEIGHBOURS =
  '的在是说和与了也已于去来把被从对要将住正告表发打购买因今昨明给向等先女同老医教经主手电身邮出到有没不就都很曾会能想签负拿约取收寄退投反咨询问申评付接请帮让叫带送回走用还又再刚只才使';
/** What ends a name that a label introduced, even where it could be a given name. */
const STOPS = '的在是说和与了也已于去来把被从对要将住电身邮手现年今性地出称述反，。';

const CONNECTORS = ' \t:：,，"“「（(';

const isSurname = flagsOf(SURNAMES);
const opensCompoundSurname = flagsOf([...COMPOUND_SURNAMES].map((surname) => surname[0]).join(''));
/** The last characters of what `BEFORE` and the first of what `AFTER` look for: most places fail here at once. */
const endsLabel = flagsOf(
  '名字人件害报案警主户卫者户顾客员告辑生工主家长机叫做是本签事学友居卡任理授师室妻夫儿女哥姐弟妹父母子选聘租东导班队讲播店保险益款担考民志愿为亲' +
    '服士长计纳傅员手演警察村职工程爷奶公婆爸妈舅姑叔姨伯蜜太秘书助监管校院厂站组' +
    CONNECTORS,
);
const opensTitle = flagsOf(
  '太夫先女小老同医大教经主师律博校护阿叔院局处科董总警法书部市爷奶伯婆工导秘助组班店队厂站行会',
);
const isGiven = flagsOf(GIVEN);
const isTopGiven = flagsOf(TOP_GIVEN);
const isLeftNeighbour = flagsOf(LEFT_NEIGHBOURS);
const isRightNeighbour = flagsOf(RIGHT_NEIGHBOURS);
const isStop = flagsOf(STOPS);
const isFunctionWord = flagsOf(FUNCTION_WORDS);
const isHardlyName = flagsOf(HARDLY_NAMES);
const isNoTitledSurname = flagsOf(NO_TITLED_SURNAMES);
const opensNumber = flagsOf('三四五六');

const SPACE = 0x20;
const JOINING = '和'.charCodeAt(0);

/** What comes before it in Unicode is no surname. */
const FIRST_HAN = 0x3400;

function surnameLength(text: string, start: number): number {
  if (opensCompoundSurname[text.charCodeAt(start)] === 1 && COMPOUND_SURNAMES.has(text.slice(start, start + 2)))
    return 2;
  return isSurname[text.charCodeAt(start)] === 1 ? 1 : 0;
}

/** Length of the given name at `start` that the label of a form vouches for; 0 where none is there. */
function labelledLength(text: string, start: number): number {
  const [first, second] = [text.charCodeAt(start), text.charCodeAt(start + 1)];
  // "收货人：黄 丽": a space between the two, as it makes names of two characters as wide as others in a form.
  if (first === SPACE && isGiven[second] === 1 && !isHan(text.charCodeAt(start + 2))) return 2;
  if (!isHan(first) || isStop[first] === 1) return 0;
  if (opensTitle[second] === 1 && AFTER.test(text.slice(start + 1, start + 4))) return 1;
  if (isHan(second) && isStop[second] === 0) {
    if (isGiven[second] === 1 || !isHan(text.charCodeAt(start + 2))) return 2;
    if (isTopGiven[first] === 1) return 1;
    const cut = isGiven[first] === 1 ? wordsOfStretch(text, start - 1, start + 1) : null;
    return cut !== null && isCutAsName(cut, 1) && cut.after > 1 ? 1 : 0;
  }
  return 1;
}

/**
 * Length of the given name at `givenStart` in running text, by the dictionaries of names and of words: the words around begin and end
 * where the name does, and its characters make up no word with the surname; 0 where there is none.
 */
function plainLength(text: string, start: number, givenStart: number, isIntroduced: boolean): number {
  const before = text.charCodeAt(start - 1);
  const first = text.charCodeAt(givenStart);
  const second = text.charCodeAt(givenStart + 1);
  const third = text.charCodeAt(givenStart + 2);
  if (isGiven[first] === 0 || (isIntroduced && isStop[first] === 1)) return 0;
  // "孔先生" names nobody yet.
  if (opensTitle[first] === 1 && AFTER.test(text.slice(givenStart, givenStart + 3))) return 0;
  const surname = text.charCodeAt(start);
  if (isFunctionWord[surname] === 1 && !isIntroduced && isHan(before)) return 0;
  const followsWord = isHan(before) && isLeftNeighbour[before] === 0 && !isIntroduced;
  // "黄金和银": the third character joins two things.
  const isJoined = isHan(third) && second === JOINING;
  if (isHan(second) && isStop[second] === 0 && !isJoined && (isGiven[second] === 1 || isIntroduced)) {
    const cut = wordsOfStretch(text, start, givenStart + 2);
    const isPair = isGiven[second] === 1;
    const isFree = !followsWord || endsWord(text, start, cut);
    if (isCutAsName(cut, givenStart - start) && isFree) {
      if (isPair || (cut.lengths!.length === 3 && cut.after !== 1)) return 2;
    }
    if (isPair && isFree && isKnownName(text, start, givenStart, cut, isIntroduced)) return 2;
    // "邓丽红的": the dictionary takes the last character together with the word behind it.
    if (isPair && cut.lengths === null && isRightNeighbour[third] === 1) {
      const shorter = wordsOfStretch(text, start, givenStart + 1);
      const isWhole = shorter.after === 2 && isCutAsName(shorter, givenStart - start);
      if (isWhole && (!followsWord || endsWord(text, start, shorter))) return 2;
    }
    // The dictionary may know the first two characters as a word: "原告：方志敏".
    if (isPair && isIntroduced && !isHan(third) && cut.lengths?.length === 2) return 2;
  }
  // Behind a word for a person, or a surname of two characters, any given name will do where another word follows.
  const isVouchedFor = (isIntroduced && (isHan(before) || !isHan(second))) || givenStart - start === 2;
  if (isTopGiven[first] === 0 && !isVouchedFor) return 0;
  if (isFunctionWord[surname] === 1 || isHardlyName[surname] === 1) return 0;
  const cut = wordsOfStretch(text, start, givenStart + 1);
  if (!isCutAsName(cut, givenStart - start) || (followsWord && !endsWord(text, start, cut))) return 0;
  if (!isHan(second) || cut.after > 1) return 1;
  return isRightNeighbour[second] === 1 && (isTopGiven[first] === 1 || givenStart - start === 2) ? 1 : 0;
}

/**
 * Whether a name of three characters, all of the dictionary of names, is a word that the dictionary of words knows as a whole ("刘德华") or,
 * where a word for a person stands right before it, takes apart behind the second character ("吴国|强").
 */
function isKnownName(
  text: string,
  start: number,
  givenStart: number,
  { lengths }: WordsOfStretch,
  isIntroduced: boolean,
): boolean {
  if (lengths === null || givenStart - start !== 1 || isWordAt(text, start)) return false;
  const isAttached = isIntroduced && isHan(text.charCodeAt(start - 1));
  return (lengths.length === 1 && lengths[0] === 3) || (isAttached && lengths.length === 2 && lengths[0] === 2);
}

/** Whether the dictionary of words cuts a stretch as it cuts names, which it does not know: into surname and given name or single characters. */
function isCutAsName({ lengths }: WordsOfStretch, surname: number): boolean {
  if (lengths === null || lengths.length < 2) return false;
  // "东方明珠": a surname of two characters and a word are rather two words.
  if (surname === 2 && lengths[1] !== 1) return false;
  return lengths[0] === surname || (lengths[0] === 1 && surname === 2);
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

function titledLength(text: string, start: number, givenStart: number): number {
  for (const length of [2, 1]) {
    const end = givenStart + length;
    if (opensTitle[text.charCodeAt(end)] !== 1) continue;
    if (!AFTER.test(text.slice(end, end + 3))) continue;
    const isDictionary =
      isGiven[text.charCodeAt(givenStart)] === 1 && (length === 1 || isGiven[text.charCodeAt(givenStart + 1)] === 1);
    const isPersonal = PERSONAL_TITLE.test(text.slice(end, end + 2));
    if (isPersonal && isDictionary) return length;
    if (!isDictionary && (!isPersonal || !isHan(text.charCodeAt(givenStart)))) continue;
    const cut = wordsOfStretch(text, start, end);
    if (!isDictionary) {
      // "司马相如女士": seldom characters, but no word among them and none that goes over into them.
      const isFree = !isHan(text.charCodeAt(start - 1)) || endsWord(text, start, cut);
      if (isFree && length === 2 && cut.lengths?.every((one) => one <= givenStart - start) === true) return length;
      continue;
    }
    const { lengths } = cut;
    if (lengths === null || lengths.length > 1 || (lengths[0] === 3 && !isWordAt(text, start))) return length;
  }
  return 0;
}

function untitledLength(text: string, start: number, givenStart: number): number {
  const isIntroduced = start > 0 && isIntroducedAt(text, start);
  const isSure = isIntroduced && SURE_BEFORE.test(text.slice(Math.max(0, start - 12), start));
  const length = isSure ? labelledLength(text, givenStart) : plainLength(text, start, givenStart, isIntroduced);
  if (length === 0) return 0;
  if (!isSure) {
    const end = givenStart + length;
    return CHINESE_WORDS.has(text.slice(start, end)) || isAmongStrangers(text, start, end) ? 0 : length;
  }
  if (!isWordAt(text, start)) return length;
  // "姓名：高峰" is one, "联系人：安排中" is none: the word must be the whole of what the label introduces.
  const isWhole = isGiven[text.charCodeAt(givenStart)] === 1 && !isHan(text.charCodeAt(givenStart + 1));
  return isWhole ? 1 : 0;
}

/** Whether a title follows a surname right away and makes a person of it, rather than of a word that ends there: "王先生", not "安全经理". */
function isTitledSurname(text: string, start: number, givenStart: number): boolean {
  const [surname, title] = [text.charCodeAt(start), text.charCodeAt(givenStart)];
  if (opensTitle[title] === 0 || isNoTitledSurname[surname] === 1) return false;
  const ahead = text.slice(givenStart, givenStart + 3);
  const length = (AFTER.exec(ahead) ?? AFTER_SURNAME.exec(ahead))?.[0].length;
  if (length === undefined) return false;
  let cut = wordsOfStretch(text, start, givenStart);
  if (cut.lengths === null || cut.after !== length) {
    // The dictionary knows "张老师" as one word.
    cut = wordsOfStretch(text, start, givenStart + length);
    if (cut.lengths?.length !== 1) return false;
  }
  const before = text.charCodeAt(start - 1);
  return !isHan(before) || isLeftNeighbour[before] === 1 || endsWord(text, start, cut);
}

/** Whether "张三" and the like stand for a person here, and not as "一张三人床". */
function isAnybody(text: string, start: number): boolean {
  if (opensNumber[text.charCodeAt(start + 1)] === 0 || !ANYBODY.has(text.slice(start, start + 2))) return false;
  const [before, after] = [text.charCodeAt(start - 1), text.charCodeAt(start + 2)];
  const isFree = !isHan(before) || isLeftNeighbour[before] === 1 || isIntroducedAt(text, start);
  if (!isFree) return false;
  return !isHan(after) || isRightNeighbour[after] === 1 || wordsOfStretch(text, start, start + 2).after > 1;
}

/** A text of the same length in simplified characters, but for those that the dictionaries of names have as they are; the very same where it is simplified. */
function simplifiedText(text: string): string {
  let changes = false;
  for (let index = 0; index < text.length && !changes; index++) {
    const unit = text.charCodeAt(index);
    changes = SIMPLIFIED[unit] !== unit;
  }
  if (!changes) return text;
  return Array.from(text, (character) => {
    const unit = character.charCodeAt(0);
    if (character.length > 1 || SIMPLIFIED[unit] === unit || isGiven[unit] === 1 || isSurname[unit] === 1)
      return character;
    return String.fromCharCode(SIMPLIFIED[unit]!);
  }).join('');
}

/** Chinese names: a surname of the dictionary and one or two characters that a label, a title or the neighbours make a name; before a title also the surname alone. */
export function findChineseNames(given: string): Span[] {
  const text = simplifiedText(given);
  const found: Span[] = mayHoldDottedName(text) ? findTransliteratedNames(text) : [];
  for (let start = 0; start + 1 < text.length; start++) {
    if (text.charCodeAt(start) < FIRST_HAN) continue;
    const nickname = nicknameLength(text, start);
    if (nickname > 0) {
      found.push({ start, end: start + nickname });
      start += nickname - 1;
      continue;
    }
    const surname = surnameLength(text, start);
    if (surname === 0) continue;
    const givenStart = start + surname;
    const length =
      isTitledSurname(text, start, givenStart) || isCalledByTitle(text, start, givenStart)
        ? 0
        : titledLength(text, start, givenStart) ||
          (isAnybody(text, start) ? 1 : untitledLength(text, start, givenStart) || null);
    if (length === null) continue;
    found.push({ start, end: givenStart + length });
    start = givenStart + length - 1;
  }
  return found;
}
