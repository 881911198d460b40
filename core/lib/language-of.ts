/** Languages that a text is told apart in. */
export const TOLD_LANGUAGES = ['pl', 'en', 'de', 'fr', 'es', 'it', 'nl', 'cs', 'sk', 'uk', 'ru', 'lt'] as const;
export type ToldLanguage = (typeof TOLD_LANGUAGES)[number];

/** So much of a text is looked at: a third of a millisecond, whatever was sent. */
const MAX_CHARS = 4_000;
/** Fewer known words say nothing. */
const MIN_HITS = 2;

/** The words that every text of a language is held together by; one that several languages have counts for each. */
const WORDS: Readonly<Record<ToldLanguage, string>> = {
  pl: 'i w z na nie się że do jest to po od dla jak ale czy proszę mam są już może dzień dobry pozdrawiam dziękuję państwa moja mój które przez jestem będzie oraz lub ze witam chciałbym chciałabym',
  en: 'the and of to is in that it for you with on are this be have my we can not your please thanks hello hi regards would was from but when could our any there',
  de: 'der die das und ist nicht ich sie mit für ein eine zu den von auf wir haben bitte danke sehr geehrte grüßen hallo auch dass wie bei oder kann meine wurde einen noch aus dem',
  fr: 'le la les et est une un des du que je vous nous pour dans pas avec sur bonjour merci votre mon ma mes cordialement ce qui au en ne suis avez être ai',
  es: 'el la los las y es una un que de en por con para no se me mi su hola gracias saludos usted estoy está tengo como pero muy al del lo he buenos días',
  it: 'il lo la gli le e è un una di che per con non mi ho sono del della buongiorno grazie saluti vorrei il mio questo ma anche come si nel alla ancora cordiali',
  nl: 'de het een en is van ik niet dat met voor op te zijn aan wij u hallo bedankt graag mijn kunt heb maar ook nog bij groeten wat deze uw naar er',
  cs: 'a je se na že to v z do jsem pro ale jak by už jsou dobrý den děkuji prosím jsme není mi které máte pozdravem při nebo ještě jako může bych ve',
  sk: 'a je sa na že to v z do som pre ale ako by už sú dobrý deň ďakujem prosím sme nie mi ktoré máte pozdravom pri alebo ešte ako môže som vo',
  uk: 'і в на не що це з до як я ви ми та для є але від за вже дякую добрий день будь ласка мені мій моє чи або ще можна вас про',
  ru: 'и в на не что это с по как я вы мы для но от за уже спасибо добрый день пожалуйста мне мой моя или ли еще ещё можно вас о бы здравствуйте',
  lt: 'ir yra ne kad į su iš aš jūs mes dėl bet kaip jau ačiū laba diena prašau mano ar taip pat tai man prašome pagarbiai už nuo jei galima noriu turiu buvo',
};
/** Letters that hardly another of these languages writes; a word with one counts as known. */
const LETTERS: readonly (readonly [RegExp, ToldLanguage])[] = [
  [/[ąęłńśźż]/u, 'pl'],
  [/[ß]/u, 'de'],
  [/[ěřů]/u, 'cs'],
  [/[ľĺŕô]/u, 'sk'],
  [/[іїєґ]/u, 'uk'],
  [/[ыэъё]/u, 'ru'],
  [/[ėįųū]/u, 'lt'],
  [/[ñ¿¡]/u, 'es'],
];

const OF_WORD = new Map<string, ToldLanguage[]>();
for (const language of TOLD_LANGUAGES)
  for (const word of new Set(WORDS[language].split(' '))) OF_WORD.set(word, [...(OF_WORD.get(word) ?? []), language]);

/** What a text is most likely written in, by its commonest words and letters; null = nobody can say. Quoted lines (">") do not count. */
export function languageOf(text: string): ToldLanguage | null {
  const own = text.slice(0, MAX_CHARS).toLowerCase().replace(/^>.*$/gm, '');
  const hits = new Map<ToldLanguage, number>();
  const count = (language: ToldLanguage, by: number): void => void hits.set(language, (hits.get(language) ?? 0) + by);
  for (const [word] of own.matchAll(/[\p{L}\p{M}]+/gu)) {
    const known = OF_WORD.get(word) ?? [];
    for (const language of known) count(language, 1 / known.length);
    for (const [letter, language] of LETTERS) if (letter.test(word)) count(language, known.length > 0 ? 0 : 1);
  }
  const [first, second] = [...hits].sort(([, a], [, b]) => b - a);
  if (!first || first[1] < MIN_HITS || (second && first[1] < second[1] * 1.2)) return null;
  return first[0];
}
