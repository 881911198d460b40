/** In about one message of ten. */
export const COMMON_WORD = 'zwrot';
/** In one message of exactly ten conversations, whatever the size of the corpus. */
export const RARE_WORD = 'zyxkwarc';
export const MESSAGES_PER_CONVERSATION = 3;

export interface CorpusConversation {
  readonly number: number;
  readonly subject: string;
  readonly status: 'open' | 'assigned' | 'closed';
  readonly customer: number;
  readonly createdMs: number;
  readonly messages: readonly { readonly text: string; readonly fromCustomer: boolean; readonly createdMs: number }[];
}

/** Numbers in [0, 1) that are the same on every machine (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const COMMON =
  `i w na z do nie się że o jak dla od po za to jest czy proszę dzień dobry zamówienie numer faktura paczka dostawa termin pani pan
 dziękuję pozdrawiam państwo kiedy mogę możemy naprawa serwis urządzenie gwarancja reklamacja przesyłka kurier magazyn cena oferta
 rozmowa telefon klient firma adres konto przelew kwota dokument umowa zgłoszenie problem części wymiana drukarka silnik pompa łożysko
 wysyłka odbiór poniedziałek wtorek środa czwartek piątek jutro dziś wczoraj tydzień bardzo pilne informacja odpowiedź wiadomość załącznik`
    .split(/\s+/)
    .filter((word) => word !== '');
const SYLLABLES = 'ba ce dzi fo gu cho ja kę ło mu nie pra ró szy ta wą za żó bre cza dro fli gry klu prze sta trzy wło sny cie ksią'.split(
  ' ',
);

/** 30,000 words, the frequent ones real, the rest made of Polish syllables; used by Zipf's law as in real text. */
const WORDS: readonly string[] = (() => {
  const random = randomNumbers(42);
  const words = new Set(COMMON);
  while (words.size < 30_000) {
    const count = 2 + Math.floor(random() * 3);
    words.add(Array.from({ length: count }, () => SYLLABLES[Math.floor(random() * SYLLABLES.length)]).join(''));
  }
  return [...words];
})();

const CUMULATIVE: Float64Array = (() => {
  const sums = new Float64Array(WORDS.length);
  let total = 0;
  for (let i = 0; i < sums.length; i += 1) {
    total += 1 / (i + 2.7);
    sums[i] = total;
  }
  return sums.map((sum) => sum / total);
})();

function word(random: () => number): string {
  const at = random();
  let [low, high] = [0, CUMULATIVE.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((CUMULATIVE[middle] ?? 1) < at) low = middle + 1;
    else high = middle;
  }
  return WORDS[low] ?? '';
}

/** About `chars` characters in lines of 70; the common word once in the middle when asked for. */
export function prose(random: () => number, chars: number, withCommonWord: boolean): string {
  let text = '';
  let column = 0;
  let owed = withCommonWord;
  while (text.length < chars) {
    const due = owed && text.length > chars / 2;
    const next = due ? COMMON_WORD : word(random);
    if (due) owed = false;
    column += next.length + 1;
    text += next + (column > 70 ? '\n' : ' ');
    if (column > 70) column = 0;
  }
  return text.trimEnd();
}

const FIRST = Date.UTC(2025, 0, 1);
const MINUTE = 60_000;

export const customersOf = (conversations: number): number => Math.max(100, Math.floor(conversations / 4));
export const customerAddress = (customer: number): string => `klient${customer}@example.com`;
export const customerName = (customer: number): string =>
  [WORDS[(customer * 17) % WORDS.length], WORDS[(customer * 31 + 7) % WORDS.length]]
    .map((name = '') => name.replace(/^./u, (first) => first.toUpperCase()))
    .join(' ');

/** Conversation `number` (from 0) of a corpus of `total`: 20 % open, 20 % open and assigned, 60 % closed; one starts each minute. */
export function corpusConversation(number: number, total: number): CorpusConversation {
  const random = randomNumbers(number * 7919 + 13);
  const share = random();
  const customer = Math.floor(random() * customersOf(total));
  const createdMs = FIRST + number * MINUTE;
  const subject = Array.from({ length: 5 }, () => word(random)).join(' ');
  const rare = number < 10_000 && number % 1000 === 777;
  const messages = Array.from({ length: MESSAGES_PER_CONVERSATION }, (_, index) => {
    const text = prose(random, 300 + Math.floor(random() * 1000), random() < 0.1);
    return {
      text: rare && index === 0 ? `${text}\n${RARE_WORD} tutaj` : text,
      fromCustomer: index !== 1,
      createdMs: createdMs + index * 60 * MINUTE,
    };
  });
  return { number, subject, status: share < 0.2 ? 'open' : share < 0.4 ? 'assigned' : 'closed', customer, createdMs, messages };
}
