import test from 'ava';
import { avatarColour, formatAgo, formatBytes, initials } from '../../core/http/format.ts';

const now = new Date('2026-11-24T12:00:00Z');
const ago = (at: string, language: 'pl' | 'en' = 'pl'): string => formatAgo(at, now, language, 'Europe/Warsaw');

test('the distance in time is told in the largest unit that fits, and as a date after a week', (t) => {
  t.is(ago('2026-11-24T11:59:30Z'), 'teraz');
  t.is(ago('2026-11-24T11:12:00Z'), '48 min temu');
  t.is(ago('2026-11-24T14:30:00Z', 'en'), 'in 2 hr.');
  t.is(ago('2026-11-23T11:00:00Z'), 'wczoraj');
  t.is(ago('2026-11-02T11:00:00Z'), '2 lis');
  t.is(ago('2025-11-02T11:00:00Z', 'en'), '2 Nov 2025');
});

test('sizes are short and use the decimal sign of the language', (t) => {
  t.is(formatBytes(0, 'pl'), '0\u00a0B');
  t.is(formatBytes(1536, 'pl'), '1,5\u00a0KB');
  t.is(formatBytes(20 * 1024 * 1024, 'en'), '20\u00a0MB');
});

test('initials come from a name in any script, or from the beginning of an address', (t) => {
  t.deepEqual(['Żaneta Ćwik', 'Jan Maria Rokita', 'biuro@firma.pl', '王小明', '', '👍', null, '<script>'].map(initials), [
    'ŻĆ',
    'JR',
    'B',
    '王',
    '?',
    '?',
    '?',
    'S',
  ]);
});

test('an avatar keeps its tint', (t) => {
  t.is(avatarColour(42), avatarColour('42'));
  t.regex(avatarColour(undefined), /^tint-[0-7]$/);
});
