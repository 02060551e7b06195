import { flagsOf } from './characters.ts';
import type { Span } from './kinds.ts';

/** Characters by whose sound foreign names, and those of Uyghurs and Kazakhs, are written in Chinese. */
const isSound = flagsOf(
  '阿埃艾爱安奥巴拜班邦鲍贝本比彼毕宾波伯博布查茨达大戴丹当道德登邓迪狄蒂丁杜多厄恩尔法范菲费芬冯弗夫福盖甘冈戈哥格葛根古瓜圭郭哈海汉豪赫亨洪胡华惠翰霍基吉季加贾简杰金津卡凯坎康考科克肯孔库夸' +
    '拉莱兰朗劳勒雷里利列林琳卢鲁路伦罗洛马玛麦迈曼芒毛梅门蒙米密敏莫默姆穆纳娜奈内尼涅宁纽农努诺欧帕派潘庞佩彭皮珀普奇齐恰乔切琴丘热日荣茹儒瑞萨塞桑森莎沙尚绍舍申圣施史舒斯丝司松苏索塔泰坦汤唐' +
    '特提田廷通图托瓦万旺威韦维魏温翁沃乌武西希锡夏肖谢辛休许雅亚延扬杨耶叶伊依易因英尤于约泽扎詹张珍芝朱卓兹佐娅妮莉丽蕾薇露茜珊黛琪买江孜力木吐逊合热帖克孜麦麦提',
);

/** Parts of a name between dots: "约翰·史密斯", "阿依古丽·买买提". */
const DOTTED = /(?<!\p{Script=Han}[·•‧・])\p{Script=Han}{1,8}(?:[·•‧・]\p{Script=Han}{1,8}){1,3}/gu;
/** What vouches for a name of any characters: the label of a form right before it. */
const LABEL =
  /(?:姓名|名字|联系人|收件人|收货人|寄件人|签收人|经办人|负责人|申请人|投诉人|持卡人|户名|患者|我叫|他叫|她叫)[\s:]{0,3}$/;
const FEWEST_SOUNDS = 4;

/** Whether a text can hold such a name. */
export function mayHoldDottedName(text: string): boolean {
  return text.includes('·') || text.includes('•') || text.includes('‧') || text.includes('・');
}

/** The names of a simplified text that are written by their sound, in parts with dots between them. */
export function findTransliteratedNames(text: string): Span[] {
  const found: Span[] = [];
  for (const { 0: whole, index } of text.matchAll(DOTTED)) {
    if (LABEL.test(text.slice(Math.max(0, index - 8), index))) {
      found.push({ start: index, end: index + whole.length });
      continue;
    }
    // What stands around without a space is no part of it: "我叫约翰·史密斯的朋友".
    const dot = whole.search(/[·•‧・]/);
    let start = dot;
    while (start > 0 && isSound[whole.charCodeAt(start - 1)] === 1) start--;
    let end = dot;
    while (end < whole.length && (isSound[whole.charCodeAt(end)] === 1 || /[·•‧・]/.test(whole[end]!))) end++;
    while (/[·•‧・]/.test(whole[end - 1]!)) end--;
    const parts = whole.slice(start, end).split(/[·•‧・]/);
    if (parts.length < 2 || parts.some((part) => part === '') || parts.join('').length < FEWEST_SOUNDS) continue;
    found.push({ start: index + start, end: index + end });
  }
  return found;
}
