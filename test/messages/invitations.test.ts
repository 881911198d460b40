import test from 'ava';
import { BIURO, officeFor } from '../support/office.ts';
import { administratorOf } from '../support/person.ts';
import { deliver } from '../support/smtp-client.ts';

const MAIL = [
  'From: anna@klient.test',
  `To: ${BIURO}`,
  'Subject: Narada',
  'MIME-Version: 1.0',
  'Content-Type: text/calendar; method=PUBLISH; charset=utf-8',
  '',
  'BEGIN:VCALENDAR',
  'METHOD:PUBLISH',
  ...['BEGIN:VEVENT', 'UID:1', 'SUMMARY:Narada', 'DTSTART;TZID=Europe/Warsaw:20261208T100000', 'DURATION:PT90M'],
  ...['RRULE:FREQ=MONTHLY;BYDAY=2TU', 'END:VEVENT'],
  ...['BEGIN:VEVENT', 'UID:2', 'SUMMARY:Kolacja', 'DTSTART:20261209T180000Z', 'END:VEVENT'],
  'END:VCALENDAR',
  '',
].join('\r\n');

const WORDS = {
  pl: ['wtorek, 8 grudnia 2026, 10:00', '11:30', 'co miesiąc (2. wt. miesiąca)', 'W pliku jest jeszcze 1 wydarzenie.'],
  en: ['8 December 2026, 10:00', '11:30', 'every month (2nd Tue)', 'The file holds 1 more event.'],
};

test('an event on the second Tuesday of a month, which says how long it lasts and is not alone in its file, is told so in both languages', async (t) => {
  const office = await officeFor(t);
  await deliver(t, office.smtpPort, { from: 'anna@klient.test', to: [BIURO], message: MAIL });
  await office.pump.idle();
  const { web } = await administratorOf(office);
  for (const language of ['pl', 'en'] as const) {
    await office.scope.db('agents').update({ language });
    const text = (await web.get('/conversations/1')).text.replace(/<[^>]+>/g, '').replace(/\s+/g, ' ');
    for (const words of WORDS[language]) t.true(text.includes(words), `${language}: ${words} in ${/.{0,40}Narada.{0,300}/.exec(text)}`);
  }
});

const COUNTERS = {
  COUNTER: { pl: 'propozycja innego terminu', en: 'another time proposed' },
  DECLINECOUNTER: { pl: 'proponowany termin odrzucony', en: 'proposed time declined' },
};

for (const [method, words] of Object.entries(COUNTERS))
  test(`a calendar file of the method ${method} is shown as what it is`, async (t) => {
    const office = await officeFor(t);
    await deliver(t, office.smtpPort, { from: 'anna@klient.test', to: [BIURO], message: MAIL.replaceAll('PUBLISH', method) });
    await office.pump.idle();
    const { web } = await administratorOf(office);
    for (const language of ['pl', 'en'] as const) {
      await office.scope.db('agents').update({ language });
      t.true((await web.get('/conversations/1')).text.includes(`>${words[language]}<`));
    }
  });
