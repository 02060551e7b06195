import { expect, test } from 'vitest';
import { findPersonalData, maskFindings } from './find.ts';

/* Personal data whose signs are broken over lines, spelled, encoded or replaced, as it stands in mails, chats and logs. */

const masked = (text: string): string => maskFindings(text, findPersonalData(text));

test.each([
  ['Reply-To: h.zhou26=40northwind.co.uk', 'Reply-To: [EMAIL]'],
  ['write to anna60@=\nnorthwind.co.uk soon', 'write to [EMAIL] soon'],
  ['GET /u?user=k.tanaka37%2540fabrikam.com', 'GET /u?user=[EMAIL]'],
  ['My address is h.zhou74_at_tsinghua.edu.cn, no spam', 'My address is [EMAIL], no spam'],
  ['Contact: d.okafor86-at-sina.com', 'Contact: [EMAIL]'],
  ['Mail: k.tanaka49(a)web.de', 'Mail: [EMAIL]'],
  ['邮箱：h.zhou98（艾特）163.com', '邮箱：[EMAIL]'],
  ['我的邮箱 chen_wei40#uni-koeln.de （把#换成@）', '我的邮箱 [EMAIL] （把#换成@）'],
  ['发到sofia71@fabrikam点com就行', '发到[EMAIL]就行'],
  ['sofia54<b>@</b>corp-mail.cn', '[EMAIL]'],
  ['xu.jing54<!-- x -->@<!-- y -->sina.com', '[EMAIL]'],
])('an e-mail address in %j', (text, expected) => {
  expect(masked(text)).toBe(expected);
});

test.each([
  ['联系电话：1520126\n8168', '联系电话：[PHONE]'],
  ['请致电\n137-2849-\n1050', '请致电\n[PHONE]'],
  ['> my mobile: 138 0013\n> 8000', '> my mobile: [PHONE]'],
  ['A: 号码发我\nB: 158\nB: 0557\nB: 6301', 'A: 号码发我\nB: [PHONE]'],
  ['call me on one seven seven zero four six two zero five six five, thanks', 'call me on [PHONE], thanks'],
  ['my cell: one-eight-two-six-one-eight-double seven-nine-four-one', 'my cell: [PHONE]'],
  ['phone three one five oh oh seven six', 'phone [PHONE]'],
  ['加我手机 138O757O6OO', '加我手机 [PHONE]'],
  ['电话是一 五 零 五 三 七 五 零 九 一 三', '电话是[PHONE]'],
  ['手机一、八、六、四、六、二、九、二、九、九、一', '手机[PHONE]'],
  ['POST /sms?phone=%2B8613730290076&code=1234', 'POST /sms?phone=[PHONE]&code=1234'],
  ['my number is 6465553440', 'my number is [PHONE]'],
  ['тел. 8 (916) 123-45-74', 'тел. [PHONE]'],
  ['telefone (11) 98765-0624', 'telefone [PHONE]'],
  ['móvil 612 345 751', 'móvil [PHONE]'],
])('a phone number in %j', (text, expected) => {
  expect(masked(text)).toBe(expected);
});

test.each([
  ['身份证号：1101051949\n1231002X', '身份证号：[ID_CARD]'],
  ['My SSN is 140-36-9298.', 'My SSN is [ID_CARD].'],
  ['card number: 41111111\n11111111', 'card number: [BANK_CARD]'],
  ['card: 4111 1111\n1111 1111', 'card: [BANK_CARD]'],
  ['card: four five three nine one four eight eight oh three four three six four six seven', 'card: [BANK_CARD]'],
])('an identity card, a social security number or a bank card in %j', (text, expected) => {
  expect(masked(text)).toBe(expected);
});

test.each([
  ['{"firstName":"Emily","lastName":"Kim"}', '{"firstName":"[NAME]","lastName":"[NAME]"}'],
  ['last_name: Okonkwo\nage: 33', 'last_name: [NAME]\nage: 33'],
  ['<surname>Villeneuve</surname>', '<surname>[NAME]</surname>'],
  ['Attendees: Sharma, Oliver', 'Attendees: [NAME]'],
])('a name in %j', (text, expected) => {
  expect(masked(text)).toBe(expected);
});

test.each([
  'const width=40; const h = Math.min(width, limit=40.5);',
  'element_at_position.com_port = 3; value_at_end.de(x)',
  'section(a)applies.to all, annex(b)and',
  'Count with me: nine eight seven six five four three two one zero!',
  'zero one two three four five six seven eight nine',
  'she has seven or eight; three, four or five',
  '15OOOOO views of 1O1 classes, 13 OOOO',
  'Quantities\n1380\n1234\n5678',
  'Phone models\n12\n13\n14',
  'ID list\n10001\n10002',
  'The SSN field must be 9 digits; part no. 123-45-6789-X',
  'our number of users is 1234567890',
  '"lastName": "String", first name: Required, last_name: null',
  'GET /calc?x=1%2B2, c%2B11 and c%2B17',
  '12345=\n67890 and ====\n',
  'In Berlin, Oliver ate a sandwich',
  'issue#12.de and 5#3.com',
])('no personal data in %j', (text) => {
  expect(masked(text)).toBe(text);
});

test.each([
  'roll: one two six five zero zero two six zero six six',
  'Digits of pi: three one four one five nine two six five three five',
  'the string one zero zero one one zero one, then spring',
  'Call it heads: call one zero one one zero zero one',
  '138\n6856\n8750',
  '¥137\n¥3354\n¥1061',
  'size: 138\nsize: 6856\nsize: 8750',
  'look_at_load.com = 79370877; data_at_rest.de[0]',
  'count with me: two one nine five one five seven',
  'int foo=40bar.com_x;',
  'Soft=20line=3D11 and price=4027.co and wait=40ms.de',
  'Mobile: 5466\n4276\n2767',
  'card total 13236\n294315',
  'fax total 19850\n130648',
  'cell 999 842 614 units',
  'mobile 767392105 people and tel 612345678 users',
  'my lucky number 5185866803',
  'serial 146587246O9 and 183o99O523o',
  '七、七、一、五、三、九、三、九、七、三、八、三、七',
  'Paris, Georgia\nBerlin, Madison',
  'full_name: Golden Gate',
  '{"family name":"Roboto Mono"}',
  "fullName: 'Math adds'",
  "firstName: 'Foo', surname: 'Bar'",
])('no personal data either in %j', (text) => {
  expect(masked(text)).toBe(text);
});

test.each([
  ["{ firstName: 'John', lastName: 'Okonkwo' }", "{ firstName: '[NAME]', lastName: '[NAME]' }"],
  ['given_name: Ada\nfamily_name: Okonkwo', 'given_name: [NAME]\nfamily_name: [NAME]'],
  ['"full_name": "Emily Okonkwo"', '"full_name": "[NAME]"'],
  ['Reply to x.li=40163.com', 'Reply to [EMAIL]'],
  ['reach us: four one five, five five five, two six seven one', 'reach us: [PHONE]'],
  ['four one five, five five five, two six seven one', '[PHONE]'],
  ['one three eight zero zero one three eight zero zero six', '[PHONE]'],
  ['FAX=A3=BA=\n020-87515015', 'FAX=A3=BA=\n[PHONE]'],
])('personal data still in %j', (text, expected) => {
  expect(masked(text)).toBe(expected);
});
