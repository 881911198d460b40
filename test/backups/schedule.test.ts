import test from 'ava';
import { backupAlarm } from '../../core/backups/alarm.ts';
import { lastDue } from '../../core/backups/schedule.ts';
import { failInterrupted, finishBackup, insertBackup } from '../../core/backups/store.ts';
import { transact } from '../../core/db/scope.ts';
import { scopeFor } from '../support/db.ts';

test('a backup is due at its time of the company, also in the nights when the clock changes', (t) => {
  const due = (now: string): string => lastDue('02:30', 'Europe/Warsaw', new Date(now)).toISOString();
  t.is(due('2026-11-27T01:29:00Z'), '2026-11-26T01:30:00.000Z');
  t.is(due('2026-11-27T01:30:00Z'), '2026-11-27T01:30:00.000Z');
  t.is(due('2026-03-29T03:00:00Z'), '2026-03-29T01:30:00.000Z', '02:30 does not exist that night');
  t.is(due('2026-10-25T12:00:00Z'), '2026-10-25T00:30:00.000Z', '02:30 comes twice: the first one');
});

test('without a good backup of the last 26 hours there is an alarm, and with a failed one at once', async (t) => {
  const began = new Date('2026-11-27T10:00:00Z');
  const base = await scopeFor(t);
  const at = (hours: number) => ({ ...base, now: () => new Date(began.getTime() + hours * 3_600_000) });
  t.is(await backupAlarm(at(25), began), null, 'a new installation has a day');
  t.like(await backupAlarm(at(27), began), { kind: 'old', verifiedAt: null });
  const make = (hours: number, result: Parameters<typeof finishBackup>[2]) =>
    transact(at(hours), async (tx) => finishBackup(tx, await insertBackup(tx, 'night'), result));
  await make(27, { state: 'verified', snapshot: 'aaaaaaaa' });
  t.is(await backupAlarm(at(40), began), null);
  t.like(await backupAlarm(at(54), began), { kind: 'old' });
  await make(41, { state: 'kept', snapshot: 'bbbbbbbb', problem: 'differs', detail: 'a file' });
  t.like(await backupAlarm(at(42), began), { kind: 'failed', problem: 'differs', detail: 'a file' });
  await transact(at(43), (tx) => insertBackup(tx, 'night'));
  t.is(await backupAlarm(at(43), began), null, 'the next one is being made');
  t.is(await transact(at(44), failInterrupted), 1);
  t.like(await backupAlarm(at(44), began), { kind: 'failed', problem: 'interrupted' });
});
