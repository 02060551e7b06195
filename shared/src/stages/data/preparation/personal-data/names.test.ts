import { expect, test } from 'vitest';
import { findPersonalData } from './find.ts';

/* Sentences that were written after the lists of words and names: what the rules do where no list helps. */

const INNOCENT = [
  '客户向客服要求换货',
  '朋友，高跟鞋有点磨脚',
  '顾客，温水冲服即可',
  '老师，安静一点好吗',
  '同学，白板擦一下',
  '用户时不时掉线',
  '司机，车门没关好',
  '编辑部刚刚来电',
  '作者简历已收到',
  '医生，江米能吃吗',
  '同事，水壶坏了',
  '我的毛衫和牛仔裤都要换',
  '去安阳出差，路过黄石和常熟',
  '到金山大道下车',
  '在方舟酒店住了一晚',
  '学生应届毕业',
  '经理应承过的事没做',
  '客户解约了',
  '会员，金卡和银卡有什么不同',
  '家长，时间表发一下',
  '乘客，车厢太冷',
  '用户：严丝合缝的盒子很难开',
  '姓名：必填',
  '联系人：无',
  '收件人：同上',
  '客户：全部退回',
  '邻居，雷声太大',
  '我叫车了',
  '朋友，包间订好了',
  '老师，文言文怎么背',
  '同学，柳叶刀是什么',
  '顾客向店员说明情况',
  '客户连连道歉',
  '作者，史书上怎么写',
  '我是常来的，别骗我',
  '用户，云服务器到期了',
  '患者曾患肺炎',
  '患者应空腹',
  '患者何时复诊',
  '病人易疲劳，宜静养',
  'Dear Shareholders and Investors, hello',
  'Name: Copper Lantern, price 12',
  'Contact: Head Office, second floor',
  'Customer: Acme Retail',
  'Signed, Both Parties',
  'Grace Note and Rose Petal',
  'Victoria Station was full',
  'Charlotte Airport is closed',
  'Name: Bamboo Lamp',
  'Rich May River',
];

const NAMED: readonly (readonly [text: string, name: string])[] = [
  ['昨天罗晓彤来电了', '罗晓彤'],
  ['客户邓家明反馈', '邓家明'],
  ['老师许文斌说', '许文斌'],
  ['收件人：郭子睿', '郭子睿'],
  ['姓名：高峰', '高峰'],
  ['联系人：易烊', '易烊'],
  ['我叫方圆', '方圆'],
  ['同事陈静在', '陈静'],
  ['苏雅琴女士', '苏雅琴'],
  ['和唐伟一起', '唐伟'],
  ['用户曹志远，在线', '曹志远'],
  ['司机马强', '马强'],
  ['患者何秀珍，65岁', '何秀珍'],
  ['我是林晓峰', '林晓峰'],
  ['医生：白雪', '白雪'],
  ['请韩梅梅签字', '韩梅梅'],
  ['由贾思敏负责', '贾思敏'],
  ['朋友，谢文轩没来', '谢文轩'],
  ['Dear Ingrid Solberg, hi', 'Ingrid Solberg'],
  ['Name: Tobias Kern', 'Tobias Kern'],
  ['My name is Xiulan Zheng.', 'Xiulan Zheng'],
  ['ask Daniel Weber now', 'Daniel Weber'],
  ['Signed, Nadia Rahman', 'Nadia Rahman'],
  ['Contact: Pedro Alves', 'Pedro Alves'],
  ['Mr. Oyelaran called', 'Oyelaran'],
];

const namesIn = (text: string) =>
  findPersonalData(text)
    .filter(({ kind }) => kind === 'name')
    .map(({ start, end }) => text.slice(start, end));

test('takes at most one of fifty sentences without a name for one with a name', () => {
  const taken = INNOCENT.filter((text) => namesIn(text).length > 0);
  expect(INNOCENT).toHaveLength(50);
  expect(taken.length, taken.join('\n')).toBeLessThanOrEqual(1);
});

test('finds at least 23 of 25 names with and without titles, whole and nothing else', () => {
  const found = NAMED.filter(([text, name]) => namesIn(text).join() === name);
  expect(NAMED).toHaveLength(25);
  expect(found.length).toBeGreaterThanOrEqual(23);
});

test.each([
  ['My name is Tomasz Wiśniewski. Hi', 'Tomasz Wiśniewski'],
  ['My name is Siobhán O’Connor and', 'Siobhán O’Connor'],
  ['Contact: Łukasz Żurek', 'Łukasz Żurek'],
  ['Name: Šarūnas Čepaitis', 'Šarūnas Čepaitis'],
  ['Thanks to Annika Lindqvist from support', 'Annika Lindqvist'],
  ['we met Agnieszka Ślusarczyk there', 'Agnieszka Ślusarczyk'],
  ['Ms. Łuczak called', 'Łuczak'],
  ['Customer: Jean-Luc de Villiers', 'Jean-Luc de Villiers'],
])('finds a name with letters beyond the English ones whole: %s', (text, name) => {
  expect(namesIn(text)).toEqual([name]);
});
