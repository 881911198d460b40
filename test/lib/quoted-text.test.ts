import { existsSync, readFileSync } from 'node:fs';
import test from 'ava';
import { quotedStretches, withoutStretches } from '../../core/lib/quoted-text.ts';
import { corpusFiles } from '../support/corpora.ts';
import { cpuMs } from '../support/cpu-time.ts';

/** What is seen at once, and what is folded. */
function foldQuote(written: string): { text: string; quoted: string } {
  const text = written.replaceAll('\r\n', '\n');
  const stretches = quotedStretches(text);
  return { text: withoutStretches(text, stretches), quoted: stretches.map(([start, end]) => text.slice(start, end).trim()).join('|') };
}

const FOLDED: readonly (readonly [string, string, string])[] = [
  ['Tak.\n\nW dniu 23 lis 2026 o 14:02 Anna Nowak napisał(a):\n> Pytanie', 'Tak.', 'W dniu'],
  ['Tak.\n\nDnia 23 listopada 2026 14:02 Jan <jan@wp.pl> napisał:\n\n> Pytanie', 'Tak.', 'Dnia'],
  ['Yes.\n\nOn Mon, 23 Nov 2026 at 14:02, Anna <a@b.pl> wrote:\n> Question', 'Yes.', 'On Mon'],
  ['Yes.\n\nOn Mon, 23 Nov 2026 at 14:02, Anna Nowak\n<a@b.pl> wrote:\n> Question', 'Yes.', 'On Mon'],
  ['Ja.\r\n\r\nAm 23.11.2026 um 14:02 schrieb Anna:\r\n> Frage', 'Ja.', 'Am 23'],
  ['Yes.\n-----Original Message-----\nFrom: Anna\nQuestion', 'Yes.', '-----Original'],
  ['Tak.\n________________________________\nOd: Anna\nPytanie', 'Tak.', '____'],
  ['Tak.\n\nFrom: Anna <a@b.pl>\nSent: Monday\nTo: Jan\n\nPytanie', 'Tak.', 'From:'],
  ['Tak.\n\nDnia 23 listopada 2026 14:02 Anna <a@wp.pl> napisał(a):\n\n> Pytanie', 'Tak.', 'Dnia 23'],
  ['Tak.\n\npon., 23 lis 2026 o 14:02 Anna Nowak <a@b.pl> napisał(a):\n\n> Pytanie', 'Tak.', 'pon., 23'],
  ['Tak.\n\nW dniu 23.11.2026 o 14:02, Anna Nowak pisze:\n> Pytanie', 'Tak.', 'W dniu 23'],
  ['Tak.\n\n-----Wiadomość oryginalna-----\nOd: Anna\nPytanie', 'Tak.', '-----Wiadomość'],
  ['Tak.\n\nOd: Anna Nowak <a@b.pl>\nWysłano: poniedziałek\nDo: Jan\nTemat: x\n\nPytanie', 'Tak.', 'Od: Anna'],
  ['Tak.\n\n*From:* Anna\n*Sent:* 2026-01-27\n*To:* Jan\n\nQuestion', 'Tak.', '*From:*'],
  ['Oui.\n\nLe lun. 23 nov. 2026 à 14:02, Anna <a@b.fr> a écrit :\n\n> Question', 'Oui.', 'Le lun.'],
  ['Ja.\n\nAnna <a@b.de> schrieb am Di., 16. Aug. 2016\num 12:52 Uhr:\n\n> Frage', 'Ja.', 'Anna <a'],
  ['Так.\n\nпн, 23 нояб. 2026 г. в 14:02, Anna <a@b.ua> пишет:\n\n> Питання', 'Так.', 'пн, 23'],
  ['Do usłyszenia.\n\nWysłane z iPhone’a\n\nW dniu 23 lis 2026, o 14:02, Anna napisała:\n\n> Pytanie', 'Do usłyszenia.', 'Wysłane z'],
  ['Tak.\n\nDnia 24 listopada 2026 10:15 Biuro napisał(a):\nPytanie bez znaków', 'Tak.', 'Dnia 24'],
  [
    'Tak.\n\nOd: "Biuro" <b@b.pl>\nDo: "Jan" <jan@interia.pl>;\nWysłane: 10:15 Wtorek 2026-11-24\nTemat: Re: x\n\nPytanie',
    'Tak.',
    'Od: "B',
  ],
  ['Tak.\n\nGet the new AOL app: mail.mobile.aol.com', 'Tak.', 'Get the'],
  ['Tak.\n\n-- \nJan Kowalski\ntel. 123', 'Tak.', '--'],
  ['W dniu 23.11.2026 o 14:02, Anna pisze:\n> Pytanie\n\nOdpowiadam pod spodem.\n', 'Odpowiadam pod spodem.', 'W dniu'],
  ['Tak.\n> pierwsze\n> drugie\n', 'Tak.', '> pierwsze'],
  ['Tak.\n\nWiadomość napisana przez Anna <a@b.pl> w dniu 23 lis 2026, o godz. 14:02:\n\n> Pytanie', 'Tak.', 'Wiadomość'],
  ['Tak.\n\nWiadomość napisana przez Biuro w\ndniu 23.11.2026, o godz. 14:02:\n\nPytanie', 'Tak.', 'Wiadomość'],
  ['Tak.\n\nDnia 23 listopada 2026 14:02:11 CET, Anna <a@b.pl> napisał/a:\n>Pytanie', 'Tak.', 'Dnia 23'],
  ['Tak.\n\nCytowanie Anna Nowak <a@b.pl>:\n\n> Pytanie', 'Tak.', 'Cytowanie'],
  ['Yes.\n\nQuoting Anna Nowak <a@b.pl>:\n\n> Question', 'Yes.', 'Quoting'],
];

test('what is quoted below an answer is folded away, in the words of common mail programs', (t) => {
  for (const [text, above, begin] of FOLDED) {
    const folded = foldQuote(text);
    t.is(folded.text, above, text);
    t.true(folded.quoted.startsWith(begin), folded.quoted);
  }
});

test('an answer written between the quoted lines, or a mail that is only a quote, is shown whole', (t) => {
  for (const text of [
    'On Mon, Anna wrote:\n> Pierwsze?\nTak.\n> Drugie?\nNie.',
    '> tylko cytat\n> i nic więcej',
    'Zwykły tekst.\nDrugi wiersz.',
    '> raz\nOdpowiedź',
    '',
    'Od: zarządu\nPiszemy w sprawie umowy.',
    'Dnia 5 grudnia pani Anna napisała do nas skargę.\nProszę o wyjaśnienie.',
    '---------- Forwarded message ----------\nFrom: Anna\nDate: today\n\nPrzekazuję dalej.',
  ]) {
    t.is(foldQuote(text).quoted, '', text);
    t.is(foldQuote(text).text, text.trim());
  }
});

test('what a customer writes in words like those of a mail program is shown whole', (t) => {
  for (const text of [
    'Proszę o rezerwację:\n\nOd: 12.11.2026\nDo: 15.11.2026\nLiczba osób: 2\n\nProszę o cenę.',
    'Rezerwacja od poniedziałku do piątku:\nOd: poniedziałku\nDo: piątku\n\nProszę o cenę.',
    'Nowa wiadomość ze strony:\n\nOd: Anna Nowak <anna@wp.test>\nTemat: Wycena\n\nTreść:\nProszę o wycenę.',
    'Dzień dobry,\nproszę o wycenę transportu:\n\nOd: Warszawa\nDo: Kraków\nData: 12.12.2026\nTowar: meble\n\nPozdrawiam\nJan',
    'Wiadomość napisana przez Państwa konsultanta:\npaczka będzie jutro. Nie dotarła.',
    'Cytowanie regulaminu:\nzwrot w ciągu 14 dni.\n\nProszę o zwrot.',
    'W dniu 12.11.2026 Państwa konsultant napisał:\npaczka będzie jutro. Nie dotarła.\nProszę o zwrot pieniędzy.',
    'Zgłoszenie usterki\n____________________\nModel: X200\nOpis: nie działa',
    'Dzień dobry,\nwysłany telefon nie działa.',
    'Dzień dobry,\n\nWysłano mi zły telefon, proszę o wymianę.',
    'Hello,\nSent you the phone yesterday, where is my refund?',
    'Hello,\nDownload the invoice again, please.',
    'Witam,\n\n-----Wiadomość oryginalna-----\n> Ile sztuk?\n> I na kiedy?\n\nSto, na jutro.',
  ]) {
    t.is(foldQuote(text).quoted, '', text);
    t.is(foldQuote(text).text, text);
  }
});

test('a mail that answers nothing holds no quote that only its first lines tell', (t) => {
  const form =
    'Zgłoszenie ze strony\n\nOd: Jan <jan@klient.test>\nDo: biuro@firma.test\nData: 30.11.2026 12:15\nTemat: Oferta\n\nProszę o ofertę.';
  t.deepEqual(quotedStretches(form, false), []);
  t.not(quotedStretches(form).length, 0);
  const ruled = `Nowa wiadomość\n${'_'.repeat(30)}\nOd: Jan Kowalski\nWiadomość: Proszę o ofertę.`;
  t.deepEqual(quotedStretches(ruled, false), []);
  for (const sure of ['Tak.\n\n-----Original Message-----\nFrom: Anna\nQuestion', 'Tak.\n> pierwsze\n> drugie', 'Tak.\n-- \nJan'])
    t.is(quotedStretches(sure, false).length, 1, sure);
});

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');

/**
 * Acceptable = no word that the collection calls visible is folded away, and of the words it cuts off at least four in five are, unless
 * nothing else is left to read: then the quote is shown.
 */
function verdict(text: string, visible: string, elided: string): 'exact' | 'acceptable' | 'hides' | 'leaves' {
  const [shown, wanted] = [words(foldQuote(text).text), words(visible)];
  if (shown.join(' ') === wanted.join(' ')) return 'exact';
  const left = Map.groupBy(shown, (word) => word);
  for (const word of wanted) if (left.get(word)?.pop() === undefined) return 'hides';
  const extra = [...left.values()].flat().length;
  return wanted.length === 0 || extra <= words(elided).length / 5 ? 'acceptable' : 'leaves';
}

test('nine of ten answers of the reply collection are split as it says, and none of its visible words is folded', async (t) => {
  const counts = { exact: 0, acceptable: 0, hides: 0, leaves: 0 };
  for (const file of await corpusFiles('reply-trimmer', 'emails/*')) {
    const of = (folder: string): string => {
      const path = file.replace('/emails/', `/${folder}/`);
      return existsSync(path) ? readFileSync(path, 'utf8').replace(/\r\n?/g, '\n') : '';
    };
    counts[verdict(of('emails'), of('trimmed'), of('elided'))] += 1;
  }
  t.log(counts);
  t.is(counts.hides, 0);
  t.true(counts.exact + counts.acceptable >= 9 * counts.leaves);
});

test('a text made to make folding slow is looked at in no time', (t) => {
  const started = cpuMs();
  for (const line of ['On Mon, 23 Nov 2026, Anna wrote:\n> x', 'On 1', '>', 'From: x', '<', '-----', '1:11 <', 'on 1 wrote '.repeat(90)])
    quotedStretches(`${line}\n`.repeat(Math.ceil(1_000_000 / (line.length + 1))));
  t.true(cpuMs() - started < 4000);
});

test('a text of thousands of lines that are both an introduction and a signature is looked at in no time', (t) => {
  const started = cpuMs();
  t.deepEqual(
    quotedStretches(`x\n${'Sent from my phone, sent from my phone, sent from my iphone, she said wrote:\n> x\n'.repeat(9_990)}y`),
    [],
  );
  t.true(cpuMs() - started < 2000);
});
