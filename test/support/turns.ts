import test from 'ava';
import { note } from './journal.ts';

// What the files of a group import first (core/bin/test-groups.ts): ava would begin all their tests at once, so they take turns. Its flag
// `--serial` would do that too, but runs one process at a time as well.
const waiting: (() => void)[] = [];
let isRunning = false;
const titleOf = (hook: string): string => hook.replace(/^.*? for /, '');

test.serial.beforeEach('its turn', async (t) => {
  if (isRunning) await new Promise<void>((begin) => waiting.push(begin));
  isRunning = true;
  note('began', titleOf(t.title));
});

test.serial.afterEach.always('the next one', (t) => {
  note('ended', titleOf(t.title));
  const next = waiting.shift();
  if (next) next();
  else isRunning = false;
});
