/*
 * Classes of characters for patterns with the flag v, exactly as Hugging Face's tokenizers library (0.23) has them. Its tables are older than
 * this runtime's: characters that Unicode added since are unassigned there, and a few have changed their class. The differences are listed, so that the
 * same text gets the same ids; they were found by comparing every code point.
 */

/** A list of hexadecimal code points and ranges as the inside of a class. */
function ranges(list: string): string {
  return list
    .trim()
    .replaceAll(/([0-9A-F]+)/g, String.raw`\u{$1}`)
    .replaceAll(/\s+/g, '');
}

/** Letters since Unicode 17. */
const NEW_LETTERS = ranges(`
  88F C5C CDC A7CE-A7CF A7D2 A7D4 A7F1 10940-10959 10EC5-10EC7 11DB0-11DDB 16EA0-16EB8 16EBB-16ED3 16FF2-16FF3
  187F8-187FF 18D09-18D1E 18D80-18DF2 1E6C0-1E6DE 1E6E0-1E6E2 1E6E4-1E6E5 1E6E7-1E6ED 1E6F0-1E6F4 1E6FE-1E6FF
  2B73A-2B73F 2CEA2-2CEAD 323B0-33479
`);

/** Digits and numbers since Unicode 17. */
const NEW_NUMBERS = ranges('11DE0-11DE9 16FF4-16FF6');

/** Punctuation since Unicode 8. */
const NEW_PUNCTUATION = ranges(`
  61D 9FD A76 C77 C84 1B4E-1B4F 1B7D-1B7F 2E43-2E4F 2E52-2E5D 10D6E 10EAD 10ED0 10F55-10F59 10F86-10F89
  113D4-113D5 113D7-113D8 1144B-1144F 1145A-1145B 1145D 11660-1166C 116B9 1183B 11944-11946 119E2 11A3F-11A46
  11A9A-11A9C 11A9E-11AA2 11B00-11B09 11BE1 11C41-11C45 11C70-11C71 11EF7-11EF8 11F43-11F4F 11FFF 12FF1-12FF2
  16D6D-16D6F 16E97-16E9A 16FE2 1E5FF 1E95E-1E95F
`);

/** Punctuation in Unicode 8 that is none today. */
const FORMER_PUNCTUATION = ranges('166D 111C9');

/** Signs without a form that are new or changed since Unicode 8. */
const NEW_FORMATS = ranges('890-891 8E2 110CD 13430-1343F');

/** Marks without a width since Unicode 8. */
const NEW_MARKS = ranges(`
  7FD 897-89F 8CA-8E1 9FE AFA-AFF B55 C04 C3C D00 D3B-D3C D81 EBA ECE 180F 1885-1886 1ABF-1ADD 1AE0-1AEB 1DF6-1DFB
  A82C A8C5 A8FF A9BD 10D24-10D27 10D69-10D6D 10EAB-10EAC 10EFA-10EFF 10F46-10F50 10F82-10F85 11070 11073-11074
  110C2 111C9 111CF 1123E 11241 1133B 113BB-113C0 113CE 113D0 113D2 113E1-113E2 11438-1143F 11442-11444 11446
  1145E 1182F-11837 11839-1183A 1193B-1193C 1193E 11943 119D4-119D7 119DA-119DB 119E0 11A01-11A0A 11A33-11A38
  11A3B-11A3E 11A47 11A51-11A56 11A59-11A5B 11A8A-11A96 11A98-11A99 11B60 11B62-11B64 11B66 11C30-11C36
  11C38-11C3D 11C3F 11C92-11CA7 11CAA-11CB0 11CB2-11CB3 11CB5-11CB6 11D31-11D36 11D3A 11D3C-11D3D 11D3F-11D45
  11D47 11D90-11D91 11D95 11D97 11EF3-11EF4 11F00-11F01 11F36-11F3A 11F40 11F42 11F5A 13440 13447-13455
  1611E-16129 1612D-1612F 16F4F 16FE4 1CF00-1CF2D 1CF30-1CF46 1E000-1E006 1E008-1E018 1E01B-1E021 1E023-1E024
  1E026-1E02A 1E08F 1E130-1E136 1E2AE 1E2EC-1E2EF 1E4EC-1E4EF 1E5EE-1E5EF 1E6E3 1E6E6 1E6EE-1E6EF 1E6F5
  1E944-1E94A
`);

/** Marks without a width in Unicode 8 that have one today. */
const FORMER_MARKS = ranges('1734 1171E');

/** Letters, as the pattern of byte-level words has them. */
export const LETTER = String.raw`[\p{L}--[${NEW_LETTERS}]]`;

/** Digits and numbers, as the pattern of byte-level words has them. */
export const NUMBER = String.raw`[\p{N}--[${NEW_NUMBERS}]]`;

/** Punctuation as BERT has it: Unicode's, and every ASCII sign that is neither letter nor digit. */
export const PUNCTUATION = String.raw`[[\p{P}!-\/:-@\[-\`\{-~${FORMER_PUNCTUATION}]--[${NEW_PUNCTUATION}]]`;

/** What BERT removes from texts: control, format and private characters (not tab and line breaks), and U+FFFD. */
export const REMOVED = String.raw`[[\p{Cc}\p{Cf}\p{Co}\u{FFFD}]--[\t\n\r${NEW_FORMATS}]]`;

/** Marks without a width: what is left of an accent after canonical decomposition. */
export const MARK = String.raw`[[\p{Mn}${FORMER_MARKS}]--[${NEW_MARKS}]]`;

/** Characters whose canonical decomposition is newer than the library's. */
export const KEPT_WHOLE = `[${ranges('105C9 105E4 11383 11385 1138E 11391 113C5 113C7-113C8 11938 16121-16128 16D68-16D6A')}]`;

/** The blocks of Chinese characters that BERT sets apart. */
export const CHINESE = `[${ranges('4E00-9FFF 3400-4DBF 20000-2A6DF 2A700-2B73F 2B740-2B81F 2B920-2CEAF F900-FAFF 2F800-2FA1F')}]`;
