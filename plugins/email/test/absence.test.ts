import test from 'ava';
import { originOf } from '../inbound/classify.ts';
import { parseMime } from '../inbound/mime.ts';

const machineOf = (subject: string, answers = true) => {
  const encoded = `=?utf-8?B?${Buffer.from(subject).toString('base64')}?=`;
  const head = `From: Jan <jan@klient.test>\r\nSubject: ${encoded}\r\n${answers ? 'In-Reply-To: <a@firma.test>\r\n' : ''}\r\nx\r\n`;
  return originOf(parseMime(Buffer.from(head)), 'jan@klient.test').machine;
};

test('what programs of Notes, Exchange and others call their answer for somebody who is away is known in three languages', (t) => {
  for (const subject of [
    'AUTO: Jan Nowak ist außer Haus (Rückkehr am 12.12.2026)',
    'Jan Nowak ist außer Haus.',
    'Jan Nowak is out of the office.',
    'Jan Nowak is out of the office (returning 12/12/2026)',
    'Jan Nowak jest poza biurem (powrót 12.12.2026)',
    'Jan Nowak przebywa poza biurem',
    'Anna Nowak jest nieobecna.',
    'Abwesend: Re: Rechnung',
    'Ich bin nicht im Büro',
    'Nie ma mnie w biurze',
    'Automatische Rückantwort: Rechnung',
    'Automatische Rückmeldung',
    'Out-of-office reply: Invoice',
    'Vacation reply',
  ])
    t.is(machineOf(subject), 'auto-reply', subject);
});

test('what people write of who is away is theirs', (t) => {
  for (const subject of [
    'Jan Nowak is out of the office, who signs?',
    'Re: Jan Nowak is out of the office.',
    'Kto podpisze, gdy Jan Nowak jest nieobecny?',
    'Nie ma mnie na liście',
    'Vacation homes',
    'Abwesende Teilnehmer',
    'Nicht im Büroschrank',
  ])
    t.is(machineOf(subject), null, subject);
  for (const subject of ['Nie ma mnie w biurze', 'Jan Nowak is out of the office.', 'Abwesend: Rechnung'])
    t.is(machineOf(subject, false), null, `${subject}, of its own`);
});
