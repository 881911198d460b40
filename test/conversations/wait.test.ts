import test from 'ava';
import { waitOf } from '../../core/conversations/wait.ts';

test('a waiting time names no zero minutes or hours, and is late from two hours on', (t) => {
  const now = new Date('2026-11-26T12:00:00Z');
  const after = (minutes: number) => {
    const { unit, late } = waitOf(new Date(now.getTime() - minutes * 60_000), now);
    return [unit, late];
  };
  t.deepEqual([-5, 0, 7, 60, 119, 120, 134, 1440, 1441, 1500].map(after), [
    ['now', false],
    ['now', false],
    ['minutes', false],
    ['whole_hours', false],
    ['hours', false],
    ['whole_hours', true],
    ['hours', true],
    ['whole_days', true],
    ['whole_days', true],
    ['days', true],
  ]);
});
