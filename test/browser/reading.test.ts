import test from 'ava';
import { seriousFindings } from '../support/axe.ts';
import { openBrowser, openWindow, shot } from '../support/browser.ts';
import { BIURO, loggedIn, logIn, officeFor } from '../support/office.ts';
import { deliver } from '../support/smtp-client.ts';

const QUOTE =
  '<div class="gmail_quote"><div class="gmail_attr">pon., 23 lis 2026 o 14:02 Biuro &lt;biuro@firma.test&gt; napisał(a):</div><blockquote class="gmail_quote">Kiedy odebrać pralkę?</blockquote></div>';

const CALENDAR = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'METHOD:REQUEST',
  'BEGIN:VEVENT',
  'UID:1',
  'SUMMARY:Odbiór pralki <script>alert(1)</script>',
  'DTSTART;TZID=Europe/Warsaw:20261130T100000',
  'DTEND;TZID=Europe/Warsaw:20261130T113000',
  'LOCATION:ul. Żółta 7\\, Łódź',
  'ORGANIZER;CN=Anna Żak:mailto:anna@klient.test',
  'ATTENDEE:mailto:biuro@firma.test',
  'ATTENDEE:mailto:serwis@firma.test',
  'RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;COUNT=5',
  'END:VEVENT',
  'END:VCALENDAR',
].join('\r\n');

const INNER = [
  'From: Jan Nowak <jan@inny.test>',
  'To: anna@klient.test',
  'Subject: =?utf-8?Q?Przegl=C4=85d_pralki?=',
  'Date: Sun, 22 Nov 2026 09:15:00 +0100',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=in',
  '',
  '--in',
  'Content-Type: text/html; charset=utf-8',
  '',
  '<p id="within">Pralka <b>cieknie</b>.<script>alert(2)</script><img src="http://127.0.0.1:1/x.png" alt=""></p>',
  '--in',
  'Content-Type: application/pdf',
  'Content-Disposition: attachment; filename=rachunek.pdf',
  '',
  '%PDF-1.4',
  '--in--',
];

const MAIL = [
  'From: Anna Kowalska <anna@klient.test>',
  `To: ${BIURO}`,
  'Subject: Odpowiedz',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=out',
  '',
  '--out',
  'Content-Type: multipart/alternative; boundary=alt',
  '',
  '--alt',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'Poniedziałek o 10.',
  '',
  '> Kiedy odebrać pralkę?',
  '> Dziś?',
  '--alt',
  'Content-Type: text/html; charset=utf-8',
  '',
  `<div>Poniedziałek o 10.</div>${QUOTE}`,
  '--alt',
  'Content-Type: text/calendar; method=REQUEST; charset=utf-8',
  '',
  CALENDAR,
  '--alt--',
  '--out',
  'Content-Type: message/rfc822',
  '',
  ...INNER,
  '--out--',
].join('\r\n');

const WORDS = {
  pl: {
    when: /poniedziałek, 30 listopada 2026/,
    repeats: /co 2 tygodnie \(pon\., śr\.\), 5 razy/,
    people: '2 osoby',
    quote: 'Pokaż cytat',
    invitation: 'zaproszenie',
  },
  en: {
    when: /Monday,? 30 November 2026/,
    repeats: /every 2 weeks \(Mon, Wed\), 5 times/,
    people: '2 people',
    quote: 'Show the quoted text',
    invitation: 'invitation',
  },
};

for (const language of ['pl', 'en'] as const)
  test(`an answer shows its news, and its quote, invitation and attached message open by keyboard, in ${language}`, async (t) => {
    const office = await officeFor(t);
    await deliver(t, office.smtpPort, { from: 'anna@klient.test', to: [BIURO], message: MAIL });
    const { page, complaints } = await openWindow(await openBrowser(t), { locale: language === 'pl' ? 'pl-PL' : 'en-GB' });
    await logIn(page, office.base);
    await office.scope.db('agents').update({ language });
    await page.goto(`${office.base}/conversations`);
    const words = WORDS[language];
    const row = page.locator('#rows .row1').first();
    await row.waitFor();
    t.regex((await row.textContent()) ?? '', /Poniedziałek o 10\./);
    t.notRegex((await row.textContent()) ?? '', /Kiedy odebrać/);
    await row.click();

    const body = page.frameLocator('.msg > div > .mailframe');
    await body.getByText('Poniedziałek o 10.').waitFor();
    t.false(await body.getByText('Kiedy odebrać pralkę?').isVisible());
    await body.locator('summary').press('Enter');
    await body.getByText('Kiedy odebrać pralkę?').waitFor();
    t.is(await body.locator('summary').getAttribute('title'), words.quote);

    const invitation = page.locator('.invitation');
    const text = ((await invitation.textContent()) ?? '').replace(/\s+/g, ' ');
    for (const pattern of [words.when, words.repeats]) t.regex(text, pattern);
    for (const part of ['<script>alert(1)</script>', 'ul. Żółta 7, Łódź', 'Anna Żak', words.people, words.invitation])
      t.true(text.includes(part), part);

    const enclosed = page.locator('.enclosed');
    await enclosed.locator('> summary').press('Enter');
    await page.frameLocator('.enclosed .mailframe').getByText('cieknie').waitFor();
    await page.locator('.enclosed .mailframe[style*=height]').waitFor();
    t.true(await enclosed.locator('.pictures').isVisible());
    t.deepEqual(await enclosed.locator('.file span').allTextContents(), ['rachunek.pdf8 B'.replace('8 B', `8\u00a0B`)]);
    t.deepEqual(await seriousFindings(page, 'a mail with cards'), []);
    await shot(page, `reading-${language}`);
    t.deepEqual(
      complaints.filter((complaint) => !/x\.png/.test(complaint)),
      [],
    );
  });

test('the language is changed over the conversation that is open, also where it was opened from the list', async (t) => {
  const office = await officeFor(t);
  await office.mail({ from: 'jan@klient.test', subject: 'Kiedy przyjdzie paczka?' });
  const { page } = await loggedIn(t, office);
  await page.locator('#rows .row1').first().click();
  await page.waitForURL('**/conversations/1');
  await page
    .locator('.topbar details', { has: page.locator('form[action="/language"]') })
    .locator('summary')
    .first()
    .click();
  await page.locator('form[action="/language"] [value=en]').click();
  await page.locator('html[lang=en]').waitFor();
  t.is(new URL(page.url()).pathname, '/conversations/1');
});
