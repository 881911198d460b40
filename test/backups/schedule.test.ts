import test from 'ava';
import { backupAlarm, logAlarm } from '../../core/backups/alarm.ts';
import { lastDue } from '../../core/backups/schedule.ts';
import { failInterrupted, finishBackup, insertBackup, lastStartedAt } from '../../core/backups/store.ts';
import { transact } from '../../core/db/scope.ts';
import { backupFindings } from '../../core/health/doctor/database.ts';
import { text } from '../../core/health/doctor/finding.ts';
import { ADMIN, startApp } from '../support/app.ts';
import { scopeFor } from '../support/db.ts';
import { loggedInClient } from '../support/http-client.ts';

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
  t.like((await backupFindings(at(40)))[0], { state: 'ok' });
  t.like(await backupAlarm(at(54), began), { kind: 'old' });
  await make(41, { state: 'kept', snapshot: 'bbbbbbbb', problem: 'differs', detail: 'a file' });
  t.like(await backupAlarm(at(42), began), { kind: 'failed', problem: 'differs', detail: 'a file' });
  t.like((await backupFindings(at(42)))[0], { state: 'broken', advice: text('backups.problem.differs') }, 'the doctor says the same');
  await transact(at(43), (tx) => insertBackup(tx, 'night'));
  t.like(await backupAlarm(at(43), began), { kind: 'failed', problem: 'differs' }, 'also while the next one is made');
  t.like((await backupFindings(at(43)))[0], { state: 'broken', advice: text('backups.problem.differs') });
  t.is(await transact(at(44), failInterrupted), 1);
  t.like(await backupAlarm(at(44), began), { kind: 'failed', problem: 'interrupted' });
  await make(46, { state: 'verified', snapshot: 'cccccccc' });
  t.is(await backupAlarm(at(46), began), null);
  await transact(at(47), (tx) => insertBackup(tx, 'night'));
  t.is(await backupAlarm(at(47), began), null, 'one after a good one is no alarm while it is made');
});

test('a backup made while the clock was years ahead keeps neither the next ones nor the alarm from coming', async (t) => {
  const began = new Date('2026-11-27T10:00:00Z');
  const base = await scopeFor(t);
  const at = (hours: number) => ({ ...base, now: () => new Date(began.getTime() + hours * 3_600_000) });
  await transact(at(90_000), async (tx) => finishBackup(tx, await insertBackup(tx, 'night'), { state: 'verified', snapshot: 'aaaaaaaa' }));
  t.deepEqual(await lastStartedAt(at(90_000)), at(90_000).now());
  t.is(await lastStartedAt(at(27)), null, 'the night of a right clock is due');
  t.like(await backupAlarm(at(27), began), { kind: 'old', verifiedAt: null });
  t.like((await backupFindings(at(27)))[0], { state: 'note' });
});

test('shipping that stands still is an alarm after ten minutes, also when it never came to anything', (t) => {
  const beganAt = '2026-11-27T10:00:00.000Z';
  const after = (minutes: number): Date => new Date(Date.parse(beganAt) + minutes * 60_000);
  t.is(logAlarm(null, after(60)), null, 'switched off');
  t.is(logAlarm({ beganAt, shippedAt: null, problem: 'away' }, after(9)), null);
  t.like(logAlarm({ beganAt, shippedAt: null, problem: 'away' }, after(11)), { kind: 'log', detail: 'away' });
  t.is(logAlarm({ beganAt, shippedAt: after(55).toISOString(), problem: null }, after(60)), null);
  t.like(logAlarm({ beganAt, shippedAt: after(40).toISOString(), problem: null }, after(60)), { kind: 'log' });
});

test('how many backups stay is set in the browser and by the API, and never none of the last day', async (t) => {
  const app = await startApp(t);
  const admin = await loggedInClient(app.base, ADMIN);
  const form = { isDaily: 'on', time: '03:15', keepDaily: '14', keepWeekly: '0', keepMonthly: '24' };
  t.regex((await admin.get('/backups')).text, /name="keepDaily"[^>]* value="7"/);
  t.is((await admin.post('/backups/schedule', form)).location, '/backups');
  t.deepEqual((await app.api('GET', '/backups/schedule')).json, {
    isDaily: true,
    time: '03:15',
    timeZone: null,
    keep: { daily: 14, weekly: 0, monthly: 24 },
  });
  t.is((await admin.post('/backups/schedule', { ...form, timeZone: 'America/New_York' })).location, '/backups');
  t.like((await app.api('GET', '/backups/schedule')).json, { timeZone: 'America/New_York' });
  t.regex((await admin.get('/backups')).text, /Najbliższa: [^<]*03:15 \(America\/New_York\)/);
  t.like((await app.api('PATCH', '/backups/schedule', { timeZone: null })).json, { timeZone: null, time: '03:15' });
  t.is((await app.api('PATCH', '/backups/schedule', { timeZone: 'Mars/Base' })).status, 422);
  for (const wrong of [{ timeZone: 'Mars/Base' }, { keepDaily: '0' }, { keepWeekly: '1000' }, { keepMonthly: 'dużo' }, { keepDaily: '' }]) {
    const answer = await admin.post('/backups/schedule', { ...form, time: '04:00', ...wrong });
    t.is(answer.status, 422, JSON.stringify(wrong));
    t.true(answer.text.includes('value="04:00"'), 'what was typed stays');
  }
  t.is((await app.api('PATCH', '/backups/schedule', { keep: { daily: 0, weekly: 1, monthly: 1 } })).status, 422);
  t.like((await app.api('PATCH', '/backups/schedule', { time: '05:00' })).json, { isDaily: true, time: '05:00', keep: { daily: 14 } });
});
