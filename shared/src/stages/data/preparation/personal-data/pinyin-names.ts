/** The most frequent Chinese surnames as they are written in Latin letters. */
const SURNAMES = new Set(
  (
    'wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng liang xie song tang xu deng han feng cao peng zeng xiao tian dong pan yuan cai jiang yu du ye cheng ' +
    'wei su lu ding ren shen yao lu jiang cui zhong tan wang lu fan shi liao jin wei jia xia fu fang bai zou meng xiong qin qiu hou jiang yin xue yan duan lei long shi tao he mao hao gong shao wan qian ' +
    'tan lai qin mo kong dai xiang chang wen kang niu ge xing an qi yi qiao pang lan yan ni zhuang nie zhang lu yue zhai yin zhan shen ou geng guan jiao ruan ke bi ji pei tong ling chow ouyang zhuge'
  ).split(' '),
);
/** Those that are English words as well and need a longer given name. */
const WORDS = new Set('he ma an long fan pan song sun tan lai lan ling ran yin yang hang sang wan'.split(' '));
/** Pairs that name places and things. */
const NO_NAMES = new Set(
  'hong kong|feng shui|yin yang|tai chi|shang hai|kung fu|wu han|lu ban|xi an|an hui|li ning|bai du|he nan|hu nan|he bei|hu bei|ping an|yi wu|fu jian|guang dong|su zhou|jiang su|zhe jiang|yang ming|ma po|fang tang'.split(
    '|',
  ),
);

const INITIAL = '(?:[bpmfdtnlgkhjqxrzcsyw]|zh|ch|sh)?';
const FINAL =
  '(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|ei|ui|ao|ou|iu|ie|ue|er|an|en|in|un|ia|ua|uo|a|o|e|i|u|v)';
const SYLLABLE = `${INITIAL}${FINAL}`;
const GIVEN = new RegExp(`^${SYLLABLE}(?:[-']?${SYLLABLE})?$`, 'i');
/** One syllable that nobody would read as a word of English. */
const SHORT_GIVEN = new Set(
  'wei fang na xiu min jing qiang lei jun jie juan tao chao xia gang ping gui bin bo hui hao kai kun xin yan ying yu yun zhen zhi zheng feng fei hong hua jia jian liang ling mei ming ning peng qing rui rong ting xiang xiao xue yi yong yuan yue zhong li'.split(
    ' ',
  ),
);

function isGiven(name: string, isLong: boolean): boolean {
  const plain = name.toLowerCase();
  if (!GIVEN.test(plain)) return false;
  return SHORT_GIVEN.has(plain) ? !isLong : plain.length >= 5 && plain.length <= 12 && twoSyllables(plain);
}

/** "Xiaoming" is two syllables that given names have; most English words of this shape are not. */
function twoSyllables(name: string): boolean {
  if (/[-']/.test(name)) return true;
  for (let cut = 2; cut <= name.length - 2; cut++) {
    const [first, second] = [name.slice(0, cut), name.slice(cut)];
    if (FREQUENT_SYLLABLES.has(first) && FREQUENT_SYLLABLES.has(second)) return true;
  }
  return false;
}

const FREQUENT_SYLLABLES = new Set([
  ...SHORT_GIVEN,
  ...'an bao bei chen cheng chun da dan dong fu gang guang guo hai han he huan jin ke lan le lian lin long lu man meng mu nan ni pei qi qian qiu ran ru shan shao shu si song tian wen wu xi xian xing xu ya yang yao ye yin you ze zhan zhao zhu zi zhuo'.split(
    ' ',
  ),
]);

/** Whether two capitalised words are a Chinese name in Latin letters, in either order: "Zhang Wei", "Xiaoming Wang". */
export function isPinyinName(first: string, second: string): boolean {
  const [one, two] = [first.toLowerCase(), second.toLowerCase()];
  if (NO_NAMES.has(`${one} ${two}`)) return false;
  if (SURNAMES.has(one) && isGiven(second, WORDS.has(one))) return true;
  return SURNAMES.has(two) && isGiven(first, true) && !WORDS.has(two);
}
