import test from 'ava';
import { isWorkingTime, nextOpening, workingSeconds } from '../../core/working-hours/calendar.ts';
import { USUAL_DAYS, type WorkingHours } from '../../core/working-hours/types.ts';

const USUAL: WorkingHours = { timeZone: 'Europe/Warsaw', days: USUAL_DAYS, holidays: ['2026-12-24', '12-25'] };
const allWeek = (from: number, until: number): WorkingHours => ({
  timeZone: 'Europe/Warsaw',
  days: Array.from({ length: 7 }, () => ({ from, until })),
  holidays: [],
});
const hoursBetween = (hours: WorkingHours, from: string, to: string): number => workingSeconds(hours, new Date(from), new Date(to)) / 3_600;

test('only working hours count: not nights, weekends or days off', (t) => {
  t.is(hoursBetween(USUAL, '2026-11-26T09:00:00Z', '2026-11-26T11:30:00Z'), 2.5);
  t.is(hoursBetween(USUAL, '2026-11-26T15:00:00Z', '2026-11-27T08:00:00Z'), 2, 'from four o’clock to nine the next morning');
  t.is(hoursBetween(USUAL, '2026-11-27T15:30:00Z', '2026-11-30T07:30:00Z'), 1, 'over a weekend');
  t.is(hoursBetween(USUAL, '2026-11-28T09:00:00Z', '2026-11-29T15:00:00Z'), 0, 'a weekend');
  t.is(hoursBetween(USUAL, '2026-12-23T15:00:00Z', '2026-12-28T08:00:00Z'), 2, 'over Christmas');
  t.is(hoursBetween(USUAL, '2030-12-25T07:00:00Z', '2030-12-25T16:00:00Z'), 0, 'a day off of every year');
  t.is(hoursBetween(USUAL, '2026-11-26T11:00:00Z', '2026-11-26T11:00:00Z'), 0);
  t.is(hoursBetween(USUAL, '2026-11-26T11:00:00Z', '2026-11-26T09:00:00Z'), 0, 'backwards');
  t.is(hoursBetween({ ...USUAL, days: USUAL_DAYS.map(() => null) }, '2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z'), 0);
});

test('the day on which clocks change is an hour shorter or longer', (t) => {
  const always = allWeek(0, 1440);
  t.is(hoursBetween(always, '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z'), 23);
  t.is(hoursBetween(always, '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'), 25);
  t.is(hoursBetween(always, '2025-12-31T23:00:00Z', '2026-12-31T23:00:00Z'), 365 * 24);
  t.is(hoursBetween(allWeek(60, 240), '2026-03-28T12:00:00Z', '2026-03-29T12:00:00Z'), 2);
  t.is(hoursBetween(allWeek(60, 240), '2026-10-24T12:00:00Z', '2026-10-25T12:00:00Z'), 4);
});

test('working time agrees with counting ten minutes at a time on the wall clock, and adds up', (t) => {
  const STEP_MS = 600_000;
  const wall = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Warsaw', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const minuteOf = (at: number): number => {
    const [hour = 0, minute = 0] = wall.format(at).split(':').map(Number);
    return hour * 60 + minute;
  };
  let seed = 20_261_126;
  const random = (most: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed % most;
  };
  const starts = ['2026-03-27T00:00:00Z', '2026-10-23T00:00:00Z', '2026-11-26T00:00:00Z'].map(Date.parse);
  for (const [from, until] of [
    [0, 1440],
    [480, 1020],
    [60, 240],
    [1200, 1440],
  ] as const) {
    const hours = allWeek(from, until);
    for (let round = 0; round < 12; round += 1) {
      const start = (starts[round % 3] ?? 0) + random(144) * STEP_MS;
      const end = start + random(400) * STEP_MS;
      let counted = 0;
      for (let at = start; at < end; at += STEP_MS) if (from <= minuteOf(at) && minuteOf(at) < until) counted += STEP_MS / 1000;
      const where = `${from}-${until}, ${new Date(start).toISOString()} to ${new Date(end).toISOString()}`;
      t.is(workingSeconds(hours, new Date(start), new Date(end)), counted, where);
      const middle = new Date(start + Math.floor((end - start) / 2 / 1000) * 1000);
      t.is(workingSeconds(hours, new Date(start), middle) + workingSeconds(hours, middle, new Date(end)), counted, where);
    }
  }
});

test('a moment is within working hours from the first second of a shift to before its end', (t) => {
  const isOpen = (at: string): boolean => isWorkingTime(USUAL, new Date(at));
  t.true(isOpen('2026-11-26T07:00:00Z'));
  t.true(isOpen('2026-11-26T15:59:59Z'));
  t.false(isOpen('2026-11-26T16:00:00Z'));
  t.false(isOpen('2026-11-26T06:59:59Z'));
  t.false(isOpen('2026-11-28T10:00:00Z'));
  t.false(isOpen('2026-12-24T10:00:00Z'));
});

test('the next working morning jumps over nights, weekends and days off', (t) => {
  const next = (at: string): string | undefined => nextOpening(USUAL, new Date(at))?.toISOString();
  t.is(next('2026-11-26T06:00:00Z'), '2026-11-26T07:00:00.000Z');
  t.is(next('2026-11-26T07:00:00Z'), '2026-11-27T07:00:00.000Z');
  t.is(next('2026-11-27T12:00:00Z'), '2026-11-30T07:00:00.000Z');
  t.is(next('2026-12-23T12:00:00Z'), '2026-12-28T07:00:00.000Z');
  t.is(nextOpening({ ...USUAL, days: USUAL_DAYS.map(() => null) }, new Date()), null);
});
