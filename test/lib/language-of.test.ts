import test from 'ava';
import { languageOf, TOLD_LANGUAGES } from '../../core/lib/language-of.ts';
import { cpuMs } from '../support/cpu-time.ts';

const LETTERS: Readonly<Record<string, string>> = {
  pl: 'Dzień dobry,\nzamówiłem u Państwa rower i do dziś nie dostałem przesyłki. Kiedy mogę się jej spodziewać?\nPozdrawiam, Jan',
  en: 'Hello,\nI ordered a bike from you and it has not arrived yet. Could you please tell me when I can expect it?\nRegards, John',
  de: 'Sehr geehrte Damen und Herren,\nich habe bei Ihnen ein Fahrrad bestellt und es ist noch nicht angekommen. Wann kann ich damit rechnen?\nMit freundlichen Grüßen',
  fr: 'Bonjour,\nj’ai commandé un vélo et je ne l’ai pas encore reçu. Pouvez-vous me dire quand il sera livré ? Merci pour votre réponse.',
  es: 'Hola, buenos días:\nHe comprado una bicicleta en su tienda y no me ha llegado. ¿Cuándo la puedo esperar? Muchas gracias y saludos.',
  it: 'Buongiorno,\nho ordinato una bicicletta e non è ancora arrivata. Vorrei sapere quando sarà consegnata. Grazie e cordiali saluti',
  nl: 'Hallo,\nik heb bij u een fiets besteld maar die is nog niet aangekomen. Kunt u mij zeggen wanneer ik hem kan verwachten? Bedankt',
  cs: 'Dobrý den,\nobjednal jsem si u vás kolo a ještě nepřišlo. Můžete mi prosím říct, kdy bude doručeno? Děkuji, s pozdravem',
  sk: 'Dobrý deň,\nobjednal som si u vás bicykel a ešte neprišiel. Môžete mi prosím povedať, kedy bude doručený? Ďakujem, s pozdravom',
  uk: 'Добрий день,\nя замовив у вас велосипед, але він ще не прийшов. Чи можете сказати, коли його чекати? Дякую',
  ru: 'Добрый день,\nя заказал у вас велосипед, но он ещё не пришёл. Скажите, пожалуйста, когда его можно ждать? Спасибо',
  lt: 'Laba diena,\nužsisakiau pas jus dviratį, bet jis dar neatvyko. Ar galite pasakyti, kada jis bus pristatytas? Ačiū, pagarbiai',
};

test('a letter is told to be in its language, also without its diacritics where there is enough of it', (t) => {
  for (const language of TOLD_LANGUAGES) t.is(languageOf(LETTERS[language] ?? ''), language, language);
  t.is(languageOf('Dzien dobry, czy jest juz moja przesylka? Prosze o odpowiedz, pozdrawiam'), 'pl');
});

test('nobody says what a number, a name or two letters are written in, and a quoted letter is not his who quotes it', (t) => {
  for (const text of ['', '12345 / 2026', 'ok', 'Jan Kowalski', 'https://firma.pl/a', '!!!', 'FV 12/2026 Rower XL'])
    t.is(languageOf(text), null, text);
  t.is(languageOf(`Thank you, that is what I wanted.\n${(LETTERS['pl'] ?? '').replace(/^/gm, '> ')}`), 'en');
});

test('a very long text costs no more than its beginning', (t) => {
  const from = cpuMs();
  for (let i = 0; i < 20; i += 1) languageOf(`${LETTERS['pl']} `.repeat(20_000).slice(0, 1_000_000));
  t.true(cpuMs() - from < 2_000);
});
