import { ENGLISH_WORDS, FIRST_NAMES_THAT_ARE_WORDS, FREQUENT_SURNAMES, THINGS } from './common-words.ts';
import type { Span } from './kinds.ts';
import { isPinyinName } from './pinyin-names.ts';

/** Common first names in English, as people write them. */
const FIRST_NAMES = new Set(
  (
    'james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony mark donald steven paul ' +
    'andrew joshua kenneth kevin brian george edward ronald timothy jason jeffrey ryan jacob gary nicholas eric jonathan stephen larry ' +
    'justin scott brandon benjamin samuel gregory frank alexander raymond patrick jack dennis jerry tyler aaron jose adam henry nathan ' +
    'douglas zachary peter kyle walter ethan jeremy harold keith christian roger noah gerald carl terry sean austin arthur lawrence jesse ' +
    'dylan bryan joe jordan billy bruce albert willie gabriel logan alan juan wayne roy ralph randy eugene vincent russell elijah louis ' +
    'bobby philip johnny mary patricia jennifer linda elizabeth barbara susan jessica sarah karen nancy lisa betty margaret sandra ashley ' +
    'kimberly emily donna michelle carol amanda dorothy melissa deborah stephanie rebecca sharon laura cynthia kathleen amy angela shirley ' +
    'anna brenda pamela emma nicole helen samantha katherine christine debra rachel catherine carolyn janet ruth maria heather diane ' +
    'virginia julie joyce victoria olivia kelly christina lauren joan evelyn judith megan cheryl andrea hannah martha jacqueline frances ' +
    'gloria ann teresa kathryn sara janice jean alice madison doris abigail julia judy grace denise amber marilyn beverly danielle theresa ' +
    'sophia marie diana brittany natalie isabella charlotte rose alexis kayla ella mia lucas liam oliver leo oscar max felix simon martin ' +
    'ian colin neil graham stuart derek ivan victor hugo carlos luis miguel antonio pedro diego mohammed muhammad ahmed ali omar hassan ' +
    'fatima aisha priya raj amit anita sanjay rahul wei ming hiroshi yuki chloe zoe lily lucy ruby eva clara nora hazel claire fiona holly ' +
    'jane kate jill tina wendy sally molly peggy ellen irene tracy stacy monica erica vanessa bill bob tom jim mike dave steve dan ben sam ' +
    'chris nick tony greg matt jeff tim fred ted ray harry charlie luke owen connor evan caleb mason aiden jayden elias theodore sebastian ' +
    'marcus elena naomi adrian alfred amelia andre angelo anton arjun astrid audrey ava beatrice bernard bianca bjorn bridget camila carmen cecilia cedric celia chen clement ' +
    'clive colleen craig cristina dalia damian daphne darren deepak dmitri dominic edgar edith eduardo edwin eileen elaine eleanor elisa eliza elsa erik erin ernest esther ethel eugenia ' +
    'fabio felicia fernando florence francesca francis francisco fred freya gavin genevieve georgia gerard gilbert giovanni gordon greta guillermo gustavo hans harriet harvey heidi ' +
    'helena herbert hugh ibrahim imran ingrid irina isaac isabel jacques jamal javier jasmine jens joanna joel johan jonas jorge josephine juliet karim karl katrina keira khalid klaus lars ' +
    'leah lena leon leonard lorenzo lucia lydia mabel magnus malcolm manuel marco margot mariana marina mario marjorie matteo maurice mehmet meera miriam mohamed mustafa nadia natasha neha ' +
    'nina norman olga otto pablo paolo paula phoebe pierre rafael ramon raphael ravi ricardo rita roberto rodrigo roland rosa rosemary rupert sabrina sakura samira sergei sergio sheila shreya ' +
    'sofia sonia stefan stella suresh svetlana sylvia tamara tanya tariq teresa tomas valerie vera veronica vikram viktor vivian vladimir warren wilhelm winston xavier yasmin yolanda yusuf zara ' +
    'ajay alejandra alejandro alessandro alfie amelie anastasia anjali archie arun aurelie beth bethany boris callum camille chiara clifford curtis darius darrell davide deepika derrick didier ekaterina elodie ' +
    'esteban finn freddie gareth gemma giulia glenn gonzalo hamish haruka igor imogen ingeborg jermaine jodie keiko keisha kenji khaled kirsty linus lorraine luca mahesh mahmoud malik manish mateo mathieu ' +
    'maureen mikhail natalia nathaniel nigel nikolai noor oleg pascal priyanka rajesh ramesh rhys rocio sandrine santiago satoshi sebastien sergey shane shannon simone sunil takashi tatiana thierry travis ' +
    'trevor tyrone valentina vijay wesley ximena yousef yulia yuri yvette yvonne ' +
    'abdul abdullah adele adriana agata agnes agnieszka aileen aisling alina aline alisha alistair amina amir anders andrei andrzej angus anika anja annabel ' +
    'anneliese annette annika anouk antoine antonia aoife armando arne arnaud artur asif ayesha bartosz benedikt benoit birgit bogdan bronwyn brigitte caitlin ' +
    'caoimhe carina carla caroline caspar caterina cathal cecile chidi chinedu chioma ciara ciaran claudia claudio clemens cormac cornelia dagmar daniela dariusz ' +
    'declan delphine detlef dieter dimitri dirk dorota ebba elke emeka emil emilia emilio enrico enrique eoin ernesto estelle etienne fabian fabienne fabrizio farah ' +
    'farid federica federico felipe fergus filip fionnuala flavia florian francois frederic gabriela gabrielle georgios gerda gerhard gianluca gilles ' +
    'giorgio giuseppe goran grzegorz guillaume gunnar gustav halina hana hanna hannes harald heike helmut hendrik henrik hiroko horst hussein ignacio inga ' +
    'ines ingo irena ismail ivana iwona jaap jacek jadwiga jakub janina jaroslav jasmin javed jelena jerome jerzy joachim joao johanna johannes jolanta josip ' +
    'joaquin julien julieta julio jurgen kacper kajsa kamal kamil karin karolina katarina katarzyna katja kerstin kofi krzysztof kwame laszlo lavanya leila leonie ' +
    'lilian lise lorena lothar louise lucie lucien luigi luisa lukas lukasz maciej madeleine magda magdalena maja maksim malgorzata manfred manuela marcel ' +
    'marcin marek margarita marianne marit marta maryam massimo matthias matthieu mathilde maximilian mehdi melanie milena milos mireille mirjam monique nadine ' +
    'nanami ngozi niamh nicola nicolas niels niklas nils oksana olaf oleksandr olena oyvind padraig paloma patrice patrizia paulina pavel pawel petra philippe pilar ' +
    'piotr przemyslaw radoslaw raquel renata renate riccardo rogerio roisin rolf rosalind saoirse sascha silke silvia sinead siobhan slawomir solveig soren ' +
    'stanislaw stefania svenja sven tadeusz takeshi tatjana therese thorsten tiago tobias tomasz torsten ulrike urszula ursula uwe veronique vincenzo vivek ' +
    'volker waldemar witold wojciech wolfgang yannick yosef zbigniew zofia zsofia zuzana'
  ).split(' '),
);

/** Capitalised words that follow a first name without being a surname, or make a place or thing of both. */
const NOT_SURNAMES = new Set(
  (
    'the you we they he she it and or but if is are was were will would can could should may might have has had do does did not no yes ' +
    'university street road avenue lane drive boulevard park school college hospital hotel airport station church museum library bank ' +
    'inc corp ltd llc company group foundation institute center centre river lake mountain island city county state district bay beach ' +
    'day night week month year january february march april june july august september october november december monday tuesday ' +
    'wednesday thursday friday saturday sunday prize award theorem law effect syndrome disease model method algorithm test street ' +
    'in on at to for from with by of as this that these those then there here when where what why how who which please thanks regards ' +
    'period garden gardens gold bowl hall house tower bridge square market mall store shop cafe bar restaurant building act bill code down up out off over under airport springs falls hills valley creek'
  ).split(' '),
);

/** Capital letters of the languages that are written in Latin letters. */
const CAPITAL = 'A-ZÀ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶĹĻĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŲŴŶŹŻŽ';
const FULL_NAME = new RegExp(
  String.raw`(?<![\wÀ-ɏ.-])([${CAPITAL}][A-Za-zÀ-ɏ]{1,14}(?:-[${CAPITAL}][a-zß-ɏ]{1,14})?) (?:[A-Z]\.? )?((?:Mc|Mac|O['’]|De |Van |von |de |van )?[${CAPITAL}][a-zA-ZÀ-ɏ]{1,19}(?:-[${CAPITAL}][a-zß-ɏ]{1,19})?)(?![\wÀ-ɏ])`,
  'g',
);
const TITLED_NAME = new RegExp(
  String.raw`(?<![\w.])(?:Mr|Mrs|Ms|Miss|Dr|Prof|Professor|Sir|Madam)\.? ((?:[${CAPITAL}][a-zß-ɏ'’-]{1,19} (?:[A-Z]\. )?)?[${CAPITAL}][a-zA-ZÀ-ɏ'’-]{1,19})(?![\wÀ-ɏ])`,
  'g',
);
/** What such a title makes a thing of: "Dr Pepper", "Ms Office". */
const TITLED_THINGS = /^(?:pepper|office|word|excel|access|paint|teams|project|windows|universe|world|who)$/;
/** What a first name alone comes behind: a greeting, the end of a letter, or where somebody is spoken to or of. */
const BEFORE_FIRST_NAME =
  /(?<![\w.])(?:(?:Hi|Hello|Hey|Dear|Thanks|Thank you|Regards|Best|Best wishes|Cheers|Sincerely|Love)[,!]?|[Mm]y name is|[Nn]amed|[Tt]his is|I am|I['’]m|[Aa]gent|[Aa]sk(?:ed)?|(?:[Ss]poke|[Ss]peak|[Tt]alk|[Tt]alked) (?:with|to))\s{1,2}$/;
/** A name without a capital where its owner gives it. */
const OWN_NAME =
  /(?<!\w)(?:my name(?: is|['’]s)|i am|i['’]m|this is) ([a-z]{3,14})(?: ([a-z][a-z'’-]{2,19}))?(?![\w-])/dg;
/** A capitalised word that goes on a sentence and that no other goes on after, or initials and a surname: "J. K. Rowling". */
const LONELY_OR_INITIALS = new RegExp(
  String.raw`(?<=[A-Za-z,!]\s{1,2})([A-Z][a-zß-ɏ]{2,14})(?![\wÀ-ɏ-]| [A-Z])|(?<![\w.])[A-TV-Z]\. ?[A-Z]\. ?([${CAPITAL}][a-zß-ɏ]{2,19}(?:-[${CAPITAL}][a-zß-ɏ]{1,19})?)(?![\wÀ-ɏ])`,
  'g',
);
const INTRODUCED_NAME = new RegExp(
  String.raw`(?<![\w.])(?:[Mm]y name is|[Nn]ame[:：]|[Nn]ame is|[Nn]amed|[Cc]ontact[:：]|[Cc]ustomer[:：]|[Pp]atient[:：]|[Ss]igned[,:：]|[Ss]incerely,|[Aa]ttn[:：.]|[Dd]ear|[Rr]ecipient[:：]|[Aa]uthor[:：]|[Ee]mployee[:：])\s?([${CAPITAL}][a-zß-ɏ]{1,14}(?:-[${CAPITAL}][a-zß-ɏ]{1,14})?(?: [A-Z]\.?)? (?:de |van |von )?[${CAPITAL}][A-Za-zÀ-ɏ'’-]{1,19})(?![\wÀ-ɏ])`,
  'g',
);

/** What introduces two capitalised words as a name in running text. */
const INTRODUCTION =
  /(?:\bI am|\bI['’]m|\b(?:[Rr]egards|[Bb]est|[Tt]hanks|[Cc]heers|[Yy]ours (?:truly|faithfully)),|\b(?:[Ss]igned|[Ss]ent|[Rr]eviewed|[Aa]pproved|[Ww]ritten|[Ss]ubmitted|[Rr]equested|[Rr]eported|[Pp]repared|[Pp]aid|[Rr]eleased|[Cc]reated|[Pp]osted|[Hh]andled|[Ii]ssued|[Aa]uthored) by|\b[Aa]ssigned to|\b[Ss]igned|\b(?:[Ss]poke|[Tt]alk|[Tt]alked|[Mm]et|[Ss]peak) (?:with|to))\s$/;

/** A surname before the first name, as lists have it: "SMITH, JOHN". */
const REVERSED_NAME = /(?<![\w.])([A-Z][A-Za-z'’-]{1,19}), ([A-Z][A-Za-z]{1,14})(?![\w'’-])/g;

/** First names that are places as well, before which a town stands: "Rome, Georgia". */
const PLACES = new Set(
  'georgia virginia carolina dakota montana madison paris chelsea jordan victoria sydney austin florence charlotte savannah brooklyn london israel chad kenya india china asia alexandria houston dallas lincoln jackson orlando troy cuba milan vienna adelaide regina valencia santiago indiana tennessee nevada louisiana'.split(
    ' ',
  ),
);

/** Whether something stands by itself, as in a list: between the ends of lines, signs that part, and a colon. */
function isListed(text: string, start: number, end: number): boolean {
  return (
    /(?:^|[\n;|\t"]\s?|: )$/.test(text.slice(Math.max(0, start - 2), start)) &&
    /^\s?(?:$|[\n;|\t"()])/.test(text.slice(end, end + 2))
  );
}

function addReversedNames(text: string, found: Span[]): void {
  for (const { 0: whole, 1: surname, 2: first, index } of text.matchAll(REVERSED_NAME)) {
    const [family, given] = [surname!.toLowerCase(), first!.toLowerCase()];
    // "Thanks to Smith, John called" has two; "Page, Mark" has none.
    if (THINGS.has(family) || FIRST_NAMES_THAT_ARE_WORDS.has(given) || !FIRST_NAMES.has(given)) continue;
    const mayBeListed =
      !NOT_SURNAMES.has(family) && !ENGLISH_WORDS.has(family) && !FIRST_NAMES.has(family) && !PLACES.has(given);
    if (FREQUENT_SURNAMES.has(family) || (mayBeListed && isListed(text, index, index + whole.length)))
      found.push({ start: index, end: index + whole.length });
  }
}

/** Whether a particle between a first name and a surname stands at a place: told by its first letter, mostly. */
function isParticle(text: string, place: number): boolean {
  const unit = text.charCodeAt(place);
  if (unit !== 0x76 && unit !== 0x64) return false;
  return text.startsWith('von ', place) || text.startsWith('van ', place) || text.startsWith('de ', place);
}

function isCapital(unit: number): boolean {
  if (unit < 0x100 || unit > 0x17f) return (unit >= 0x41 && unit <= 0x5a) || (unit >= 0xc0 && unit <= 0xde);
  const letter = String.fromCharCode(unit);
  return letter !== letter.toLowerCase();
}

/** Whether there is a capital letter between two places. */
function hasCapital(text: string, start: number, end: number): boolean {
  for (let index = start; index < end; index++) if (isCapital(text.charCodeAt(index))) return true;
  return false;
}

/** What a word before a surname never ends with: a comma, a colon and the like; letters, points and apostrophes it may. */
const WORD_BREAK = /[,:;!?()[\]{}"<>/0-9]/;

/** Whether what `OWN_NAME` begins with ends at a space: "my name is", "I'm" and the like in small letters. */
function endsAsIntroduction(text: string, space: number): boolean {
  const last = text.charCodeAt(space - 1);
  if (last === 0x6d) return text.startsWith('i am', space - 4) || /i['’]m/.test(text.slice(space - 3, space));
  return last === 0x73 && /this is|name(?: is|['’]s)/.test(text.slice(Math.max(0, space - 7), space));
}

/** What can be told of a text at its spaces alone; most texts can be passed over by that. */
interface NameSigns {
  /** Words stand there behind which people give their own name. */
  introduces: boolean;
  /** A word with a capital stands before another one, or before a particle, as in every name of two words and behind every title. */
  hasNeighbours: boolean;
}

function nameSigns(text: string): NameSigns {
  const signs: NameSigns = { introduces: false, hasNeighbours: false };
  let start = 0;
  for (let space = text.indexOf(' '); space >= 0; space = text.indexOf(' ', start)) {
    signs.introduces ||= endsAsIntroduction(text, space);
    const next = text.charCodeAt(space + 1);
    const goesOn = isCapital(next) || isParticle(text, space + 1);
    if (goesOn && !signs.hasNeighbours)
      signs.hasNeighbours = hasCapital(text, start, space) && !WORD_BREAK.test(text[space - 1]!);
    start = space + 1;
  }
  return signs;
}

/** Endings of words for things and doings, which few surnames have that are not listed. */
const WORD_ENDING = /(?:ing|ed|tion|sion|ment|ness|ity|ous|ful|able|ible|ship|ism|ture|ance|ence|ics?|ive|ally|ers)$/;

/** Whether a first name that is a word as well makes a person of it with what follows. */
function isPersonOf(first: string, surname: string): boolean {
  if (!FIRST_NAMES_THAT_ARE_WORDS.has(first)) return true;
  if (FREQUENT_SURNAMES.has(surname) && !THINGS.has(surname)) return true;
  return !THINGS.has(surname) && !ENGLISH_WORDS.has(surname) && !FIRST_NAMES.has(surname) && !WORD_ENDING.test(surname);
}

/** Whether capitalised words go on after a name and end in one for a place or thing: "Charlotte Douglas International Airport". */
function goesOnAsThing(text: string, end: number): boolean {
  const rest = /^(?: [A-Z][a-z]{1,14}){1,3}(?![\w])/.exec(text.slice(end, end + 48))?.[0];
  const last = rest?.slice(rest.lastIndexOf(' ') + 1).toLowerCase();
  return last !== undefined && (NOT_SURNAMES.has(last) || THINGS.has(last) || ENGLISH_WORDS.has(last));
}

/** Letters that Unicode does not compose of a plain one and a mark. */
const UNCOMPOSED: Readonly<Record<string, string>> = { ł: 'l', ø: 'o', đ: 'd', ı: 'i', æ: 'ae', œ: 'oe', ß: 'ss' };

/** A name in small letters without accents, as the lists have them. */
function plainName(name: string): string {
  const lower = name.toLowerCase();
  // oxlint-disable-next-line no-control-regex
  if (/^[\x00-\x7f]*$/.test(lower)) return lower;
  return lower
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[łøđıæœß]/g, (letter) => UNCOMPOSED[letter] ?? letter);
}

/** Whether a word is a first name and nothing else. */
export function isFirstNameAlone(name: string): boolean {
  const plain = plainName(name);
  return FIRST_NAMES.has(plain) && !FIRST_NAMES_THAT_ARE_WORDS.has(plain);
}

/** Whether a word begins the line behind a greeting and goes on in a sentence, as any word may: "Hello,\n\nBen …". */
function beginsParagraph(text: string, start: number, end: number): boolean {
  return text[start - 1] === '\n' && text[end] === ' ' && !/^(?:here|speaking|from|again)\b/.test(text.slice(end + 1));
}

/** First names alone, where what stands before makes a person of them, and names with initials. */
function addShortNames(text: string, found: Span[]): void {
  LONELY_OR_INITIALS.lastIndex = 0;
  for (let match = LONELY_OR_INITIALS.exec(text); match !== null; match = LONELY_OR_INITIALS.exec(text)) {
    const { 0: whole, 1: first, index: start } = match;
    const isPerson =
      first === undefined
        ? isSurname(plainName(match[2]!))
        : isFirstNameAlone(first) &&
          BEFORE_FIRST_NAME.test(text.slice(Math.max(0, start - 24), start)) &&
          !beginsParagraph(text, start, start + whole.length);
    if (isPerson) found.push({ start, end: start + whole.length });
  }
}

/** Whether a word behind initials is a surname and none of the words for things. */
function isSurname(word: string): boolean {
  if (surnameIsNone(word) || WORD_ENDING.test(word) || ENGLISH_WORDS.has(word)) return false;
  return !THINGS.has(word) || FREQUENT_SURNAMES.has(word);
}

/** Words that follow "my name is kevin" and are no surname. */
const AFTER_OWN_NAME = new Set(
  'and but from the with for not was has who that have here speaking calling writing again because just also please your our his her its you they'.split(
    ' ',
  ),
);

function addOwnNames(text: string, found: Span[]): void {
  OWN_NAME.lastIndex = 0;
  for (let match = OWN_NAME.exec(text); match !== null; match = OWN_NAME.exec(text)) {
    const [whole, first, second] = match;
    const saysSurname = second !== undefined && whole.startsWith('my name') && FREQUENT_SURNAMES.has(second);
    if (!isFirstNameAlone(first!) && !(saysSurname && !AFTER_OWN_NAME.has(first!))) continue;
    const [start, end] = match.indices![1]!;
    const isWhole = second !== undefined && !AFTER_OWN_NAME.has(second);
    const hasSurname = isWhole && (FREQUENT_SURNAMES.has(second) || whole.startsWith('my name'));
    found.push({ start, end: hasSurname ? match.index + whole.length : end });
  }
}

function surnameIsNone(surname: string): boolean {
  return NOT_SURNAMES.has(surname.toLowerCase());
}

/** English names: a common first name and a capitalised surname, or capitalised words after a title or the words "my name is". */
export function findEnglishNames(text: string): Span[] {
  const found: Span[] = [];
  const { introduces, hasNeighbours } = nameSigns(text);
  if (introduces) addOwnNames(text, found);
  if (!hasCapital(text, 0, text.length)) return found;
  addShortNames(text, found);
  if (text.includes(', ')) addReversedNames(text, found);
  if (!hasNeighbours) return found;
  FULL_NAME.lastIndex = 0;
  for (let match = FULL_NAME.exec(text); match !== null; match = FULL_NAME.exec(text)) {
    const [whole, first, surname] = match;
    const [given, family] = [plainName(first!), plainName(surname!)];
    const isKnown = given.split('-').some((part) => FIRST_NAMES.has(part)) && !surnameIsNone(family);
    const end = match.index + whole.length;
    const isNone = [given, family].some(
      (word) => ENGLISH_WORDS.has(word) || THINGS.has(word) || NOT_SURNAMES.has(word),
    );
    const isDoing = WORD_ENDING.test(family) && !FREQUENT_SURNAMES.has(family);
    const isIntroduced =
      !isNone && !isDoing && INTRODUCTION.test(text.slice(Math.max(0, match.index - 20), match.index));
    if (
      isIntroduced ||
      isPinyinName(first!, surname!) ||
      (isKnown && isPersonOf(given, family) && !goesOnAsThing(text, end))
    ) {
      found.push({ start: match.index, end });
    } else {
      // The second word may be the first name: "Yesterday John Smith called".
      FULL_NAME.lastIndex = match.index + first!.length + 1;
    }
  }
  for (const pattern of [TITLED_NAME, INTRODUCED_NAME]) {
    for (const match of text.matchAll(pattern)) {
      const name = match[1]!;
      const words = name.toLowerCase().split(' ');
      if (pattern === TITLED_NAME && TITLED_THINGS.test(words[0]!)) continue;
      if (
        surnameIsNone(words.at(-1)!) ||
        (pattern === INTRODUCED_NAME && words.some((word) => ENGLISH_WORDS.has(word)))
      ) {
        if (!FIRST_NAMES.has(words[0]!) || surnameIsNone(words.at(-1)!)) continue;
      }
      const end = match.index + match[0].length;
      found.push({ start: end - name.length, end });
    }
  }
  return found;
}
