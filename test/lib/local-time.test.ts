import test from 'ava';
import { localTime, mornings, readLocalTime } from '../../core/lib/local-time.ts';

const ZONE = 'Europe/Warsaw';

test('a typed time is read in the company’s time zone, in summer, in winter and across both clock changes', (t) => {
  for (const [text, instant] of [
    ['2026-11-27T08:00', '2026-11-27T07:00:00.000Z'],
    ['2026-07-01T08:00', '2026-07-01T06:00:00.000Z'],
    // 29 March 2026 has no 02:30, 25 October has two: the later wall time, the first of the two.
    ['2026-03-29T02:30', '2026-03-29T01:30:00.000Z'],
    ['2026-10-25T02:30', '2026-10-25T00:30:00.000Z'],
  ] as const)
    t.is(readLocalTime(text, ZONE)?.toISOString(), instant, text);
  for (const text of ['', 'jutro', '2026-02-30T08:00', '2026-11-27', '2026-11-27T25:00', '2026-11-27T08:00Z'])
    t.is(readLocalTime(text, ZONE), null, text);
  t.is(localTime(new Date('2026-11-27T07:00:00.000Z'), ZONE), '2026-11-27T08:00');
});

test('tomorrow and Monday morning are eight o’clock by the company’s clock, also over a clock change', (t) => {
  const at = (now: string) => mornings(new Date(now), ZONE).map(({ name, at: moment }) => [name, moment.toISOString()]);
  t.deepEqual(at('2026-11-26T12:00:00Z'), [
    ['tomorrow', '2026-11-27T07:00:00.000Z'],
    ['monday', '2026-11-30T07:00:00.000Z'],
  ]);
  t.deepEqual(at('2026-03-27T23:30:00Z'), [
    ['tomorrow', '2026-03-29T06:00:00.000Z'],
    ['monday', '2026-03-30T06:00:00.000Z'],
  ]);
  t.deepEqual(at('2026-11-29T12:00:00Z'), [['tomorrow', '2026-11-30T07:00:00.000Z']], 'on Sunday both are the same');
  t.deepEqual(at('2026-11-30T12:00:00Z')[1], ['monday', '2026-12-07T07:00:00.000Z']);
});
