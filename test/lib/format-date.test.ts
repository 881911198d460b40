import test from 'ava';
import { formatDate } from '../../core/lib/format-date.ts';

test('a date is written in the language and time zone of the reader', (t) => {
  t.is(formatDate('2026-11-24T23:30:00.000Z', 'datetime', 'pl', 'Europe/Warsaw'), '25 lis 2026, 00:30');
  t.is(formatDate('2026-11-24T23:30:00.000Z', 'datetime', 'en', 'UTC'), '24 Nov 2026, 23:30');
  t.is(formatDate('2026-11-24T23:30:00.000Z', 'clock', 'pl', 'Europe/Warsaw'), '00:30 CET');
  t.is(formatDate('2026-11-24T23:30:00.000Z', 'long', 'pl', 'Europe/Warsaw'), '25 listopada 2026');
  t.is(formatDate('2026-11-24T23:30:00.000Z', 'long', 'en', 'UTC'), '24 November 2026');
  t.is(formatDate('nonsense', 'date', 'pl', 'UTC'), '');
  t.is(formatDate(null, 'date', 'pl', 'UTC'), '');
});
