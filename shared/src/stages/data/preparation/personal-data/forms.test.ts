import { expect, test } from 'vitest';
import { findPersonalData, maskFindings } from './find.ts';
import { Chooser } from './test-corpus.ts';

/* Forms in which people write personal data beside the usual ones, and what looks like them. */

test.each([
  // Mailboxes.
  ['reply to "anna berg"@post.example, thanks', 'reply to [EMAIL], thanks'],
  ['schreib an jörg.weiß@bäckerei.example bitte', 'schreib an [EMAIL] bitte'],
  ['请寄到info@蓝海科技.公司，谢谢', '请寄到[EMAIL]，谢谢'],
  ['加我 lulu88#qq.com 或 tony艾特163点com', '加我 [EMAIL] 或 [EMAIL]'],
  ['mail me: rita AT farm DOT org', 'mail me: [EMAIL]'],
  ['It is kim@shop.example.Please answer', 'It is [EMAIL].Please answer'],
  ['颜色#3.com 和 C#语言，@小丽.中国', '颜色#3.com 和 C#语言，@小丽.中国'],
  ['write to john.doe at example.com or sue_9 AT shop.example.org', 'write to [EMAIL] or [EMAIL]'],
  ['e-mail: rita at farm.co.uk, or rita.k dot x at farm dot co dot uk', 'e-mail: [EMAIL], or [EMAIL]'],
  ['ulla1990 @gmail.com, thanks @example', '[EMAIL], thanks @example'],
  ['the team at example.com met us at example.org', 'the team at [URL] met us at [URL]'],
  ['Node.js at nodejs.org, v2.0 at example.com', 'Node.js at [URL], v2.0 at [URL]'],
  ['sign in at gmail.com, prices at 3.50 dot net', 'sign in at [URL], prices at 3.50 dot net'],
  // Numbers.
  ['座机0571-87654321转802，86-10-62345678 分机 12', '座机[PHONE]，[PHONE]'],
  ['家里电话：62345678，办公座机 8765 4321', '家里电话：[PHONE]，办公座机 [PHONE]'],
  ['电话20240305，会员号62345678，版本 86-10-123', '电话20240305，会员号62345678，版本 86-10-123'],
  ['回拨一五零零零一二三四五六即可', '回拨[PHONE]即可'],
  ['一三五七九一一三五七九一三五七，共卖出13600001111股', '一三五七九一一三五七九一三五七，共卖出13600001111股'],
  ['Office: 023 7946 0123 or 020 7123 4567', 'Office: [PHONE] or [PHONE]'],
  ['老证 320102771111562', '老证 [ID_CARD]'],
  // Hosts alone.
  ['bought on etsy.com, not ASP.NET or main.py', 'bought on [URL], not ASP.NET or main.py'],
  ['https://a.example/x,https://b.example/y;z', '[URL],[URL]'],
  // Titles, roles and surnames.
  ['林先生和欧阳医生都在，找贺律师', '[NAME]先生和[NAME]医生都在，找[NAME]律师'],
  ['应老师要求，祝老师早安，当时老师在，安全经理没来', '应老师要求，祝老师早安，当时老师在，安全经理没来'],
  ['外卖员罗大志没送到，业务员丁建业说送了', '外卖员[NAME]没送到，业务员[NAME]说送了'],
  ['监护人：陆春花，同事谭勇请假', '监护人：[NAME]，同事[NAME]请假'],
  ['感谢邓丽红的耐心', '感谢[NAME]的耐心'],
  ['刘德华来了，令狐冲没来', '[NAME]来了，[NAME]没来'],
  ['张三和李四，一张三人床，两张四等票', '[NAME]和[NAME]，一张三人床，两张四等票'],
  ['快递员很慢，法人代表不在，用户正常使用，花生过敏', '快递员很慢，法人代表不在，用户正常使用，花生过敏'],
  ['姓名：阿依古丽·买买提，我叫约翰·史密斯，来自托马斯·曼的书', '姓名：[NAME]，我叫[NAME]，来自[NAME]的书'],
  ['户名：旦增·措姆，上海·浦东，春·夏·秋，你好·世界', '户名：[NAME]，上海·浦东，春·夏·秋，你好·世界'],
  ['收货人：黄 丽，报案人马强反映，投诉人孙悦称', '收货人：[NAME]，报案人[NAME]反映，投诉人[NAME]称'],
  // A list of surnames before first names.
  ['SMITH, JOHN; Garcia, Maria; Page, Mark; Paris, London', '[NAME]; [NAME]; Page, Mark; Paris, London'],
  // English names of one word, in small letters, with accents and initials.
  ['Thanks, Olivia', 'Thanks, [NAME]'],
  ['Hi Samuel, we spoke with Karen today', 'Hi [NAME], we spoke with [NAME] today'],
  ['my name is peter lindqvist and i am late', 'my name is [NAME] and i am late'],
  ['i am laura and this is great', 'i am [NAME] and this is great'],
  ['my name is not on it, i am happy', 'my name is not on it, i am happy'],
  ['Jürgen Schäfer, T. S. Ellwood and José Núñez', '[NAME], [NAME] and [NAME]'],
  ['U. S. Navy, A. B. Testing, Dr Pepper, Ms Office', 'U. S. Navy, A. B. Testing, Dr Pepper, Ms Office'],
  ['Hi There, Dear Team, Thanks Again, this is Austin', 'Hi There, Dear Team, Thanks Again, this is Austin'],
])('masks %s', (text, expected) => {
  expect(maskFindings(text, findPersonalData(text))).toBe(expected);
});

test('random characters, as text in a wrong encoding has them, are seldom taken for names', () => {
  const choose = new Chooser(31);
  // As in languages, the character of rank r comes about in proportion to 1 ÷ r.
  const character = () => String.fromCharCode(0x4e00 + Math.floor(3000 ** (choose.below(1_000_000) / 1_000_000)) - 1);
  let names = 0;
  for (let line = 0; line < 10_000; line++) {
    const text = Array.from({ length: 50 }, character).join('');
    names += findPersonalData(text, new Set(['name'])).length;
  }
  expect(names).toBeLessThan(5);
});

test.each([
  // References of HTML and escapes of JSON stand for the signs.
  ['mail 754604034&#64;qq.com, or lu&#x40;shop.example, lu&commat;shop.example', 'mail [EMAIL], or [EMAIL], [EMAIL]'],
  ['&#108;&#117;&#64;&#113;&#113;&#46;&#99;&#111;&#109; ok', '[EMAIL] ok'],
  [String.raw`{"m":"lu\u0040shop.example","u":"https:\/\/a.example\/x"}`, '{"m":"[EMAIL]","u":"[URL]"}'],
  ['tel &#49;&#51;&#56;&#48;&#48;&#49;&#51;&#56;&#48;&#48;&#48;!', 'tel [PHONE]!'],
  [
    'Tom &amp; Jerry &#169; 2024, &#20320;&#22909; C:\\/temp',
    'Tom &amp; Jerry &#169; 2024, &#20320;&#22909; C:\\/temp',
  ],
  // At signs and line ends.
  ['lu_9<at>qq.com and rita<AT>farm.example', '[EMAIL] and [EMAIL]'],
  ['write to lu_9@\nqq.com', 'write to [EMAIL]'],
  // Numbers with other signs between them, in digits of cheques, and behind a word for telephone.
  ['打138·0013·8000 或 138_0013_8000，尺寸 023*1128*8921', '打[PHONE] 或 [PHONE]，尺寸 023*1128*8921'],
  ['号码壹叁捌零零壹叁捌零零零，壹拾叁万伍仟陆佰柒拾捌元', '号码[PHONE]，壹拾叁万伍仟陆佰柒拾捌元'],
  ['座机075560490227，電話：9124 9434，手機0974376536', '座机[PHONE]，電話：[PHONE]，手機[PHONE]'],
  ['電話：(02)2007-6125，手机20419368，手机壳 45678901', '電話：[PHONE]，手机20419368，手机壳 45678901'],
  [
    'Tel.: 030 / 38684329, Handy: 0171 9079490 und Mobil 0176-54288079',
    'Tel.: [PHONE], Handy: [PHONE] und Mobil [PHONE]',
  ],
  ['Tél : 06 57 54 88 32, portable : 06.68.07.43.79', 'Tél : [PHONE], portable : [PHONE]'],
  ['fax 2023-05-11 10:20:30, phone 14 128 256 512', 'fax 2023-05-11 10:20:30, phone 14 128 256 512'],
  // Identity cards with another X, and those of Taiwan and Hong Kong.
  ['身份证65010219810116115Х、32058319820504172×', '身份证[ID_CARD]、[ID_CARD]'],
  ['身份證110105671128053，身分證A123456789，身分證A123456788', '身份證[ID_CARD]，身分證[ID_CARD]，身分證A123456788'],
  ['HKID: A123456(3), order A123456(3), part A123456789', 'HKID: [ID_CARD], order A123456(3), part A123456789'],
  // Accounts.
  ['IBAN DE89 3704 0044 0532 0130 00 BIC, GB29NWBK60161331926819', 'IBAN [BANK_CARD] BIC, [BANK_CARD]'],
  ['DE88 3704 0044 0532 0130 00', 'DE88 3704 0044 0532 0130 00'],
  // Addresses.
  ['103[.]170[.]125[.]184, 121。255。14。185, fe80::1ff:fe23:4567:890a%eth0', '[IP], [IP], [IP]'],
])('masks further forms: %s', (text, expected) => {
  expect(maskFindings(text, findPersonalData(text))).toBe(expected);
});
