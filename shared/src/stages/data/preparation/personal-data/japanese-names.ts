import type { Span } from './kinds.ts';

/** Words with such an ending that name nobody: "お客様", "たくさん", "仕様". */
const ROLES = new Set(
  (
    '客 皆 皆々 各位 奥 母 父 兄 姉 祖母 祖父 叔父 叔母 伯父 伯母 爺 婆 嬢 坊 娘 孫 婿 嫁 旦那 子供 子 神 仏 王 殿 上 閻魔 同 仕 模 有 異 多 一 何 左 右 貴 御 両 此 其 外 ' +
    '患者 担当者 担当 関係者 利用者 購入者 業者 店員 店主 店長 社長 部長 課長 係長 会長 専務 常務 先生 先輩 後輩 同僚 弊社 御社 貴社 会社 企業 本屋 花屋 魚屋 肉屋 八百屋 床屋 酒屋 ' +
    '医者 医師 看護師 看護婦 教師 講師 弁護士 税理士 運転手 大工 職人 作家 漫画家 声優 俳優 歌手 選手 監督 記者 読者 視聴者 参加者 応募者 被害者 加害者 保護者 管理者 責任者 経営者 開発者 ' +
    '大家 隣 友達 仲間 皆様 学生 生徒 児童 園児 新人 大人 老人 若者 外人 主婦 主人 夫婦 家族 親 親戚 相手 依頼人 管理人 料理人 商人 芸人 犯人 警察官 消防士 駅員 社員 職員 会員 議員 委員 係員 局員 ' +
    '住職 坊主 巫女 店 工場 銀行 役所 病院 学校 赤 猫 犬 馬 象 兎 熊 亀 鳥 牛 豚 羊 虎 猿 王子 王女 姫 女王 彼 彼女 取引先 得意先 顧客 消費者 来場者 契約者 ユーザ 株主'
  ).split(' '),
);
const KANA_ROLES = new Set(
  (
    'おかあ おとう おにい おねえ おば おじ おばあ おじい おく おきゃく みな みなみな かあ とう にい ねえ ばあ じい たく あか ごくろう おつかれ ごちそう おまわり おひさ おてんとう ほとけ かみ ' +
    'スタッフ ママ パパ サンタ ファン モデル ドライバ- メ-カ- オ-ナ- ユ-ザ- ゲスト メンバ- オペレ-タ- タクシ- パン屋 リピ-タ- ラ-メン屋 ケ-キ屋 マネ-ジャ- リ-ダ- プレイヤ- エンジニア デザイナ- ' +
    'クライアント カメラマン サラリ-マン ライタ- セラピスト インストラクタ- キャスト コ-チ トレ-ナ- バイト ヘルパ- ワ-カ- オバ オジ オカア オトウ タク アカ コ-ポレ-ション シスタ- ナ-ス ドクタ- シェフ ホテル サ-ビス'
  ).split(' '),
);

/** A name in characters, in kana as such foreign ones are (a long vowel is a dash in a folded text), or in Hiragana where a stretch begins, before what people are called by. */
const HONOURED =
  /(?:(?<![\p{Script=Han}々お御ご])([\p{Script=Han}][\p{Script=Han}々ヶノ]{0,4}(?:[ ][\p{Script=Han}々]{1,4})?)|(?<![ァ-ヶ-])([ァ-ヶ][ァ-ヶ-]{1,9}(?:[・ ][ァ-ヶ][ァ-ヶ-]{1,9})?)|(?<![^\s、。「『（(：:!?！？])([ぁ-ん]{2,5}?)) ?(?:さん|さま|様(?![々子式相態])|くん|ちゃん)/gu;
/** Of one character before "様" and the like such a name may have: the others are words ("神様", "仕様"). */
const SINGLE = '林森原東南西北関岡堀辻谷島浜泉畑菅星桂樋堤境滝岸秦宮曽湊榊楠葵蓮凛翼翔陸樹';
/** A name that a form or its owner gives: "氏名：山田太郎", "鈴木と申します". */
const GIVEN_BY_FORM =
  /(?:氏名|お?名前|宛名|差出人|担当者?|代表者?)(?:は|[:：]|(?= ))\s?([\p{Script=Han}々]{2,6}(?:[ ][\p{Script=Han}々]{1,4})?|[ァ-ヶ-]{2,10}(?:[・ ][ァ-ヶ-]{2,10})?)(?=です|と|で|、|。|\s|$|（|\()/gu;
const INTRODUCED =
  /(?<![\p{Script=Han}々])([\p{Script=Han}々]{2,6}|[ァ-ヶ-]{2,10})(?:と申します|と申しました|ともうします|といいます|と言います)/gu;
const MR = /(?<![\p{Script=Han}々])([\p{Script=Han}々]{2,4})氏(?=[ぁ-んァ-ヶ、。])/gu;

const SIGNS = /さん|さま|様|くん|ちゃん|氏|名前|宛名|差出人|担当|代表|申し|もうし|いいます|言います/;

function isName(name: string): boolean {
  if (ROLES.has(name) || KANA_ROLES.has(name) || /[屋員者客社]$/u.test(name)) return false;
  return name.length > 1 || SINGLE.includes(name);
}

/** Japanese names of a folded text: before さん, 様, くん or ちゃん, behind the label of a form, or where their owner gives them. */
export function findJapaneseNames(text: string): Span[] {
  if (!SIGNS.test(text) || !/[ぁ-んァ-ヶ]|様|氏名/.test(text)) return [];
  const found: Span[] = [];
  for (const pattern of [HONOURED, GIVEN_BY_FORM, INTRODUCED, MR]) {
    for (const match of text.matchAll(pattern)) {
      const name = match[1] ?? match[2] ?? match[3]!;
      if (!isName(name)) continue;
      const start = match.index + match[0].indexOf(name);
      found.push({ start, end: start + name.length });
    }
  }
  return found;
}
