import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import { BIURO } from '../support/office.ts';

/** A mail that a customer of a joiner's workshop might send. */
export interface Letter {
  readonly from: string;
  readonly name: string;
  readonly subject: string;
  readonly text?: string;
  readonly html?: string;
  readonly files?: readonly { readonly filename: string; readonly contentType: string; readonly content: Buffer | string }[];
  /** How long ago it came. */
  readonly hoursAgo: number;
}

const NEWSLETTER = `<table width="640" align="center" bgcolor="#f3efe7" cellpadding="24"><tr><td><h1 style="color:#7a3b12;font-family:Georgia">Nowości na zimę</h1>
<img src="https://hurtownia.test/zima.jpg" width="590" height="200" alt="Drewno dębowe"><p style="font:16px/1.5 Arial">Dąb olejowany, jesion i orzech <b>do 20% taniej</b>.
Oferta ważna do 15 grudnia.</p><p><a href="https://hurtownia.test/oferta" style="background:#7a3b12;color:#fff;padding:12px 24px;text-decoration:none">Zobacz ofertę</a></p>
<p style="color:#777;font:12px Arial">Otrzymują Państwo tę wiadomość, ponieważ wyrazili Państwo zgodę. <a href="https://hurtownia.test/wypisz">Wypisz się</a></p></td></tr></table>`;

const QUOTED = `Dzień dobry,

na fakturze za listopad brakuje numeru zamówienia. Czy mogę prosić o korektę? Bez niego księgowość nie przyjmie dokumentu.

Pozdrawiam
Anna Kowalska

-- 
Kowalska Nieruchomości sp. z o.o.
ul. Długa 7, 00-238 Warszawa

W dniu 24.11.2026 o 10:12 Biuro pisze:
> Dzień dobry,
> przesyłamy fakturę za listopad. Termin płatności to 14 dni.
> Z poważaniem
> Biuro obsługi klienta
`;

const INVITATION = `BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//klient//PL
METHOD:REQUEST
BEGIN:VEVENT
UID:montaz-1@klient.test
DTSTAMP:20261124T080000Z
DTSTART:20261203T080000Z
DTEND:20261203T100000Z
SUMMARY:Pomiar kuchni
LOCATION:ul. Lipowa 3, Kraków
ORGANIZER;CN=Marek Wiśniewski:mailto:marek@klient.test
ATTENDEE:mailto:${BIURO}
END:VEVENT
END:VCALENDAR
`.replace(/\n/g, '\r\n');

const photo = readFileSync(resolve(import.meta.dirname, '../../docs/pictures/list.png'));
const files = [
  { filename: 'paczka-przód.png', contentType: 'image/png', content: photo },
  { filename: 'paczka-środek.png', contentType: 'image/png', content: photo },
  { filename: 'protokół szkody.pdf', contentType: 'application/pdf', content: `%PDF-1.4\n${'0'.repeat(180_000)}` },
  { filename: 'pomiar.ics', contentType: 'text/calendar; method=REQUEST', content: INVITATION },
];
const letter = (from: string, name: string, subject: string, hoursAgo: number, text: string): Letter => ({
  ...{ from: `${from}@klient.test`, name, subject, hoursAgo, text },
});

/** Oldest first. The subjects are what `screens.ts` finds conversations by. */
export const LETTERS: readonly Letter[] = [
  letter('targi', 'Targi Mebli', 'Zaproszenie na targi', 172, 'Zapraszamy na targi w lutym.'),
  letter('zofia', 'Zofia Wójcik', 'Podziękowanie', 170, 'Szafa stoi i pasuje idealnie. Dziękuję całej ekipie!'),
  letter(
    'biuro',
    'Hotel „Pod Lipą”',
    'Zapytanie o wyposażenie 24 pokoi',
    150,
    'Prosimy o wycenę łóżek, biurek i szaf według załączonego opisu.',
  ),
  letter('tomasz', 'Tomasz Lewandowski', 'Rabat dla stałych klientów', 120, 'Czy przy trzecim zamówieniu obowiązuje rabat?'),
  letter('ola', 'Aleksandra Mazur-Kwiatkowska', 'Zwrot towaru', 96, 'Stolik jest w innym odcieniu niż na zdjęciu. Jak go zwrócić?'),
  letter('przeglad', 'Grzegorz Dąbrowski', 'Przypomnienie o przeglądzie', 75, 'Kiedy wypada przegląd okien? Minęły już dwa lata.'),
  letter('pozno', 'Katarzyna Kamińska', 'Zmiana adresu dostawy', 52, 'Proszę dostarczyć meble na ul. Krótką 12, nie na Lipową.'),
  letter('montaz', 'Marek Wiśniewski', 'Termin montażu', 50, 'Czy montaż 3 grudnia o 9:00 jest aktualny?'),
  letter('nieznany', 'Paweł Zając', 'Reklamacja nr 118/2026', 30, 'Drzwi przesuwne wypadają z prowadnicy. Proszę o pilny kontakt.'),
  { from: 'oferta@hurtownia.test', name: 'Hurtownia Drewna', subject: 'Nowości na zimę', html: NEWSLETTER, hoursAgo: 26 },
  letter(
    'gadzety',
    'Gadżety Reklamowe',
    'Kubki z Państwa logo',
    30,
    'Dzień dobry,\n\nczy potrzebują Państwo kubków z logo? Przesyłamy katalog.',
  ),
  { from: 'wygrana@loteria.test', name: 'Loteria', subject: 'Wygrałeś nagrodę!', text: 'Kliknij, aby odebrać 10 000 zł.', hoursAgo: 20 },
  letter('ewa', 'Ewa Szymańska', 'Czy robicie schody?', 9, 'Dzień dobry, szukam wykonawcy schodów dębowych, około 16 stopni.'),
  {
    ...letter('jan', 'Jan Żółkiewski', 'Zdjęcia uszkodzonej paczki', 5, 'W załączeniu zdjęcia, protokół i zaproszenie na oględziny.'),
    files,
  },
  letter('anna', 'Anna Kowalska', 'Faktura za listopad', 2, QUOTED),
  letter(
    'bardzo.dluga.nazwa.uzytkownika',
    'Stowarzyszenie Miłośników Dawnego Rzemiosła Artystycznego i Konserwacji Zabytkowych Mebli w Małopolsce',
    'Zaproszenie na XXVII Ogólnopolski Zjazd Stolarzy i Konserwatorów połączony z wystawą prac uczniów szkół rzemieślniczych',
    1,
    'Serdecznie zapraszamy!',
  ),
];

/** The letter as it goes over the wire. */
export function wireForm({ from, name, subject, text, html, files: attachments }: Letter): Promise<Buffer> {
  const mail = { from: { name, address: from }, to: BIURO, subject, ...(html === undefined ? { text } : { html }) };
  return new MailComposer({ ...mail, attachments: attachments?.map((file) => ({ ...file })) ?? [] }).compile().build();
}
