import test from 'ava';
import { cpuMs } from '../../../test/support/cpu-time.ts';
import { readInvitation } from '../inbound/invitation.ts';
import { messageIn, multipart } from './mails.ts';

const calendar = (event: string, head = 'METHOD:REQUEST'): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    head,
    'BEGIN:VEVENT',
    'UID:1',
    'DTSTAMP:20261101T000000Z',
    ...event.split('\n'),
    'END:VEVENT',
    'END:VCALENDAR',
  ].join('\r\n');
const read = (event: string, head?: string) => readInvitation(Buffer.from(calendar(event, head)));

test('an invitation says what, when, where, who invites, how many, and how often', (t) => {
  t.deepEqual(
    read(`SUMMARY:Przegląd\\, jesień
DTSTART;TZID=Europe/Warsaw:20261130T100000
DTEND;TZID=Europe/Warsaw:20261130T113000
LOCATION:Sala żółta
ORGANIZER;CN=Anna Żak:mailto:anna@klient.test
ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:a@firma.test
ATTENDEE:mailto:b@firma.test
RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=WE,MO;UNTIL=20270101T000000Z`),
    {
      kind: 'invitation',
      method: 'request',
      answer: null,
      title: 'Przegląd, jesień',
      location: 'Sala żółta',
      organiser: { address: 'anna@klient.test', name: 'Anna Żak' },
      attendees: 2,
      start: { kind: 'instant', at: '2026-11-30T09:00:00.000Z' },
      end: { kind: 'instant', at: '2026-11-30T10:30:00.000Z' },
      repeats: { frequency: 'weekly', interval: 2, weekdays: [1, 3], count: null, until: '2027-01-01' },
    },
  );
});

test('times are read in the zones that programs name, whole days stay days, unknown zones stay as written', (t) => {
  const start = (line: string): unknown => read(line)?.start;
  t.deepEqual(start('DTSTART:20260701T100000Z'), { kind: 'instant', at: '2026-07-01T10:00:00.000Z' });
  t.deepEqual(start('DTSTART;TZID="Central European Standard Time":20260701T100000'), { kind: 'instant', at: '2026-07-01T08:00:00.000Z' });
  t.deepEqual(start('DTSTART;TZID=/mozilla.org/20050126_1/Europe/Berlin:20260701T100000'), {
    kind: 'instant',
    at: '2026-07-01T08:00:00.000Z',
  });
  t.deepEqual(start('DTSTART;VALUE=DATE:20261224'), { kind: 'day', at: '2026-12-24' });
  t.deepEqual(start('DTSTART:20260701T100000'), { kind: 'local', at: '2026-07-01T10:00:00', zone: null });
  t.deepEqual(start('DTSTART;TZID=Nasza strefa:20260701T100000'), { kind: 'local', at: '2026-07-01T10:00:00', zone: 'Nasza strefa' });
  t.is(start('DTSTART:nonsense'), null);
  t.is(start('DTSTART:20261399T100000Z'), null);
});

test('a meeting on the second Tuesday or the last Friday of a month is not one on every Tuesday or Friday', (t) => {
  const repeats = (rule: string): unknown => read(`DTSTART:20261208T100000Z\nRRULE:FREQ=${rule}`)?.repeats;
  t.like(repeats('MONTHLY;BYDAY=2TU'), { frequency: 'monthly', weekdays: [2], nth: 2 });
  t.like(repeats('MONTHLY;BYDAY=-1FR'), { weekdays: [5], nth: -1 });
  t.like(repeats('YEARLY;BYMONTH=12;BYDAY=2TU'), { frequency: 'yearly', weekdays: [2], nth: 2 });
  // As Outlook writes it.
  t.like(repeats('MONTHLY;BYDAY=TU;BYSETPOS=2'), { weekdays: [2], nth: 2 });
  for (const manifold of ['MONTHLY;BYDAY=1MO,3MO', 'MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', 'MONTHLY;BYDAY=-2FR', 'YEARLY;BYDAY=20MO'])
    t.like(repeats(manifold), { weekdays: [], nth: undefined }, manifold);
  t.like(repeats('WEEKLY;BYDAY=TU,TH'), { weekdays: [2, 4], nth: undefined });
});

test('an event that says how long it lasts ends then', (t) => {
  const end = (lines: string): unknown => read(lines)?.end;
  t.deepEqual(end('DTSTART;TZID=Europe/Warsaw:20261130T100000\nDURATION:PT1H30M'), { kind: 'instant', at: '2026-11-30T10:30:00.000Z' });
  t.deepEqual(end('DTSTART;VALUE=DATE:20261224\nDURATION:P3D'), { kind: 'day', at: '2026-12-27' });
  t.deepEqual(end('DTSTART:20261130T233000\nDURATION:PT1H'), { kind: 'local', at: '2026-12-01T00:30:00', zone: null });
  for (const none of ['DURATION:PT1H', 'DTSTART:20261130T100000Z\nDURATION:nonsense', 'DTSTART:20261130T100000Z\nDURATION:P999999999W'])
    t.is(end(none), null, none);
});

test('a file with several events says how many more there are; other days of the same one are no more', (t) => {
  const file = (uids: readonly string[]): Buffer =>
    Buffer.from(`BEGIN:VCALENDAR\n${uids.map((uid) => `BEGIN:VEVENT\nUID:${uid}\nSUMMARY:${uid}\nEND:VEVENT\n`).join('')}END:VCALENDAR`);
  t.like(readInvitation(file(['tam', 'z powrotem', 'hotel'])), { title: 'tam', more: 2 });
  t.is(readInvitation(file(['tam', 'tam']))?.more, undefined);
});

test('cancellations and answers are told apart from requests', (t) => {
  t.is(read('DTSTART:20260701T100000Z', 'METHOD:CANCEL')?.method, 'cancel');
  t.is(read('DTSTART:20260701T100000Z\nSTATUS:CANCELLED')?.method, 'cancel');
  t.like(read('ATTENDEE;PARTSTAT=DECLINED:mailto:a@firma.test', 'METHOD:REPLY'), { method: 'reply', answer: 'declined' });
  t.is(read('SUMMARY:x', 'X-WR-CALNAME:x')?.method, 'publish');
  // RFC 5546: somebody who was invited asks for another time, which stands in the file; the organiser says no to that.
  t.like(read('DTSTART:20260701T100000Z', 'METHOD:COUNTER'), {
    method: 'counter',
    start: { kind: 'instant', at: '2026-07-01T10:00:00.000Z' },
  });
  t.is(read('DTSTART:20260701T100000Z', 'METHOD:DECLINECOUNTER')?.method, 'declinecounter');
  t.is(read('DTSTART:20260701T100000Z', 'METHOD:ADD')?.method, 'request');
});

test('an invitation beside the text of a mail is read and stays a file to download', async (t) => {
  const ics = `Content-Type: text/calendar; method=REQUEST; charset=utf-8\n\n${calendar('SUMMARY:Spotkanie\nDTSTART:20260701T100000Z')}`;
  const { text, attachments } = await messageIn(
    `From: a@klient.test\n${multipart('alternative', 'Content-Type: text/plain\n\nZapraszam', ics)}`,
  );
  t.is(text, 'Zapraszam');
  t.like(attachments[0], { contentType: 'text/calendar', reading: { kind: 'invitation', title: 'Spotkanie' } });
});

test('hostile calendar files give plain short texts or nothing, in no time', (t) => {
  const started = cpuMs();
  const evil = read(
    `SUMMARY:<script>alert(1)</script>\\n‮x\nLOCATION:${'a'.repeat(5000)}\nATTACH:javascript:alert(1)\nDESCRIPTION;ALTREP="http://evil.test":x`,
  );
  t.is(evil?.title, '<script>alert(1)</script> x');
  t.is(evil?.location?.length, 500);
  for (const text of [
    'BEGIN:VCALENDAR',
    'BEGIN:VCALENDAR\nBEGIN:VEVENT\n'.repeat(2000),
    `BEGIN:VCALENDAR\n${'BEGIN:VTIMEZONE\nTZID:x\nBEGIN:STANDARD\nDTSTART:19000101T000000\nRRULE:FREQ=SECONDLY\nEND:STANDARD\nEND:VTIMEZONE\n'.repeat(500)}BEGIN:VEVENT\nDTSTART;TZID=x:20260701T100000\nEND:VEVENT\nEND:VCALENDAR`,
    calendar(`RRULE:${'FREQ=WEEKLY;BYDAY=MO;'.repeat(20_000)}`),
    calendar(Array.from({ length: 9000 }, (_, i) => `ATTENDEE:mailto:a${i}@x.test`).join('\n')),
    calendar(`SUMMARY${';A="b"'.repeat(50_000)}:x`),
    calendar(`SUMMARY:${'\\n'.repeat(200_000)}`),
    '\0'.repeat(500_000),
    `BEGIN:VCALENDAR\n${' x\n'.repeat(9000)}END:VCALENDAR`,
  ])
    readInvitation(Buffer.from(text));
  t.is(readInvitation(Buffer.alloc(600_000, 'BEGIN:VCALENDAR\n')), null);
  t.true(cpuMs() - started < 3000);
});
