/** The words by which mail programs in many languages say that what follows was written before. Patterns run on lines of ≤ 1000 characters. */

const WROTE =
  'wrote|writes|said|napisał(?:\\(a\\)|\\/-?a|a)?|pisze|schrieb|geschrieben|a écrit|écrit|escribió|escreveu|ha scritto|scrive|schreef|skrev|skreiv|kirjoitti|написала?(?:\\(а\\))?|написав(?:\\(ла\\))?|пишет|пише|napsala?(?:\\(a\\))?|írta|yazdı|写道|寫道|のメール|작성';
const OPENING =
  /^(?:(?:on|w dniu|dnia|w|am|um|le|el|em|il|in data|op|den|på|pe|dne|в|во|на|po|pon|wt|śr|czw|pt|sob|niedz|mon|tue|wed|thu|fri|sat|sun)(?![\p{L}])|\d{1,4}[.\-/ ]|\d{1,2}:\d\d)/iu;
const ADDRESS = '<\\s?[^<>\\s]{1,200}@[^<>\\s]{1,200}\\s?>';
const ENDS_WITH_VERB = new RegExp(`^.{2,400}?(?:${WROTE})\\s?(?:[:：]|-)\\s?[:：]?$`, 'iu');
const WRITES_AT_END = new RegExp(`^.{4,400}?(?:${WROTE})(?:\\s*[:：]?|\\s.{1,160}[:：])$`, 'iu');
/** "Anna <a@b.pl> schrieb am 16. Aug. 2016 um 12:52 Uhr:" */
const SOMEBODY_WRITES = new RegExp(`^.{0,150}${ADDRESS}\\s(?:${WROTE})\\s.{0,100}\\d.{0,60}[:：]$`, 'iu');
/** "2015-03-01 10:00 GMT+01:00 Anna <a@b.pl>:": a date and an address, in any language. */
const DATE_AND_ADDRESS = new RegExp(
  `^(?:(?=.{0,200}\\d{1,2}[:.h]\\d{2}).{0,300}${ADDRESS}\\s?[:：]|\\d{4}[-/.]\\d{1,2}[-/.]\\d{1,2}.{1,200}${ADDRESS})$`,
  'u',
);
const DATE_AND_NAME = /^\d{4}-\d{2}-\d{2} \d{1,2}:\d{2} GMT[+-]\d{2}:\d{2} .{1,80}$/u;

/** Apple's in Polish, and Horde's: nobody writes, but it is written, or quoted. */
const WRITTEN_BY = new RegExp(
  `^(?:wiadomość napisana przez .{1,200} w dniu .{0,40}\\d{1,2}:\\d{2}|(?:quoting|cytowanie|zitat von|citando) .{0,200}${ADDRESS})\\s?[:：]$`,
  'iu',
);

/** Of how many lines the introduction that begins at `at` consists; 0 = none begins there. Long ones were broken by the sender's program. */
export function isIntroduction(lines: readonly string[], at: number): number {
  let joined = '';
  for (let length = 1; length <= 4; length += 1) {
    const line = lines[at + length - 1] ?? '';
    if (line === '' || (length > 1 && /^>.*\s\S+\s/.test(line))) return 0;
    joined = `${joined} ${line.replace(/^(?:[*_]+|-{2,} )|(?:[*_]+| -{2,})$/g, '')}`.trim();
    if (joined.length > 600) return 0;
    if (introduces(joined)) return length;
    if (length === 1 && !mayOpen(joined)) return 0;
  }
  return 0;
}

/** What a pattern cannot do without is looked for first: most lines have none of it. */
const introduces = (text: string): boolean =>
  (/[:：-]$/.test(text) && ENDS_WITH_VERB.test(text) && (text.length <= 120 || /[@\d]/.test(text))) ||
  (OPENING.test(text) && /\d/.test(text) && WRITES_AT_END.test(text)) ||
  (text.includes('@') && (SOMEBODY_WRITES.test(text) || DATE_AND_ADDRESS.test(text))) ||
  DATE_AND_NAME.test(text) ||
  (/[:：]$/.test(text) && WRITTEN_BY.test(text));

/** An introduction that needs no mark below it: it names an address or a time of day, as programs do and people seldom. */
export const isSureIntroduction = (lines: readonly string[], at: number, length: number): boolean =>
  /@|\d{1,2}[:h]\d{2}/.test(lines.slice(at, at + length).join(' '));

/** Only lines like these are joined with the next ones: a sentence above the introduction is no part of it. */
const mayOpen = (text: string): boolean =>
  /^wiadomość napisana przez /i.test(text) || (OPENING.test(text) && /\d/.test(text)) || /<(?:[^<>\s]*@[^<>\s]*>?.*)?$/.test(text);

const ORIGINAL =
  'original message|original appointment|wiadomość oryginalna|oryginalna wiadomość|treść oryginalnej wiadomości|forwarded message|forwarded by .{1,80}|wiadomość przekazana|przekazana wiadomość|treść przekazanej wiadomości|ursprüngliche (?:nachricht|mail)|weitergeleitete nachricht|originalnachricht|message d.origine|message transféré|message original|mensaje original|mensaje reenviado|mensagem original|mensagem encaminhada|messaggio originale|messaggio inoltrato|oorspronkelijk bericht|doorgestuurd bericht|ursprungligt meddelande|vidarebefordrat meddelande|opprinnelig melding|oprindelig meddelelse|исходное сообщение|пересылаемое сообщение|původní zpráva|reply message|原始邮件|转发';
const SEPARATOR = new RegExp(`^[-_=*>\\s]{0,60}(?:${ORIGINAL})\\s*[:：]?[-_=*<\\s]{0,60}$`, 'iu');
const HAS_RULE =
  /^(?:[-_=*]{2,}|>).*[\p{L}]|^begin forwarded message:$|^początek przekazywanej wiadomości:$|^anfang der weitergeleiteten/iu;
const BEGIN =
  /^(?:begin forwarded message|początek (?:przekazywanej|przekazanej) wiadomości|anfang der weitergeleiteten nachricht|début du message (?:réexpédié|transféré)|inizio messaggio inoltrato|inicio del mensaje reenviado)\s*:$/iu;
const RULE = /^(?:_{5,}|-{5,}|={5,})$/;
const LONG_RULE = /^_{20,}$/;

/** "-----Original Message-----" and its like, Apple's "Begin forwarded message:", and, unless only sure ones are wanted, a rule with header lines below it. */
export function isForwardOrReplyMark(lines: readonly string[], at: number, isSure = false): boolean {
  const line = lines[at] ?? '';
  if (line.length > 200) return false;
  if (BEGIN.test(line)) return true;
  if (isSure) return SEPARATOR.test(line) && HAS_RULE.test(line);
  // People rule lines, too: Outlook's stands above a sender.
  if (LONG_RULE.test(line)) return FROM_LINE.test(lines[nextFilled(lines, at + 1)] ?? '');
  if (SEPARATOR.test(line) && HAS_RULE.test(line)) return true;
  return RULE.test(line) && isHeaderBlock(lines, nextFilled(lines, at + 1));
}

const FROM = 'from|od|von|de|da|van|från|fra|от|від|nadawca|expéditeur|remitente|mittente|afzender|发件人|寄件者|差出人|odesílatel';
const OTHERS =
  'sent|date|to|subject|cc|reply-to|wysłano|wysłane|data wysłania|data|do|dw|temat|gesendet|datum|an|betreff|envoyé(?: le)?|à|objet|enviado(?: el| em| a las)?|fecha|para|asunto|assunto|inviato|a|oggetto|verzonden|aan|onderwerp|skickat|till|ämne|sendt|til|emne|отправлено|дата|кому|тема|надіслано|发送时间|收件人|主题|寄件日期|收件者|主旨|送信日時|宛先|件名|odesláno|komu|předmět';
/** With a name in it: "Od: 12.11.2026" is where a stay begins. */
const FROM_LINE = new RegExp(`^[*_]{0,2}(?:${FROM})\\s?[:：][*_]{0,2}.*[\\p{L}@]`, 'iu');
const OTHER_LINE = new RegExp(`^[*_]{0,2}(?:${OTHERS})\\s?[:：][*_]{0,2}(?:\\s|$)`, 'iu');
const ANY_LINE = new RegExp(`^[*_]{0,2}(?:${FROM}|${OTHERS})\\s?[:：][*_]{0,2}(?:\\s|$)`, 'iu');

/** Journeys have a place and a day from which and to which; only mail is sent, copied or about something, or goes to an address. */
const OF_JOURNEYS = /^[*_]{0,2}(?:from|od|von|de|da|fra|van|från|date|to|data|do|datum|an|fecha|para|a|à|aan|till|til)\s?[:：][^@]*$/iu;

/** The header lines that Outlook and others put above what they quote: one says from whom, and two more say when, to whom or about what. */
export function isHeaderBlock(lines: readonly string[], at: number): boolean {
  if (!ANY_LINE.test(lines[at] ?? '')) return false;
  const block: string[] = [];
  for (let i = at; i < lines.length && block.length < 8; i += 1) {
    const line = lines[i] ?? '';
    if (line === '') continue;
    if (!ANY_LINE.test(line) && !(block.length > 0 && /^[<"'\p{L}]/u.test(line) && block.length === i - at && i - at < 8)) break;
    block.push(line);
  }
  const others = block.filter((line) => OTHER_LINE.test(line)).length;
  const isOfMail = block.some((line) => ANY_LINE.test(line) && !OF_JOURNEYS.test(line));
  return others >= 2 && isOfMail && block.some((line) => FROM_LINE.test(line));
}

function nextFilled(lines: readonly string[], from: number): number {
  let at = from;
  while (at < lines.length && lines[at] === '') at += 1;
  return at;
}

const DEVICE =
  'iphone|ipad|ipod|android|samsung|galaxy|huawei|xiaomi|nokia|htc|blackberry|windows|outlook|yahoo|gmail|mail(?:box)?|airmail|mobil\\w*|telefon\\w*|phone|smartfon\\w*|tablet\\w*|cell|device|urządze\\w*|k-9|aquamail|bluemail|protonmail|proton|wp|onet|o2|interia|thunderbird|handy|téléphone|móvil|ti-85|alcatel';
const SENT =
  'sent|wysłan[eoay]|wysłano|wiadomość wysłana|gesendet|envoyé|enviado|inviato|verzonden|skickat|sendt|odesláno|отправлено|надіслано';
/** "Wysłano mi zły telefon" is a sentence: what a device adds says from where or by what. */
const BY =
  'from|via|with|using|by|through|on|in|za?|ze|przez|od|von|vom|mit|über|aus|depuis|de|du|avec|à|desde|del|do|con|pelo|da|dal|tramite|vanaf|van|met|från|fra|med|с|со|из|через|з|із|зі';
const SIGNATURES: readonly RegExp[] = [
  new RegExp(`^[<(\\[*_ ]{0,4}(?:${SENT}) (?:securely |safely )?(?:${BY}) .{0,60}?(?:${DEVICE})`, 'iu'),
  new RegExp(`^(?:von meine[mr]|diese nachricht wurde von|to wiadomość wysłana|tę wiadomość wysłano).{1,80}(?:gesendet|${DEVICE})`, 'iu'),
  /^(?:get|pobierz|download|holen sie sich|télécharger|obtener|uzyskaj) \[?(?:outlook|the .{0,40}\bapp\b)/iu,
  /^(?:someone )?from (?:my )?(?:mobile|iphone|android|phone)/iu,
  /^從我的 .{1,20} 傳送/u,
];

/** A line that a telephone or a web mail adds: "Wysłane z iPhone'a", "Sent from my phone". */
export const isSignatureLine = (line: string): boolean => line.length <= 160 && SIGNATURES.some((pattern) => pattern.test(line));

/**
 * Finds the first line at or behind another that is neither quoted nor a signature; the number of lines when there is none. Each is looked at once:
 * thousands of introductions may ask about the same.
 */
export function ownLineFinder(lines: readonly string[]): (at: number) => number {
  let [from, own] = [0, 0];
  return (at) => {
    if (at >= from && at < own) return own;
    [from, own] = [at, at];
    for (let line = lines[own]; line !== undefined; line = lines[own]) {
      if (line !== '' && !line.startsWith('>') && !isSignatureLine(line)) break;
      own += 1;
    }
    return own;
  };
}
